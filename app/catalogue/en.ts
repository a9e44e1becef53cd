/** Every text a person reads, in English. Keys are grouped by the place they are read. */
export const en = {
  product: 'Quad',
  status: {
    received: 'Received',
    'under-review': 'Under review',
    planned: 'Planned',
    'in-progress': 'In progress',
    waiting: 'Waiting',
    resolved: 'Resolved',
    declined: 'Declined',
    merged: 'Merged',
  },
  source: { web: 'Web form', x: 'X' },
} as const

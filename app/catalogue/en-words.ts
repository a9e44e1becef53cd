/** English texts that leave the site: replies on the networks, feeds, and the reasons a request is refused. */
export const enWords = {
  mirror: {
    answer: '{{department}} answers (no. {{number}}):',
    resolved: '{{department}} on no. {{number}}, resolved:',
    declined: '{{department}} on no. {{number}}, declined:',
  },
  feed: {
    title: '{{campus}}: concerns and answers',
    subtitle: 'The newest concerns raised in public and what departments say about them.',
    status: '{{department}}: {{status}}',
    unowned: 'no department yet',
  },
  refusal: {
    'no-such-ticket': 'There is no ticket with this number.',
    'no-such-department': 'There is no such department.',
    'no-such-page': 'There is no page here.',
    'staff-only': 'This page is for people who work for a department.',
    'admin-only': 'This page is for administrators.',
    'other-department':
      'This ticket belongs to another department, and only its staff can do this. Nothing was changed.',
    'no-such-change':
      'The ticket cannot go from its present status to this one. It may have been changed meanwhile: look at it again. A closed ticket must be reopened first.',
    'sentence-missing': 'Every change carries a public sentence. Write one and send it again.',
    'already-merged': 'This ticket was joined with another one. Go on there.',
    'merge-into-itself': 'A ticket cannot be joined with itself.',
    'ticket-closed': 'This ticket is closed, so its votes are counted already.',
    'too-many-tickets': 'You have raised many concerns within an hour. Wait a little, then send this one again.',
    'too-many-comments': 'You have written many comments within an hour. Wait a little, then send this one again.',
    'delivery-settled': 'This has been settled or is being sent at this moment. Look at it again.',
  },
} as const

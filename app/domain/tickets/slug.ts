const LONGEST = 60

/** The readable part of an address: letters and digits of any script, joined by hyphens, cut at a word. */
export function slugOf(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
  let slug = ''
  for (const word of words ?? []) {
    const longer = slug === '' ? word : `${slug}-${word}`
    if (longer.length > LONGEST) break
    slug = longer
  }
  return slug || [...(words?.[0] ?? 'ticket')].slice(0, LONGEST).join('')
}

/** `/tickets/1042-heating-in-the-library`. The number decides; the words are for people. */
export function ticketPath(ticket: { number: number; slug: string }): string {
  return `/tickets/${ticket.number}-${encodeURIComponent(ticket.slug)}`
}

/** The number at the head of a ticket's address, or null. */
export function numberIn(segment: string | undefined): number | null {
  const digits = /^([1-9]\d{0,8})(?:-|$)/.exec(segment ?? '')?.[1]
  return digits ? Number(digits) : null
}

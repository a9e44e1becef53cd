const LONGEST = 60

/** The readable part of an address: letters and digits of any script, joined by hyphens, cut at a word. */
export function slugOf(title: string): string {
  const words = title
    .normalize('NFKD')
    // An accent may go; in Hindi or Thai the marks are the vowels.
    .replace(/(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]\p{M}*)\p{M}/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu)
  let slug = ''
  for (const word of words ?? []) {
    const longer = slug === '' ? word : `${slug}-${word}`
    if (longer.length > LONGEST) break
    slug = longer
  }
  return slug || [...(words?.[0] ?? 'ticket')].slice(0, LONGEST).join('')
}

/** The number in a ticket's address, or null. */
export function numberIn(segment: string | undefined): number | null {
  const digits = /^([1-9]\d{0,8})$/.exec(segment ?? '')?.[1]
  return digits ? Number(digits) : null
}

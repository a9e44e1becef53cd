/** Something the public was told: a page, a feed, a header, a line of the log. */
export type Told = { where: string; text: string }

/** Something that leads to a person, and what it is. `onCards`: public by its author, so it may stand on a post's card. */
export type Secret = { what: string; text: string; onCards?: true }

/** On which tickets somebody spoke. */
export type Speaker = { who: string; tickets: ReadonlyArray<number> }

const CARD = /<figure class="post".*?<\/figure>/gsu

/** Every secret that stands in something the public was told. */
export function findSecrets(told: ReadonlyArray<Told>, secrets: ReadonlyArray<Secret>): Array<string> {
  return told.flatMap(({ where, text }) => {
    const whole = readable(text)
    const withoutCards = readable(text.replace(CARD, ''))
    return secrets
      .filter((secret) => (secret.onCards ? withoutCards : whole).includes(secret.text.toLowerCase()))
      .map(({ what }) => `${what} in ${where}`)
  })
}

/** As somebody reads it who looks through the ways a page writes a character. */
function readable(text: string): string {
  return text
    .replace(/<!--.*?-->/gs, '')
    .replace(/&#x([0-9a-f]+);/gi, (_whole, code: string) => String.fromCodePoint(parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_whole, code: string) => String.fromCodePoint(Number(code)))
    .replace(/%40/gi, '@')
    .toLowerCase()
}

/**
 * Words by which somebody could be followed from ticket to ticket: they stand on all pages of tickets that one person
 * spoke on, and on no other.
 * @param pages what was told of each ticket
 */
export function findStable(
  pages: ReadonlyMap<number, string>,
  speakers: ReadonlyArray<Speaker>,
): Array<string> {
  const where = new Map<string, Set<number>>()
  for (const [number, text] of pages)
    for (const word of new Set(words(text))) where.set(word, (where.get(word) ?? new Set()).add(number))
  return speakers.flatMap(({ who, tickets }) =>
    [...where].flatMap(([word, found]) =>
      found.size === tickets.length && tickets.every((number) => found.has(number))
        ? [`${word} follows ${who} over ${tickets.join(', ')}`]
        : [],
    ),
  )
}

function words(text: string): Array<string> {
  return readable(text).match(/[\p{L}\p{N}_@.-]{3,}/gu) ?? []
}

import { wordsOf } from '#app/platform/words.ts'

export type ListWords = { id: number; words: Record<string, ReadonlyArray<string>> }

/**
 * The lists of which a word or phrase stands in the text, in the order of the lists. A star at the end of a phrase
 * stands for any ending of its last word. What language a text is in nobody can say, so that all are looked for.
 */
export function matchLists(texts: ReadonlyArray<string>, lists: ReadonlyArray<ListWords>): Array<number> {
  // A full stop for each, so that no phrase reaches from one into the next.
  const said = ` ${texts.map(wordsOf).join(' . ')} `
  return lists
    .filter(({ words }) =>
      Object.values(words).some((phrases) => phrases.some((phrase) => stands(phrase, said))),
    )
    .map(({ id }) => id)
}

function stands(phrase: string, said: string): boolean {
  const words = wordsOf(phrase)
  return words !== '' && said.includes(phrase.trim().endsWith('*') ? ` ${words}` : ` ${words} `)
}

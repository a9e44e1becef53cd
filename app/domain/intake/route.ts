import { wordsOf } from '#app/platform/words.ts'
import type { RoutingKind } from '#app/vocabulary.ts'
import type { Concern } from './concern.ts'

export type RoutingRule = { kind: RoutingKind; term: string; departmentId: number }

/**
 * Which department owns a concern. What the person chose stands. Otherwise the accounts it addresses decide;
 * where several are addressed, hashtags and then keywords choose among them, and failing that the one named
 * first. Where none is, hashtags and then keywords choose among all. Null: nobody yet, the desk decides.
 */
export function route(
  concern: Pick<Concern, 'departmentId' | 'addressed' | 'hashtags' | 'title' | 'text'>,
  rules: ReadonlyArray<RoutingRule>,
): number | null {
  if (concern.departmentId !== null) return concern.departmentId
  const addressed = [...new Set(concern.addressed)]
  if (addressed.length === 1) return addressed[0]!
  const candidates =
    addressed.length === 0 ? rules : rules.filter((rule) => addressed.includes(rule.departmentId))
  const words = ` ${wordsOf(`${concern.title} ${concern.text}`)} `
  const byHashtag = concern.hashtags.map((tag) =>
    candidates.find((rule) => rule.kind === 'hashtag' && rule.term === tag),
  )
  const byKeyword = candidates
    .filter((rule) => rule.kind === 'keyword' && words.includes(` ${wordsOf(rule.term)} `))
    // The longest term is the most telling: "student card" before "card".
    .sort((a, b) => b.term.length - a.term.length || a.departmentId - b.departmentId)
  return byHashtag.find((rule) => rule)?.departmentId ?? byKeyword[0]?.departmentId ?? addressed[0] ?? null
}

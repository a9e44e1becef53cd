import { z } from 'zod'
import { readKey, type PageKey } from '#app/domain/tickets/page-key.ts'
import { Refusal } from '#app/platform/errors.ts'
import { SORTS, SOURCES, STATUS_CHOICES, type Sort, type Source, type StatusChoice } from '#app/vocabulary.ts'
import { clean } from '#app/web/forms.ts'

export type BoardAddress = {
  q: string
  /** A slug. */
  department: string | null
  status: StatusChoice
  source: Source | null
  sort: Sort
  from: { after: PageKey } | { before: PageKey } | null
}

const empty = (value: unknown) => (value === '' || value === null ? undefined : value)
const Query = z.object({
  q: z.preprocess(empty, z.string().max(200).optional()),
  department: z.preprocess(
    empty,
    z
      .string()
      .max(80)
      .regex(/^[\p{L}\p{M}\p{N}-]+$/u)
      .optional(),
  ),
  status: z.preprocess(empty, z.enum(STATUS_CHOICES).optional()),
  source: z.preprocess(empty, z.enum(SOURCES).optional()),
  sort: z.preprocess(empty, z.enum(SORTS).optional()),
  after: z.preprocess(empty, z.string().max(100).optional()),
  before: z.preprocess(empty, z.string().max(100).optional()),
})

/**
 * Reads the address of a board.
 * @throws {Refusal} when it names a status, sort, source or place that does not exist
 */
export function readBoardAddress(
  search: URLSearchParams,
  fixed: { status?: StatusChoice } = {},
): BoardAddress {
  const parsed = Query.safeParse(Object.fromEntries(search))
  if (!parsed.success) throw new Refusal('invalid', 'bad-address')
  const { after, before } = parsed.data
  const q = clean(parsed.data.q ?? '')
  const sort = parsed.data.sort ?? (fixed.status === 'resolved' ? 'recently-answered' : 'most-backed')
  return {
    q,
    department: parsed.data.department ?? null,
    // Who searches, or asks what was answered, also wants what is closed by now.
    status: fixed.status ?? parsed.data.status ?? (q !== '' || sort === 'recently-answered' ? 'all' : 'open'),
    source: parsed.data.source ?? null,
    sort,
    from: after ? { after: keyIn(after) } : before ? { before: keyIn(before) } : null,
  }
}

function keyIn(text: string): PageKey {
  const key = readKey(text)
  if (!key) throw new Refusal('invalid', 'bad-address')
  return key
}

/** The address of the page beside this one, with everything else as it is. */
export function pageHref(url: URL, direction: 'after' | 'before', key: string | null): string | null {
  if (key === null) return null
  const search = new URLSearchParams(url.searchParams)
  search.delete('after')
  search.delete('before')
  search.set(direction, key)
  return `${url.pathname}?${search}`
}

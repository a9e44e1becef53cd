const BOARD = ['q', 'department', 'status', 'source', 'sort', 'after', 'before']

/** The pages that are drawn once for many, and what of their address they read. */
const PAGES: ReadonlyArray<{ path: RegExp; reads: ReadonlyArray<string>; visitorsOnly?: true }> = [
  { path: /^\/$/, reads: BOARD },
  { path: /^\/resolved$/, reads: BOARD },
  { path: /^\/departments(?:\/[^/#]+)?$/, reads: [] },
  { path: /^\/tickets\/\d{1,10}(?=\/[^/]*$|$)/, reads: ['before', 'after'] },
  // What was written here before is the page of one person.
  { path: /^\/tickets\/new$/, reads: [], visitorsOnly: true },
  { path: /^\/feed\.xml$/, reads: ['department'] },
  { path: /^\/accessibility$/, reads: [] },
  { path: /^\/trust$/, reads: [] },
  { path: /^\/moderation$/, reads: ['page'] },
  { path: /^\/moderation\/policy$/, reads: ['version'] },
  { path: /^\/moderation\/feed\.xml$/, reads: [] },
  { path: /^\/ledger$/, reads: ['before'] },
]

/** What other sites hang on our addresses. No page of ours reads it. */
const HUNG_ON = /^(?:utm_\w+|fbclid|gclid|ref|ref_src)$/

/** `searches`: drawing it runs a search. */
export type PublicPage = { href: string; visitorsOnly: boolean; searches: boolean }

/**
 * The one address under which a page is kept: without what it does not read, and a ticket's without its words.
 * Null where the page is drawn for one person, or is no page.
 */
export function publicPage(url: string): PublicPage | null {
  const mark = url.indexOf('?')
  const [path, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
  for (const page of PAGES) {
    const found = page.path.exec(path)
    if (!found) continue
    const given = new URLSearchParams(query)
    const kept = new URLSearchParams()
    for (const name of page.reads) for (const value of given.getAll(name)) kept.append(name, value)
    if ([...given.keys()].some((name) => !page.reads.includes(name) && !HUNG_ON.test(name))) return null
    return {
      href: kept.size > 0 ? `${found[0]}?${kept}` : found[0],
      visitorsOnly: page.visitorsOnly ?? false,
      searches: kept.getAll('q').some((words) => words.trim() !== ''),
    }
  }
  return null
}

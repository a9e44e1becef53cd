/** A path of ours, or the board: a form may not send anyone to another site. */
export function safeBack(path: string | null | undefined, otherwise = '/'): string {
  if (!path || path.length > 1000 || !path.startsWith('/') || /[\\\p{Cc}]/u.test(path)) return otherwise
  const base = 'http://quad.invalid'
  try {
    const url = new URL(path, base)
    // Dots are gone by now, so what begins with two slashes would be another site.
    if (url.origin !== base || url.pathname.startsWith('//')) return otherwise
    return `${url.pathname}${url.search}${url.hash}`
  } catch {
    return otherwise
  }
}

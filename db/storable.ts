/**
 * PostgreSQL keeps no null character, and its JSON no half of a surrogate pair. Nothing a person can see is lost
 * with them.
 */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '').replace(/\p{Surrogate}/gu, '\uFFFD')
}

/** The address of a request as a log may hold it: without what opens something for whoever knows it. */
export function loggedPath(url: string): string {
  const path = url.split('?', 1)[0] ?? ''
  // Addresses are found whatever the case of their letters.
  return path.replace(/^(\/(?:sign-in\/link|invitation)\/).+/is, '$1...')
}

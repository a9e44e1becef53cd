/**
 * What only this browser holds while it is at a provider's page, so that nobody is signed in by an answer that
 * somebody else asked for. It names nobody and opens nothing.
 */
export function browserCookie(mark: string, publicUrl: string): string {
  const https = publicUrl.startsWith('https:')
  // Lax: it comes along when a provider leads the browser back. It does not with a form of another site, which is
  // why `answerByForm` leads the browser back once more; a cookie for all sites would open more than it needs.
  return `${nameFor(publicUrl)}=${mark}; Path=/; Max-Age=1800; HttpOnly; SameSite=Lax${https ? '; Secure' : ''}`
}

export function readBrowser(request: Request, publicUrl: string): string | null {
  const cookies = request.headers.get('Cookie') ?? ''
  return new RegExp(`(?:^|;\\s*)${nameFor(publicUrl)}=([\\w-]{22})(?:;|$)`).exec(cookies)?.[1] ?? null
}

function nameFor(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-browser' : 'browser'
}

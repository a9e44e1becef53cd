/**
 * Over HTTPS a cookie of ours is bound to this host by its name: a browser takes `__Host-` only from here, encrypted, for the
 * whole site and for no other host. It gets that name where an answer leaves, so that none is forgotten.
 */
export function boundName(name: string, https: boolean): string {
  return https ? `__Host-${name}` : name
}

/** @param cookie as `Set-Cookie` says it, with `Path=/` and no domain */
export function bound(cookie: string, https: boolean): string {
  return https && !cookie.startsWith('__Host-') ? `__Host-${cookie}; Secure` : cookie
}

/** @param value which values are ours, as a pattern without groups */
export function cookieIn(
  cookies: string | null | undefined,
  name: string,
  value: string,
  https: boolean,
): string | null {
  return new RegExp(`(?:^|;\\s*)${boundName(name, https)}=(${value})(?:;|$)`).exec(cookies ?? '')?.[1] ?? null
}

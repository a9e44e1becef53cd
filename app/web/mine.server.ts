const name = 'mine'

/** Remembers, while someone signs in, which ticket they said is theirs too. It names no person. */
export function mineCookie(number: number): string {
  return `${name}=${number}; Path=/mine; Max-Age=3600; HttpOnly; SameSite=Lax`
}

export const forgetMine = `${name}=; Path=/mine; Max-Age=0; HttpOnly; SameSite=Lax`

export function isMine(request: Request, number: number): boolean {
  return new RegExp(`(?:^|;\\s*)${name}=${number}(?:;|$)`).test(request.headers.get('Cookie') ?? '')
}

import { cookieIn } from './bound-cookie.ts'

const name = 'mine'

/** Remembers, while someone signs in, which ticket they said is theirs too. It names no person. */
export function mineCookie(number: number): string {
  return `${name}=${number}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax`
}

export const forgetMine = `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`

export function isMine(request: Request, number: number, https: boolean): boolean {
  return cookieIn(request.headers.get('Cookie'), name, String(number), https) !== null
}

import { expect, test } from 'vitest'
import { flashCookie, FLASHES, forgetFlash, readFlash } from '#app/web/flash.server.ts'
import { bound } from '#app/web/bound-cookie.ts'
import { forgetMine, isMine, mineCookie } from '#app/web/mine.server.ts'
import { sentTheme, themeCookie, themeIn } from '#app/web/theme.ts'

const withCookie = (cookie: string) => new Request('https://quad.example.edu/', { headers: { cookie } })

test('what a page says once is read from its own cookie, and only from the list', () => {
  for (const key of FLASHES) expect(readFlash(withCookie(flashCookie(key).split(';')[0]!), false)).toBe(key)
  expect(readFlash(withCookie('theme=dark; said=voted'), false)).toBe('voted')
  for (const other of ['', 'said=', 'said=<script>', 'said=anything', 'nosaid=voted'])
    expect(readFlash(withCookie(other), false), other).toBeNull()
})

test('a theme is one of three', () => {
  expect(themeIn(themeCookie('dark').split(';')[0], false)).toBe('dark')
  for (const other of ['', 'theme=', 'theme=pink', 'xtheme=dark'])
    expect(themeIn(other, false)).toBe('system')
})

test('no script and no other site reads them', () => {
  for (const cookie of [flashCookie('voted'), forgetFlash, themeCookie('light')]) {
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Lax')
    expect(cookie).toContain('Path=/')
  }
})

test('over HTTPS each is bound to this host by its name, and believed by no other', () => {
  for (const cookie of [flashCookie('voted'), forgetFlash, themeCookie('light'), mineCookie(7), forgetMine]) {
    const sent = bound(cookie, true)
    expect(sent).toMatch(/^__Host-[a-z]+=/)
    expect(sent.split('; ')).toEqual(expect.arrayContaining(['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']))
    // A browser refuses the name with a domain.
    expect(sent).not.toMatch(/domain=/i)
    expect(bound(sent, true)).toBe(sent)
    expect(bound(cookie, false)).toBe(cookie)
  }
  expect(themeIn(sentTheme('dark', true), true)).toBe('dark')
  expect(themeIn('theme=dark', true)).toBe('system')
  expect(readFlash(withCookie('__Host-said=voted'), true)).toBe('voted')
  expect(readFlash(withCookie('said=voted'), true)).toBeNull()
  expect(isMine(withCookie('__Host-mine=7'), 7, true)).toBe(true)
  expect(isMine(withCookie('mine=7'), 7, true)).toBe(false)
  expect(isMine(withCookie('mine=77'), 7, false)).toBe(false)
})

import { expect, test } from 'vitest'
import { flashCookie, FLASHES, forgetFlash, readFlash } from '#app/web/flash.server.ts'
import { themeCookie, themeIn } from '#app/web/theme.ts'

const withCookie = (cookie: string) => new Request('https://quad.example.edu/', { headers: { cookie } })

test('what a page says once is read from its own cookie, and only from the list', () => {
  for (const key of FLASHES) expect(readFlash(withCookie(flashCookie(key).split(';')[0]!))).toBe(key)
  expect(readFlash(withCookie('theme=dark; said=voted'))).toBe('voted')
  for (const other of ['', 'said=', 'said=<script>', 'said=anything', 'nosaid=voted'])
    expect(readFlash(withCookie(other)), other).toBeNull()
})

test('a theme is one of three', () => {
  expect(themeIn(themeCookie('dark').split(';')[0])).toBe('dark')
  for (const other of ['', 'theme=', 'theme=pink', 'xtheme=dark']) expect(themeIn(other)).toBe('system')
})

test('no script and no other site reads them', () => {
  for (const cookie of [flashCookie('voted'), forgetFlash, themeCookie('light')]) {
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Lax')
    expect(cookie).toContain('Path=/')
  }
})

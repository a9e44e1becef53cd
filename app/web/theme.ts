import { THEMES, type Theme } from '#app/vocabulary.ts'
import { boundName, cookieIn } from './bound-cookie.ts'

const YEAR = 365 * 24 * 60 * 60

/** The theme these cookies ask for. */
export function themeIn(cookies: string | null | undefined, https: boolean): Theme {
  const asked = cookieIn(cookies, 'theme', '[a-z]+', https)
  return THEMES.find((theme) => theme === asked) ?? 'system'
}

/** What a browser with this theme sends. */
export function sentTheme(theme: Theme, https: boolean): string {
  return `${boundName('theme', https)}=${theme}`
}

export function themeCookie(theme: Theme): string {
  return `theme=${theme}; Path=/; Max-Age=${YEAR}; HttpOnly; SameSite=Lax`
}

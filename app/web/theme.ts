import { THEMES, type Theme } from '#app/vocabulary.ts'

const YEAR = 365 * 24 * 60 * 60

/** The theme these cookies ask for. */
export function themeIn(cookies: string | null | undefined): Theme {
  const match = /(?:^|;\s*)theme=([a-z]+)/.exec(cookies ?? '')
  return THEMES.find((theme) => theme === match?.[1]) ?? 'system'
}

export function themeCookie(theme: Theme): string {
  return `theme=${theme}; Path=/; Max-Age=${YEAR}; HttpOnly; SameSite=Lax`
}

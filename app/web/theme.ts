import { THEMES, type Theme } from '#app/vocabulary.ts'

const YEAR = 365 * 24 * 60 * 60

export function readTheme(request: Request): Theme {
  const match = /(?:^|;\s*)theme=([a-z]+)/.exec(request.headers.get('Cookie') ?? '')
  return THEMES.find((theme) => theme === match?.[1]) ?? 'system'
}

export function themeCookie(theme: Theme): string {
  return `theme=${theme}; Path=/; Max-Age=${YEAR}; HttpOnly; SameSite=Lax`
}

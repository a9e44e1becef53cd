import { useRouteLoaderData } from '@remix-run/react'
import type { Locale } from '#app/catalogue/text.ts'
import type { Enhancement, Place, Role, Theme } from '#app/vocabulary.ts'
import type { FlashKey } from './flash.server.ts'

/** What a route tells the frame around it. */
export type Handle = {
  here?: Place
  /** The page is an application: it gets the framework's scripts. */
  hydrate?: boolean
  /** The id of what the first paint of a page waits for; left out: its main part. */
  paintAt?: string
  /** Small scripts that this page gains by. Everything works without them. */
  enhance?: ReadonlyArray<Enhancement>
  wide?: boolean
}

/** What the frame around every page is drawn from. */
export type Frame = {
  campus: string
  logo: { href: string; width: number; height: number } | null
  locale: Locale
  now: Date
  theme: Theme
  demo: { sandboxUrl: string } | null
  viewer: { role: Role; desk: boolean } | null
  flash: FlashKey | null
  /** The addresses of the small scripts. */
  scripts: Partial<Record<Enhancement, string>>
}

/** Null where the frame itself could not be read. */
export function useFrame(): Frame | null {
  return useRouteLoaderData<() => Frame>('root') ?? null
}

/** The moment this page was made: what relative times count from. */
export function useNow(): Date {
  return useFrame()?.now ?? new Date()
}

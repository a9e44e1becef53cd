import { useRouteLoaderData } from '@remix-run/react'
import type { Locale } from '#app/catalogue/text.ts'
import type { Place, Role, Theme } from '#app/vocabulary.ts'
import type { FlashKey } from './flash.server.ts'

/** What a route tells the frame around it. */
export type Handle = {
  here?: Place
  /** The page is an application: it gets the framework's scripts. */
  hydrate?: boolean
  wide?: boolean
  /** Small scripts of `app/enhance` that make the page handier. It works without them. */
  enhance?: ReadonlyArray<string>
}

/** What the frame around every page is drawn from. */
export type Frame = {
  campus: string
  locale: Locale
  now: Date
  theme: Theme
  demo: { sandboxUrl: string } | null
  viewer: { role: Role; desk: boolean } | null
  flash: FlashKey | null
}

/** Null where the frame itself could not be read. */
export function useFrame(): Frame | null {
  return useRouteLoaderData<() => Frame>('root') ?? null
}

/** The moment this page was made: what relative times count from. */
export function useNow(): Date {
  return useFrame()?.now ?? new Date()
}

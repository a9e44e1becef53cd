import { createInstance, type TFunction } from 'i18next'
import { createContext, useContext } from 'react'
import { en as pages } from './en.ts'
import { enIntegrity } from './en-integrity.ts'
import { enPeople } from './en-people.ts'
import { enModeration } from './en-moderation.ts'
import { enPrivacy } from './en-privacy.ts'
import { enScreening } from './en-screening.ts'
import { enWords } from './en-words.ts'

const en = {
  ...pages,
  ...enPeople,
  ...enWords,
  ...enPrivacy,
  ...enScreening,
  ...enModeration,
  ...enIntegrity,
}

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof en }
  }
}

const catalogue = createInstance()
void catalogue.init({
  lng: 'en',
  fallbackLng: 'en',
  initAsync: false,
  showSupportNotice: false,
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false }, // React escapes; plain-text mails must not
})

const MOST_REMEMBERED = 5_000

/** Texts in one language, outside React: mails, feeds, network replies. */
export function textIn(language: string): TFunction {
  const known = texts.get(language)
  if (known) return known
  const text = catalogue.getFixedT(language)
  /** Some are lists. */
  const said = new Map<string, unknown>()
  // Looking a text up costs more than drawing it, and a page asks for the same ones with the same few numbers.
  const remembering = ((key: string, options?: Record<string, unknown>) => {
    const asked = options === undefined ? key : `${key} ${JSON.stringify(options)}`
    const known = said.get(asked)
    if (known !== undefined) return known
    const found: unknown = text(key as never, options as never)
    if (said.size >= MOST_REMEMBERED) said.clear()
    said.set(asked, found)
    return found
  }) as unknown as TFunction
  texts.set(language, remembering)
  return remembering
}

const texts = new Map<string, TFunction>()

export type Text = TFunction

/** Language and time zone of the page being drawn. */
export type Locale = {
  language: string
  zone: string
  /** What people write here is mostly in this language; '': nobody can say. Left out: in that of the page. */
  written?: string
}

const LocaleContext = createContext<Locale>({ language: 'en', zone: 'UTC' })
export const LocaleProvider = LocaleContext.Provider

export function useLocale(): Locale {
  return useContext(LocaleContext)
}

/** The `lang` of what people write; undefined where it is that of the page. */
export function useWritten(): string | undefined {
  const { language, written } = useLocale()
  return written === language ? undefined : written
}

export function useText(): Text {
  return textIn(useLocale().language)
}

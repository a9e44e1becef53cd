import { createInstance, type TFunction } from 'i18next'
import { createContext, useContext } from 'react'
import { en as pages } from './en.ts'
import { enPrivacy } from './en-privacy.ts'
import { enWords } from './en-words.ts'

const en = { ...pages, ...enWords, ...enPrivacy }

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

/** Texts in one language, outside React: mails, feeds, network replies. */
export function textIn(language: string): TFunction {
  const known = texts.get(language)
  if (known) return known
  const text = catalogue.getFixedT(language)
  const plain = new Map<unknown, unknown>()
  // Looking a text up costs more than drawing it, and most have nothing to fill in.
  const remembering = ((key: never, options?: never) => {
    if (options !== undefined) return text(key, options)
    if (!plain.has(key)) plain.set(key, text(key))
    return plain.get(key)
  }) as unknown as TFunction
  texts.set(language, remembering)
  return remembering
}

const texts = new Map<string, TFunction>()

export type Text = TFunction

/** Language and time zone of the page being drawn. */
export type Locale = { language: string; zone: string }

const LocaleContext = createContext<Locale>({ language: 'en', zone: 'UTC' })
export const LocaleProvider = LocaleContext.Provider

export function useLocale(): Locale {
  return useContext(LocaleContext)
}

export function useText(): Text {
  return textIn(useLocale().language)
}

import { createInstance, type TFunction } from 'i18next'
import { createContext, useContext } from 'react'
import { en as pages } from './en.ts'
import { enWords } from './en-words.ts'

const en = { ...pages, ...enWords }

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
  resources: { en: { translation: en } },
  interpolation: { escapeValue: false }, // React escapes; plain-text mails must not
})

/** Texts in one language, outside React: mails, feeds, network replies. */
export function textIn(language: string): TFunction {
  return catalogue.getFixedT(language)
}

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

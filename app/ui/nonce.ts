import { createContext, useContext } from 'react'

const NonceContext = createContext<string | undefined>(undefined)

/** The one-time mark of this page's own scripts, which the content security policy asks for. */
export const NonceProvider = NonceContext.Provider
export const useNonce = () => useContext(NonceContext)

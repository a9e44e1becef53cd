import { createContext, useContext } from 'react'

const SheetContext = createContext('')

/** The style sheet as it stands in the page: the server reads it once, the browser from where it stands. */
export const SheetProvider = SheetContext.Provider
export const useSheet = () => useContext(SheetContext)

/** Where it stands in the page. */
export const SHEET_ID = 'sheet'

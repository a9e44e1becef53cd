import { RemixBrowser } from '@remix-run/react'
import { startTransition, StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { SHEET_ID, SheetProvider } from './ui/sheet.ts'

const sheet = document.getElementById(SHEET_ID)?.textContent ?? ''

startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <SheetProvider value={sheet}>
        <RemixBrowser />
      </SheetProvider>
    </StrictMode>,
  )
})

import { textIn } from '#app/catalogue/text.ts'
import type { ErrorStatus } from '#app/vocabulary.ts'

/** An error page for requests that never reach the site itself. It needs no other file. */
export function plainErrorPage(status: ErrorStatus): string {
  const t = textIn('en')
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${t(`error.${status}.title`)}</title></head>
<body>
<main><h1>${t(`error.${status}.title`)}</h1>
<p>${t(`error.${status}.what`)}</p><p>${t(`error.${status}.kept`)}</p><p>${t(`error.${status}.next`)}</p>
<p><a href="/">${t('error.home')}</a></p></main>
</body>
</html>
`
}

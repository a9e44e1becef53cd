import { textIn } from '#app/catalogue/text.ts'
import type { ErrorStatus } from '#app/vocabulary.ts'

/** An error page for requests that never reach the site itself. It needs no other file. */
export function plainErrorPage(status: ErrorStatus): string {
  const t = textIn('en')
  // Nobody has signed in yet where a request is turned away at the door.
  const words = status === 403 ? 'turnedAway' : status
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${t(`error.${words}.title`)}</title></head>
<body>
<main><h1>${t(`error.${words}.title`)}</h1>
<p>${t(`error.${words}.what`)}</p><p>${t(`error.${words}.kept`)}</p><p>${t(`error.${words}.next`)}</p>
<p><a href="/">${t('error.home')}</a></p></main>
</body>
</html>
`
}

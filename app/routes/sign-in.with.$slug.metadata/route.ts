import { notFound } from '#app/platform/errors.ts'
import { openBare } from '#app/web/door.server.ts'
import { at } from '#app/web/providers.server.ts'

/** What a SAML provider reads about us. It may be asked for before the provider is switched on. */
export const loader = openBare('visit', async (door) => {
  const opened = await door.app.providers.find(door.params.slug ?? '')
  const document = opened?.provider.kind === 'saml' && opened.provider.metadata?.(at(door, opened))
  if (!document) throw notFound('no-such-page')
  return new Response(document, {
    headers: { 'Content-Type': 'application/samlmetadata+xml', 'Cache-Control': 'no-cache' },
  })
})

import { readPhoto } from '#app/domain/tickets/photos.server.ts'
import { notFound } from '#app/platform/errors.ts'
import { openBare } from '#app/web/door.server.ts'

/**
 * A photo, for a page of ours. Opened by itself it is a file to be kept, under a policy that runs nothing. Asked for anew
 * each time, so that one that was taken away is gone at once.
 */
export const loader = openBare('visit', async ({ campus, params, request }) => {
  const id = /^[\w-]{22}$/.exec(params.id ?? '')?.[0]
  const image = id === undefined ? null : await readPhoto(campus, id)
  if (!image) throw notFound('no-such-photo')
  const headers = {
    'Content-Type': 'image/webp',
    'Content-Disposition': 'attachment; filename="photo.webp"',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'private, no-cache',
    // A photo never changes.
    ETag: `"${id}"`,
  }
  if (request.headers.get('If-None-Match') === headers.ETag)
    return new Response(null, { status: 304, headers })
  return new Response(new Uint8Array(image), { headers })
})

import { notFound } from '#app/platform/errors.ts'
import { open } from '#app/web/door.server.ts'

/** Every address that leads nowhere. */
export const loader = open('visit', async () => {
  throw notFound('no-such-page')
})

export const action = loader

export default function Nowhere() {
  return null
}

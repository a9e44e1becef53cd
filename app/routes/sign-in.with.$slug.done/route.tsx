import { data } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { SignInFailed } from '#app/routes/sign-in.with.$slug._index/failed.tsx'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import type { Handle } from '#app/web/frame.ts'
import { endAt } from '#app/web/providers.server.ts'

export const handle: Handle = { here: 'sign-in' }

export const meta = titled('signInFailed')

/** Where a provider leads the browser back to. */
export const loader = open('visit', async (door) => {
  const ended = await endAt(door)
  if (ended instanceof Response) throw ended
  return data(ended, { status: ended.fault === 'not-reached' ? 503 : 400 })
})

export default function Done() {
  return <SignInFailed failed={useLoaderData<typeof loader>()} />
}

import { data, type MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { textIn } from '#app/catalogue/text.ts'
import { SignInFailed } from '#app/routes/sign-in.with.$slug._index/failed.tsx'
import { open } from '#app/web/door.server.ts'
import type { Handle } from '#app/web/frame.ts'
import { endAt } from '#app/web/providers.server.ts'

export const handle: Handle = { here: 'sign-in' }

export const meta: MetaFunction = () => [{ title: textIn('en')('pageTitle.signInFailed') }]

/** Where a provider leads the browser back to. */
export const loader = open('visit', async (door) => {
  const ended = await endAt(door)
  if (ended instanceof Response) throw ended
  return data(ended, { status: ended.fault === 'not-reached' ? 503 : 400 })
})

export default function Done() {
  return <SignInFailed failed={useLoaderData<typeof loader>()} />
}

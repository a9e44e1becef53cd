import { data } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { SignInFailed } from './failed.tsx'
import { safeBack } from '#app/web/back.ts'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import type { Handle } from '#app/web/frame.ts'
import { beginAt } from '#app/web/providers.server.ts'

export const handle: Handle = { here: 'sign-in' }

export const meta = titled('signInFailed')

/** Leads to a provider's page. `strong` asks for a second factor there; `test` only shows what the provider sends. */
export const loader = open('visit', async (door) => {
  const { searchParams } = door.url
  const begun = await beginAt(door, {
    next: safeBack(searchParams.get('back')),
    strong: searchParams.has('strong'),
    test: searchParams.has('test'),
  })
  if (begun instanceof Response) throw begun
  return data(begun, { status: 503 })
})

export default function Begin() {
  return <SignInFailed failed={useLoaderData<typeof loader>()} />
}

import type { LinksFunction } from '@remix-run/node'
import { Outlet } from '@remix-run/react'
import styles from '#app/ui/desk.css?url'
import type { Handle } from '#app/web/frame.ts'
import { open } from '#app/web/door.server.ts'

export const handle: Handle = { here: 'desk', hydrate: true, wide: true }

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: styles }]

/** Every page of the desk is for people who work here. */
export const loader = open('open-desk', () => Promise.resolve(null))

export default function Desk() {
  return <Outlet />
}

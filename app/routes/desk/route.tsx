import { Outlet } from '@remix-run/react'
import type { Handle } from '#app/root.tsx'
import { open, requireStaff } from '#app/web/door.server.ts'

export const handle: Handle = { here: 'desk', hydrate: true, wide: true }

/** Every page of the desk is for people who work here. */
export const loader = open(async (door) => {
  requireStaff(door)
  return null
})

export default function Desk() {
  return <Outlet />
}

import { z } from 'zod'
import type { ChannelId } from '#app/vocabulary.ts'
import { choice, line } from '#app/web/forms.ts'

const department = z.coerce.number(choice('unknownDepartment')).int().positive().optional()
const secret = line({ max: 200 })

/** What each network wants to know of an account, beside whom it answers for. */
export const ConnectForm = z.discriminatedUnion('channel', [
  z.object({ channel: z.literal('x'), department, accessToken: secret, accessSecret: secret }),
  z.object({ channel: z.literal('bluesky'), department, identifier: line({ max: 300 }), password: secret }),
])

/** Its fields in the order they are asked for. What is `secret` is not shown while it is typed. */
export const CREDENTIALS = {
  x: [
    { name: 'accessToken', secret: false },
    { name: 'accessSecret', secret: true },
  ],
  bluesky: [
    { name: 'identifier', secret: false },
    { name: 'password', secret: true },
  ],
} as const satisfies Record<ChannelId, ReadonlyArray<{ name: string; secret: boolean }>>

/** Nothing of these is sent back into a page. */
export const HIDDEN = Object.values(CREDENTIALS).flatMap((fields) => fields.map(({ name }) => name))

import { z } from 'zod'
import { MIRRORS, type ChannelId } from '#app/vocabulary.ts'
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

/** Which account a form speaks of. */
export const accountId = z.coerce.number().int().positive()

/** An hour and minute as a browser sends them; minutes of the day. */
const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, choice('clockTime').error)
  .transform((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))
  .optional()

/** Dollars, as cents. */
const money = z
  .string()
  .trim()
  .regex(/^\d{1,6}(?:[.,]\d{1,2})?$/, choice('money').error)
  .transform((dollars) => Math.round(Number(dollars.replace(',', '.')) * 100))
  .optional()

const hashtags = z
  .string()
  .optional()
  .transform((text) => [
    ...new Set(
      (text ?? '')
        .toLowerCase()
        .split(/[\s,;]+/)
        .map((tag) => tag.replace(/^#/, ''))
        .filter(Boolean),
    ),
  ])
  .pipe(
    z
      .array(z.string().regex(/^[\p{L}\p{M}\p{N}_]{1,60}$/u, choice('hashtags').error))
      .max(20, choice('hashtags').error),
  )

export const PolicyForm = z
  .object({
    account: accountId,
    mirror: z.enum(MIRRORS, choice()),
    links: z.enum(['yes', 'no'], choice()),
    quietFrom: clockTime,
    quietUntil: clockTime,
    cap: money,
    hashtags,
  })
  .superRefine(({ quietFrom, quietUntil }, context) => {
    const none = quietFrom === undefined && quietUntil === undefined
    if (none || (quietFrom !== undefined && quietUntil !== undefined && quietFrom !== quietUntil)) return
    context.addIssue({ code: 'custom', path: ['quietFrom'], message: choice('bothTimes').error })
  })

import twitter from 'twitter-text'
import { z } from 'zod'
import type { Allowance, Allowances, Purse } from '#app/channels/channel.ts'
import type { Charge } from '#app/vocabulary.ts'
import type { Answer, Query, XClient } from './client.server.ts'

/** Posts that X gives at once. */
export const LARGEST_PAGE = 100

/** X bills a post that holds a link, whoever's it is, twenty times as high. */
export function chargeOf(text: string): Charge {
  return twitter.extractUrls(text).length > 0 ? 'reply-with-link' : 'reply'
}

const page = z.object({ data: z.array(z.unknown()).default([]) })

/** What speaks to us or is our own costs little to read; whatever else we look for or look up costs more. */
const chargeOfReading = (path: string): Charge | null =>
  /^users\/:id\/(?:mentions|tweets)$/.test(path) ? 'read' : /^tweets/.test(path) ? 'searched' : null

/**
 * Pays for readings, and makes none that could cost more than is left. X bills a post that is read several times on one
 * UTC day once; we count each time, so that what is counted is never less than what is billed.
 */
export function metered(client: XClient, purse: Purse | null): { client: XClient; allowances(): Allowances } {
  const allowances: Allowances = {}
  return {
    allowances: () => ({ ...allowances }),
    client: {
      async get(path, query, params) {
        const charge = chargeOfReading(path)
        const reserved = charge && purse ? await purse.reserve(path, charge, mostOf(query)) : undefined
        if (reserved === null) return { kind: 'silent', left: false, reason: BEYOND_BUDGET }
        const answer = await client.get(path, query, params)
        const used = usedBy(answer)
        if (used !== null) await reserved?.settle(used)
        const allowance = allowanceIn(answer)
        if (allowance && path === 'users/:id/mentions') allowances.read = allowance
        return answer
      },
      put: (path, params) => client.put(path, params),
      async post(path, body) {
        const answer = await client.post(path, body)
        const allowance = allowanceIn(answer)
        if (allowance && path === 'tweets') allowances.send = allowance
        return answer
      },
    },
  }
}

const mostOf = ({ ids, max_results }: Query) =>
  ids === undefined ? Number(max_results ?? LARGEST_PAGE) : String(ids).split(',').length

/** How many posts an answer brought; null: nobody knows. */
function usedBy(answer: Answer): number | null {
  if (answer.kind === 'silent') return answer.left ? null : 0
  return answer.status === 200 ? (page.safeParse(answer.body).data?.data.length ?? null) : 0
}

const BEYOND_BUDGET = 'Reading on could cost more than is left of this month’s bound.'

function allowanceIn(answer: Answer): Allowance | null {
  if (answer.kind !== 'answered') return null
  const [of, left, reset] = ['limit', 'remaining', 'reset'].map((name) => {
    const value = answer.headers[`x-rate-limit-${name}`]
    return value === undefined ? Number.NaN : Number(value)
  })
  if (![of, left, reset].every((value) => Number.isSafeInteger(value) && value! >= 0)) return null
  return { of: of!, left: left!, until: new Date(reset! * 1000) }
}

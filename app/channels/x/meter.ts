import twitter from 'twitter-text'
import { z } from 'zod'
import type { Allowance, Usage } from '#app/channels/channel.ts'
import type { Charge } from '#app/vocabulary.ts'
import type { Answer, XClient } from './client.server.ts'

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
 * Notes what requests use, and refuses a reading that could cost more than is left. X bills a post that is read
 * several times on one UTC day once; we count each time, so that what is counted is never less than what is billed.
 */
export function metered(
  client: XClient,
  prices: Record<Charge, number>,
  budget: number | null,
): { client: XClient; usage(): Usage } {
  const charges: Partial<Record<Charge, number>> = {}
  const allowances: Usage['allowances'] = {}
  const note = (charge: Charge, count: number) => {
    if (count > 0) charges[charge] = (charges[charge] ?? 0) + count
  }
  const spent = () =>
    Object.entries(charges).reduce((sum, [charge, count]) => sum + prices[charge as Charge] * count, 0)

  return {
    usage: () => ({ charges: { ...charges }, allowances: { ...allowances } }),
    client: {
      async get(path, query, params) {
        const charge = chargeOfReading(path)
        const most = Number(query.max_results ?? LARGEST_PAGE)
        if (charge && budget !== null && spent() + prices[charge] * most > budget)
          return { kind: 'silent', left: false, reason: BEYOND_BUDGET }
        const answer = await client.get(path, query, params)
        if (charge && answer.kind === 'answered' && answer.status === 200)
          note(charge, page.safeParse(answer.body).data?.data.length ?? 0)
        const allowance = allowanceIn(answer)
        if (allowance && path === 'users/:id/mentions') allowances.read = allowance
        return answer
      },
      async post(path, body) {
        const answer = await client.post(path, body)
        if (path !== 'tweets') return answer
        // What may be out may be billed.
        if (answer.kind === 'silent' ? answer.left : answer.status < 300 || answer.status >= 500)
          note(chargeOf(String(body.text)), 1)
        const allowance = allowanceIn(answer)
        if (allowance) allowances.send = allowance
        return answer
      },
    },
  }
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

import type { Clock } from '#app/platform/clock.ts'
import { after, MINUTE } from '#app/platform/clock.ts'
import { affiliationsOf, emailOf } from '../affiliations.ts'
import { fetchText } from '../fetch-text.ts'
import {
  PATIENCE,
  refused,
  type Answer,
  type BegunFlow,
  type Finished,
  type Flow,
  type Provider,
} from '../provider.ts'
import { readAnswer } from './answer.ts'
import type { CasSettings } from './settings.ts'

/** A ticket is good for far less; servers forget it when it was shown once. */
const TICKET_SEEN_FOR = 60 * MINUTE

export type CasOptions = {
  slug: string
  name: string
  settings: CasSettings
  clock: Clock
  patience?: number
}

/** Sign-in by CAS 3: the browser brings a ticket, and the server tells us alone whose it is. */
export function casProvider({ slug, name, settings, clock, patience = PATIENCE }: CasOptions): Provider {
  /** Exactly the same to log in and to ask: the server compares it letter by letter. */
  const serviceOf = ({ callback, id }: Flow) => `${callback}?state=${encodeURIComponent(id)}`

  async function finish({ query }: Answer, flow: BegunFlow): Promise<Finished> {
    const ticket = query.get('ticket') ?? ''
    if (query.getAll('ticket').length !== 1 || !/^ST-[\x21-\x7e]{1,256}$/.test(ticket))
      return refused(ticket === '' ? 'denied' : 'tampered', 'It came without a service ticket.')
    const asked = new URLSearchParams({ service: serviceOf(flow), ticket })
    if (flow.strong) asked.set('renew', 'true')
    const url = `${settings.server}/p3/serviceValidate?${asked}`
    const fetched = await fetchText(url, 'application/xml', patience)
    if (fetched.kind === 'failed') return refused('not-reached', fetched.reason, { trouble: true })
    const answer = readAnswer(fetched.text)
    switch (answer.kind) {
      case 'unreadable':
        return refused('half-configured', answer.reason, { trouble: true })
      case 'failure':
        return failure(answer.code)
      case 'success':
        return proven(ticket, answer.user, { ...answer.attributes, user: [answer.user] }, flow)
    }
  }

  function proven(ticket: string, user: string, sent: Record<string, Array<string>>, flow: Flow): Finished {
    // Many servers tell a name as it was typed, in whatever case: that makes nobody another person.
    const subject = settings.subject === '' ? [user.toLowerCase()] : (sent[settings.subject] ?? [])
    if (subject.length !== 1)
      return refused('no-subject', `It sent ${subject.length} values of ${settings.subject}.`, {
        trouble: true,
        sent,
      })
    const contexts = [...(sent.authnContextClass ?? []), ...(sent.authenticationContext ?? [])]
    const strong = contexts.some((context) => settings.mfa.includes(context))
    if (flow.strong && !strong)
      return refused('no-second-factor', `authnContextClass is ${contexts.join(' ') || 'missing'}.`, { sent })
    return {
      kind: 'proven',
      issuer: `cas:${settings.server}`,
      subject: subject[0]!,
      email: emailOf(sent, settings),
      ...affiliationsOf(sent, settings),
      strong: strong && flow.strong,
      once: { id: ticket, until: after(clock.now(), TICKET_SEEN_FOR) },
      sent,
    }
  }

  return {
    slug,
    kind: 'cas',
    name,
    begin(flow) {
      const asked = new URLSearchParams({ service: serviceOf(flow) })
      if (flow.strong) asked.set('renew', 'true')
      return Promise.resolve({ kind: 'go', url: `${settings.server}/login?${asked}`, kept: '' })
    },
    finish,
    async check() {
      // No ticket is good, and a server that says so is one.
      const asked = new URLSearchParams({ service: 'https://quad.invalid/', ticket: 'ST-none' })
      const fetched = await fetchText(
        `${settings.server}/p3/serviceValidate?${asked}`,
        'application/xml',
        patience,
      )
      if (fetched.kind === 'failed') return refused('not-reached', fetched.reason, { trouble: true })
      const answer = readAnswer(fetched.text)
      return answer.kind === 'failure'
        ? { kind: 'well', facts: { login: `${settings.server}/login`, answered: answer.code } }
        : refused('half-configured', 'No CAS server answers there.', { trouble: true })
    },
    ours: (at) => ({ service: `${at}/done` }),
  }
}

function failure(code: string): Finished {
  switch (code) {
    case 'INVALID_TICKET':
      return refused('used', 'It does not know this ticket: it was used, or is too old.')
    case 'INVALID_SERVICE':
      return refused('not-for-us', 'This ticket was given for another site.')
    default:
      return refused('half-configured', `It said: ${code.slice(0, 60)}.`, { trouble: true })
  }
}

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ServerBuild } from '@remix-run/node'
import { matchRoutes } from '@remix-run/react'
import { desc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { invalidateVotes } from '#app/domain/integrity/invalidate.server.ts'
import { raise } from '#app/domain/intake/raise.server.ts'
import { appeal } from '#app/domain/moderation/appeal.server.ts'
import { hide, standingHiding } from '#app/domain/moderation/hide.server.ts'
import { findActor } from '#app/domain/people/actor.server.ts'
import { invite } from '#app/domain/people/invite.server.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import { listSessions } from '#app/domain/people/sessions.server.ts'
import { requestSignIn } from '#app/domain/people/sign-in.server.ts'
import { hold } from '#app/domain/screening/hold.server.ts'
import { changeStatus } from '#app/domain/tickets/speak.server.ts'
import { projectRoot } from '#app/platform/root.ts'
import { createSessions, sessionIdOf } from '#app/web/session.server.ts'
import {
  accounts,
  announcements,
  deliveries,
  entries,
  hidings,
  holds,
  people,
  posts,
  providers,
  pseudonyms,
  sessions,
  staff,
  unmaskings,
  wordLists,
  voteFlags,
} from '#db/schema/index.ts'
import { ROLES, type Role } from '#app/vocabulary.ts'
import { havePostgres, startPostgres } from '../support/postgres.ts'
import { aPostgresCampus, OFFICIALS, type PostgresCampus } from './campus.ts'
import { endAll, startWeb, type Web } from './processes.ts'

/**
 * Who comes through which door. One line is one request, tried by everybody in `WHO`, each time on something new:
 * `{own}` is a ticket of the responder's department, `{other}` one of another department, `{nobody's}` one that no
 * department owns yet.
 *
 *   y let in, or done    i asked to sign in          p asked for the second factor
 *   - refused (403)      0 nothing there (404)       x refused for what was sent (400, 409, 410, 429)
 *   5 not ready (503), as no worker runs here
 *
 * A new route, or a new `intent` of a form, needs a line here, or this fails and says which.
 */
const WHO = [
  'visitor',
  'student',
  'responder',
  'moderator',
  'care',
  'alert-officer',
  'auditor',
  'admin',
  'admin whose proof is 31 minutes old',
  'admin without a proof',
] as const
type Who = (typeof WHO)[number]
const SOMEBODY = 'somebody'

type Line = [method: 'GET' | 'POST', path: string, form: string, expected: string]
const BLOCK = 'entry={entry}&name={name}&reason=spam&days=7&explanation=Ten+adverts.'
const LINES: Array<Line> = [
  // Open to everybody.
  ['GET', '/health', '', 'yyyyyyyyyy'],
  ['GET', '/ready', '', '5555555555'],
  ['GET', '/live/{own}', '', 'yyyyyyyyyy'],
  ['GET', '/', '', 'yyyyyyyyyy'],
  ['GET', '/resolved', '', 'yyyyyyyyyy'],
  ['GET', '/departments', '', 'yyyyyyyyyy'],
  ['GET', '/departments/it', '', 'yyyyyyyyyy'],
  ['GET', '/tickets/{own}', '', 'yyyyyyyyyy'],
  ['GET', '/tickets/new', '', 'yyyyyyyyyy'],
  ['GET', '/tickets/similar?title=heating', '', 'yyyyyyyyyy'],
  ['GET', '/feed.xml', '', 'yyyyyyyyyy'],
  ['GET', '/accessibility', '', 'yyyyyyyyyy'],
  ['GET', '/trust', '', 'yyyyyyyyyy'],
  ['GET', '/ledger', '', 'yyyyyyyyyy'],
  // Nothing was kept under this key.
  ['GET', '/challenge?kept=none', '', 'yyyyyyyyyy'],
  // Nobody is named there, where no contact is set.
  ['GET', '/.well-known/security.txt', '', '0000000000'],
  ['GET', '/nowhere', '', '0000000000'],
  ['POST', '/nowhere', '', '0000000000'],
  ['POST', '/theme', 'theme=dark&back=/', 'yyyyyyyyyy'],
  ['GET', '/theme', '', 'yyyyyyyyyy'],

  // Signing in and out.
  ['GET', '/sign-in', '', 'yyyyyyyyyy'],
  ['POST', '/sign-in?index', 'email=new@quad.example&back=/', 'yyyyyyyyyy'],
  ['GET', '/sign-in/code', '', 'yyyyyyyyyy'],
  ['POST', '/sign-in/code', 'id={sign-in}&code=000000', 'xxxxxxxxxx'],
  ['GET', '/sign-in/done', '', 'yyyyyyyyyy'],
  ['GET', '/sign-in/link/{link}', '', 'yyyyyyyyyy'],
  ['POST', '/sign-in/link/{link}', '', 'yyyyyyyyyy'],
  // By a provider that is switched on; without a flow of this browser, nothing that comes back is believed.
  ['GET', '/sign-in/with/cas', '', 'yyyyyyyyyy'],
  ['GET', '/sign-in/with/cas/done?state=none', '', 'xxxxxxxxxx'],
  ['POST', '/sign-in/with/cas/done', 'SAMLResponse=none', '0000000000'],
  ['GET', '/sign-in/with/cas/metadata', '', '0000000000'],
  ['GET', '/sign-out', '', 'yyyyyyyyyy'],
  ['POST', '/sign-out', '', 'yyyyyyyyyy'],
  // A demonstration's alone, which this is not.
  ['GET', '/demo/mail', '', '0000000000'],
  ['GET', '/demo/sign-in', '', 'yyyyyyyyyy'],
  ['POST', '/demo/sign-in', 'person={student}&back=/', '0000000000'],
  // Believed by its signature, and there is none.
  ['GET', '/hooks/x?crc_token=a', '', '0000000000'],
  ['POST', '/hooks/x', '{}', '0000000000'],

  // Members take part; an auditor changes nothing. What is pointed out, or held, comes back or leads on as well.
  ['POST', '/votes/{own}', 'intent=vote', 'iyyyyy-yyy'],
  ['POST', '/votes/{own}', 'intent=unvote', 'iyyyyyyyyy'],
  ['POST', '/tickets/new', 'title=The+lift+is+stuck&text=It+has+been+stuck+for+a+week.', 'iyyyyy-yyy'],
  ['POST', '/tickets/{own}', 'intent=comment&body=Mine+too', 'iyyyyy-yyy'],
  ['POST', '/tickets/{own}', 'intent=follow', 'iyyyyy-yyy'],
  ['POST', '/tickets/{own}', 'intent=unfollow', 'iyyyyy-yyy'],
  // Whoever raised or backed it is asked: a stranger is not, whatever their role.
  ['POST', '/tickets/{resolved}', 'intent=solved', 'i---------'],
  ['POST', '/tickets/{resolved}', 'intent=not-solved&why=Still+cold', 'i---------'],
  ['GET', '/photos/new?ticket={own}', '', 'iyyyyy-yyy'],
  // Beside one's own words alone, and these are another's.
  ['POST', '/photos/new?ticket={own}', 'intent=add&entry=1&description=A+step', 'ixxxxx-xxx'],
  ['POST', '/photos/new?ticket={own}', 'intent=remove&photo=none', 'i00000-000'],
  ['GET', '/photos/none', '', '0000000000'],
  ['GET', '/mine/{own}', '', 'yyyyyyyyyy'],
  ['POST', '/mine/{own}', 'title=The+lift', 'iyyyyy-yyy'],

  // Of oneself.
  ['GET', '/me', '', 'iyyyyyyyyy'],
  ['GET', '/me/export.json', '', 'iyyyyyyyyy'],
  ['GET', '/me/export.csv', '', 'iyyyyyyyyy'],
  ['GET', '/me/erase', '', 'iyyyyyyypy'],
  ['POST', '/me/erase', 'words=keep&votes=keep&word=slip', 'ixxxxxxxpx'],
  ['GET', '/me/held/{own held}', '', 'iyyyyyyyyy'],
  ['GET', '/me/held/{held}', '', 'i000000000'],
  ['POST', '/me/held/{own held}', 'intent=dispute', 'iyyyyyyyyy'],
  ['POST', '/me/held/{own held}', 'intent=withdraw', 'iyyyyyyyyy'],
  ['POST', '/me/held/{held}', 'intent=withdraw', 'i000000000'],
  ['GET', '/me/sessions', '', 'iyyyyyyyyy'],
  ['POST', '/me/sessions', 'intent=end&session={own session}', 'iyyyyyyypy'],
  ['POST', '/me/sessions', 'intent=end&session={session of the student}', 'i0000000p0'],
  ['POST', '/me/sessions', 'intent=end-others', 'iyyyyyyypy'],
  ['GET', '/me/security', '', 'i-yyyyyypy'],
  ['POST', '/me/security', 'intent=add-passkey&name=Key&answer={}', 'i-xxxxxxpx'],
  ['POST', '/me/security', 'intent=remove-passkey&passkey=none', 'i-000000p0'],
  ['POST', '/me/security', 'intent=remove-app', 'i-000000p0'],
  ['POST', '/me/security', 'intent=make-codes', 'i-xxxxxxpx'],
  ['POST', '/me/security/challenge', 'intent=add', 'i-yyyyyypy'],
  ['POST', '/me/security/challenge', 'intent=prove', 'i-yyyyyyyy'],
  ['GET', '/me/security/app', '', 'i-yyyyyypy'],
  ['POST', '/me/security/app', 'sealed=none&code=000000', 'i-xxxxxxpx'],
  ['GET', '/prove', '', 'i-yyyyyyyy'],
  // Led on: they have proven it already, or have nothing to prove with yet. Who proved it elsewhere does so again there.
  ['POST', '/prove', 'intent=app&code=000000', 'i-yyyyyyxy'],
  ['POST', '/prove', 'intent=recovery-code&code=none', 'i-yyyyyyxy'],
  ['POST', '/prove', 'intent=passkey&answer={}', 'i-yyyyyyxy'],
  ['GET', '/invitation/{invitation}', '', 'yyyyyyyyyy'],
  ['POST', '/invitation/{invitation}', '', 'iyyyyyyyyy'],

  // Moderation: what is public of it, what readers do, and what authors can do about it.
  ['GET', '/moderation', '', 'yyyyyyyyyy'],
  ['GET', '/moderation/policy', '', 'yyyyyyyyyy'],
  ['GET', '/moderation/feed.xml', '', 'yyyyyyyyyy'],
  ['GET', '/report/{entry}', '', 'iyyyyy-yyy'],
  ['POST', '/report/{entry}', 'reason=spam', 'iyyyyy-yyy'],
  ['GET', '/me/decisions', '', 'iyyyyyyyyy'],
  ['POST', '/me/decisions', 'against={own hiding}&body=No.', 'iyyyyyyyyy'],
  ['POST', '/me/decisions', 'against={hiding}&body=No.', 'i---------'],
  ['GET', '/desk/moderation', '', 'i--yy-yyyp'],
  ['POST', '/desk/moderation', 'intent=dismiss&entry={entry}', 'i--y---yyp'],
  ['POST', '/desk/moderation', 'intent=uphold&against={appealed}&sentence=It+stands.', 'i--y---yyp'],
  ['POST', '/desk/moderation', 'intent=take-back&against={own decision}', 'i--y---yyp'],
  ['POST', '/desk/moderation', 'intent=take-back&against={hiding}', 'i--------p'],
  ['POST', '/desk/moderation', 'intent=restore&against={appealed}&sentence=You+are+right.', 'i--y---yyp'],
  ['POST', '/desk/moderation', 'intent=restore&against={own appealed}&sentence=I+am+right.', 'i--------p'],
  ['POST', '/desk/moderation', 'intent=publish&body=Nothing+is+hidden+for+an+opinion.', 'i------ypp'],
  ['GET', '/desk/moderation/hide/{entry}', '', 'i--yy-yyyp'],
  ['POST', '/desk/moderation/hide/{entry}', 'reason=spam&explanation=An+advert.', 'i--y---yyp'],
  ['POST', '/desk/moderation/hide/{own entry}', 'reason=spam&explanation=An+advert.', 'i--------p'],
  ['GET', '/desk/moderation/block?entry={entry}&name={name}', '', 'i--y---yyp'],
  ['POST', '/desk/moderation/block?entry={entry}&name={name}', `intent=preview&${BLOCK}`, 'i--y---yyp'],
  ['POST', '/desk/moderation/block?entry={entry}&name={name}', `intent=block&${BLOCK}`, 'i--y---yyp'],

  // The desk: those who work here, each for their department.
  ['GET', '/desk', '', 'i-yyyyyyyp'],
  ['GET', '/desk/tickets/{own}', '', 'i-yyyyyyyp'],
  ['GET', '/desk/tickets/{other}', '', 'i-yyyyyyyp'],
  ['POST', '/desk/tickets/{own}', 'intent=answer&body=We+look+into+it.', 'i-y----yyp'],
  ['POST', '/desk/tickets/{other}', 'intent=answer&body=We+look+into+it.', 'i------yyp'],
  ['POST', "/desk/tickets/{nobody's}", 'intent=answer&body=We+look+into+it.', 'i--------p'],
  ['POST', '/desk/tickets/{own}', 'intent=status&to=planned&sentence=Next+week.', 'i-y----yyp'],
  ['POST', '/desk/tickets/{other}', 'intent=status&to=planned&sentence=Next+week.', 'i------yyp'],
  ['POST', '/desk/tickets/{own}', 'intent=handover&department=2&sentence=Theirs.', 'i-yy---yyp'],
  ['POST', '/desk/tickets/{other}', 'intent=handover&department=1&sentence=Ours.', 'i--y---yyp'],
  ['POST', "/desk/tickets/{nobody's}", 'intent=handover&department=1&sentence=Ours.', 'i-yy---yyp'],
  ['POST', '/desk/tickets/{own}', 'intent=merge&into={own}&sentence=The+same.', 'i-yy---yyp'],
  ['POST', '/desk/tickets/{other}', 'intent=merge&into={other}&sentence=The+same.', 'i--y---yyp'],
  ['POST', '/desk/tickets/{own}', 'intent=note&note=Between+us.', 'i-yyy--yyp'],
  ['POST', '/desk/tickets/{other}', 'intent=note&note=Between+us.', 'i--yy--yyp'],
  ['POST', '/desk/tickets/{own}', 'intent=unmask&name={name}&reason={reason}', 'i-yyy--yyp'],
  ['POST', '/desk/tickets/{other}', 'intent=unmask&name={name}&reason={reason}', 'i--yy--yyp'],
  ['POST', '/desk/tickets/{other}', 'intent=refer&office={office}', 'i-yyyy-yyp'],
  ['GET', '/desk/design', '', 'i-yyyyyyyp'],

  // What is held before it is public: care for the one kind, moderators for the others.
  ['GET', '/desk/held', '', 'i--y---yyp'],
  ['POST', '/desk/held', 'intent=release&id={held}', 'i--y---yyp'],
  ['POST', '/desk/held', 'intent=refuse&id={held}&reason=spam', 'i--y---yyp'],
  ['POST', '/desk/held', 'intent=refuse-alike&id={held}&reason=spam', 'i--y---yyp'],
  ['POST', '/desk/held', 'intent=release&id={in need}', 'i--------p'],
  ['GET', '/desk/care', '', 'i---y--yyp'],
  ['GET', '/desk/care/{in need}', '', 'i---y----p'],
  ['POST', '/desk/care/{in need}', 'intent=refer&office={office}', 'i---y-----'],
  ['POST', '/desk/care/{in need}', 'intent=note&note=Called.', 'i---y-----'],
  ['POST', '/desk/care/{in need}', 'intent=learn&why=They+say+that+they+will+jump.', 'i---y-----'],
  ['POST', '/desk/care/{in need}', 'intent=close', 'i---y-----'],
  ['POST', '/desk/care/{in need}', 'intent=release', 'i---y-----'],
  ['GET', '/desk/screening', '', 'i---y--ypp'],
  ['POST', '/desk/screening', 'intent=settings&country=GB', 'i---x--xpp'],
  ['POST', '/desk/screening', 'intent=list&kind=custom&name=', 'i---x--xpp'],

  // Who somebody is: two people, and each proves it anew.
  ['GET', '/desk/privacy', '', 'i-yyyyyyyp'],
  ['POST', '/desk/privacy', 'intent=grant&id={asked}', 'i---y--ypp'],
  ['POST', '/desk/privacy', 'intent=grant&id={asked by oneself}', 'i-------pp'],
  ['POST', '/desk/privacy', 'intent=refuse&id={asked}', 'i---y--ypp'],
  ['POST', '/desk/privacy', 'intent=look&id={granted to oneself}', 'i-yyy--ypp'],
  ['POST', '/desk/privacy', 'intent=look&id={granted to another}', 'i-------pp'],

  // Odd votes: few see them, fewer decide.
  ['GET', '/desk/votes', '', 'i--y--yyyp'],
  ['POST', '/desk/votes', 'intent=dismiss&id={flag}', 'i--y---ypp'],
  ['POST', '/desk/votes', 'intent=restore&id={decision}', 'i--y---ypp'],
  ['GET', '/desk/votes/{flag}', '', 'i--y--yyyp'],
  ['POST', '/desk/votes/{flag}', 'intent=invalidate&reason=automated&expected=1', 'i--y---ypp'],

  ['GET', '/desk/channels', '', 'i-yyyyyyyp'],
  ['POST', '/desk/channels', 'intent=connect&channel=x&accessToken=a&accessSecret=b', 'i------xxp'],
  ['POST', '/desk/channels', 'intent=policy&account={account}&mirror=nothing&links=no', 'i-y----yyp'],
  ['POST', '/desk/channels', 'intent=policy&account={other account}&mirror=nothing&links=no', 'i------yyp'],
  ['POST', '/desk/channels', 'intent=labelled&account={account}', 'i-y----yyp'],
  ['POST', '/desk/channels', 'intent=labelled&account={other account}', 'i------yyp'],
  ['POST', '/desk/channels', 'intent=retry&delivery={delivery}', 'i-y----yyp'],
  ['POST', '/desk/channels', 'intent=retry&delivery={other delivery}', 'i------yyp'],
  ['POST', '/desk/channels', 'intent=skip&delivery={delivery}', 'i-y----yyp'],
  ['POST', '/desk/channels', 'intent=skip&delivery={other delivery}', 'i------yyp'],
  ['POST', '/desk/channels', 'intent=by-hand&delivery={delivery}', 'i-y----yyp'],
  ['POST', '/desk/channels', 'intent=by-hand&delivery={other delivery}', 'i------yyp'],
  ['POST', '/desk/channels', 'intent=disconnect&account={account}', 'i-y----yyp'],
  ['POST', '/desk/channels', 'intent=disconnect&account={other account}', 'i------yyp'],
  ['POST', '/desk/channels', 'intent=calls', 'i------xxp'],
  ['GET', '/desk/channels/x/connect', '', 'i------00p'],
  ['GET', '/desk/channels/x/callback', '', 'i-xxxxxxxp'],

  // Administrators, who prove it anew every half hour.
  ['GET', '/desk/departments', '', 'i------ypp'],
  ['POST', '/desk/departments', 'name=Parking&purpose=All+about+cars.&answerWithin=3&staff=', 'i------ypp'],
  ['GET', '/desk/sign-in', '', 'i------ypp'],
  ['POST', '/desk/sign-in', 'intent=save&kind=cas&isNew=yes', 'i------xpp'],
  ['POST', '/desk/sign-in', 'intent=check&slug=none', 'i------0pp'],
  ['POST', '/desk/sign-in', 'intent=off&slug=mail', 'i------ypp'],
  ['POST', '/desk/sign-in', 'intent=on&slug=mail', 'i------ypp'],
  ['GET', '/desk/people', '', 'i------ypp'],
  ['POST', '/desk/people', 'intent=invite&email=kim@quad.example&role=care', 'i------ypp'],
  ['POST', '/desk/people', 'intent=invite-again&invitation={invitation id}', 'i------ypp'],
  ['POST', '/desk/people', 'intent=withdraw&invitation={invitation id}', 'i------ypp'],
  ['GET', '/desk/people/{student}', '', 'i------ypp'],
  ['POST', '/desk/people/{student}', 'intent=role&role=care&sentence=Welcome.', 'i------ypp'],
  ['POST', '/desk/people/{student}', 'intent=disable&sentence=You+left.', 'i------ypp'],
  ['POST', '/desk/people/{student}', 'intent=enable&sentence=Welcome+back.', 'i------ypp'],
  ['POST', '/desk/people/{student}', 'intent=reset&reason=lost&sentence=As+you+asked.', 'i------ypp'],
  ['POST', '/desk/people/{student}', 'intent=end&session={session of the student}', 'i------ypp'],
  ['POST', '/desk/people/{student}', 'intent=end-all&sentence=As+you+asked.', 'i------ypp'],
  ['GET', '/desk/audit', '', 'i-----yyyp'],
]

/** Answered by server.ts itself, before any route. */
const RAW: Array<Route> = [
  { path: '/health', reads: true, acts: false, intents: [] },
  { path: '/ready', reads: true, acts: false, intents: [] },
  { path: '/live/:number', reads: true, acts: false, intents: [] },
  { path: '/sign-in/with/:slug/done', reads: false, acts: true, intents: [] },
  { path: '/votes/:number', reads: false, acts: true, intents: ['vote', 'unvote'] },
]

describe.skipIf(!havePostgres())('every route and action', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  let here: PostgresCampus
  let web: Web
  let routes: Array<Route>
  const ids = new Map<string, string>()

  beforeAll(async () => {
    server = await startPostgres()
    here = await aPostgresCampus(server.url)
    for (const who of WHO) {
      if (who === 'visitor') continue
      const role = ROLES.find((known) => who === known) ?? 'admin'
      ids.set(who, await personWith(here.campus, `${who.replaceAll(' ', '-')}@quad.example`, role))
    }
    await here.database.db.insert(providers).values({
      slug: 'cas',
      kind: 'cas',
      name: 'Quad University',
      settings: { server: 'http://127.0.0.1:9/cas' },
    })
    web = await startWeb(here.env, '/health')
    routes = await routesOfBuild()
  })
  afterAll(async () => {
    await endAll()
    await here?.close()
    await server?.stop()
  })

  /** A session of its own for each try: some of them end it. */
  const signedIn = async (who: string): Promise<string> => {
    if (who === 'visitor') return ''
    const { db } = here.database
    const personId = ids.get(who)!
    const role = ROLES.find((known) => who === known) ?? (who.startsWith('admin') ? 'admin' : 'student')
    // As they were before the try before. Everybody may vote here, so that it is the role alone that decides.
    await db
      .update(people)
      .set({ role, affiliations: ['student'], disabledAt: null })
      .where(eq(people.id, personId))
    await db.delete(staff).where(eq(staff.personId, personId))
    if (role === 'responder') await db.insert(staff).values({ personId, departmentId: 1 })
    const cookie = await createSessions(db, false).begin(personId, {
      provider: 'mail',
      device: 'A browser',
      strong: who !== 'admin without a proof',
    })
    const pair = cookie.split(';')[0]!
    if (who === 'admin whose proof is 31 minutes old')
      await db
        .update(sessions)
        .set({ strongAt: new Date(Date.now() - 31 * 60_000) })
        .where(eq(sessions.id, sessionIdOf(pair.split('=')[1]!)))
    return pair
  }

  let made = 0
  const aTicket = async (departmentId: number | null, author?: string) => {
    const about = `thing ${(made += 1)}`
    const { number } = await raise(here.campus, {
      source: 'web',
      title: `About ${about}`,
      text: `Something is wrong with ${about}.`,
      personId: author ?? (await personWith(here.campus, `author-${made}@quad.example`, 'student')),
      backed: true,
      departmentId,
      addressed: [],
      hashtags: [],
      submissionKey: about,
    })
    return number
  }
  const accountOf = async (department: string) => {
    const rows = await here.database.db.select({ id: accounts.id, handle: accounts.handle }).from(accounts)
    return rows.find(({ handle }) => handle.endsWith(department))!.id
  }
  const aDelivery = async (department: string, departmentId: number) => {
    const { db } = here.database
    const ticketNumber = await aTicket(departmentId)
    const now = new Date()
    const id = `post-${made}`
    const [entry] = await db
      .select({ id: entries.id })
      .from(entries)
      .where(eq(entries.ticketNumber, ticketNumber))
    const [announcement] = await db
      .insert(announcements)
      .values({ ticketNumber, entryId: entry!.id, moment: 'answer', createdAt: now, addressedAt: now })
      .returning({ id: announcements.id })
    const [post] = await db
      .insert(posts)
      .values({
        channel: 'x',
        firstId: id,
        externalId: id,
        kind: 'concern',
        ticketNumber,
        authorId: 'sam',
        authorHandle: 'sam',
        authorName: 'Sam',
        text: 'Cold here.',
        url: 'https://x.example/1',
        postedAt: now,
        conversationId: id,
      })
      .returning({ id: posts.id })
    const [delivery] = await db
      .insert(deliveries)
      .values({
        announcementId: announcement!.id,
        postId: post!.id,
        slot: 'final',
        accountId: await accountOf(department),
        text: 'Mended.',
        state: 'parked',
        dueAt: now,
        createdAt: now,
      })
      .returning({ id: deliveries.id })
    return String(delivery!.id)
  }
  const sessionOf = async (who: string) => {
    await signedIn(who)
    const [row] = await listSessions(here.campus, ids.get(who)!, null)
    return row!.handle
  }

  const things: Record<string, (who: Who) => Promise<string | number>> = {
    own: () => aTicket(1),
    other: () => aTicket(2),
    "nobody's": () => aTicket(null),
    async resolved() {
      const number = await aTicket(1)
      await changeStatus(here.campus, here.admin, {
        number,
        to: 'resolved',
        sentence: 'Done.',
        key: `done ${number}`,
      })
      return number
    },
    student: () => somebody(),
    'own session': (who) => (who === 'visitor' ? Promise.resolve('none') : sessionOf(who)),
    'session of the student': async () => {
      if (!ids.has(SOMEBODY)) await somebody()
      return sessionOf(SOMEBODY)
    },
    entry: async () => entryOf(await aTicket(1)),
    'own entry': async (who) => entryOf(await aTicket(1, ids.get(who))),
    hiding: () => aHiding(),
    'own hiding': (who) => aHiding(ids.get(who)),
    async 'own decision'(who) {
      const hiding = await aHiding()
      const id = BigInt(hiding.split(':')[1]!)
      await here.database.db
        .update(hidings)
        .set({ hiddenBy: ids.get(who) ?? null })
        .where(eq(hidings.id, id))
      return hiding
    },
    async appealed() {
      const author = await somebody()
      return appealed(await aHiding(author), author)
    },
    async 'own appealed'(who) {
      const author = ids.get(who) ?? (await somebody())
      return appealed(await aHiding(author), author)
    },
    reason: () => Promise.resolve('There is a threat in what they wrote.'),
    async name() {
      const { db } = here.database
      const [row] = await db.select().from(pseudonyms).orderBy(desc(pseudonyms.ticketNumber)).limit(1)
      return row!.name
    },
    asked: () => aRequest(here.admin.personId),
    'asked by oneself': (who) => aRequest(ids.get(who) ?? here.admin.personId),
    'granted to oneself': (who) => aRequest(ids.get(who) ?? here.admin.personId, true),
    'granted to another': () => aRequest(here.admin.personId, true),
    held: async () => aHold('personal-data', await somebody()),
    'in need': async () => aHold('safety', await somebody()),
    'own held': async (who) => aHold('safety', ids.get(who) ?? (await somebody())),
    async office() {
      const { db } = here.database
      const [list] = await db
        .update(wordLists)
        .set({ email: 'office@quad.example' })
        .returning({ id: wordLists.id })
      return list!.id
    },
    flag: () => aFlag(),
    decision: async () => {
      const flagId = BigInt(await aFlag())
      const pattern = { conditions: [], everywhere: false }
      const request = { flagId, pattern, reason: 'automated', expected: 1 } as const
      return String(await invalidateVotes(here.campus, here.admin, request))
    },
    account: () => accountOf('it'),
    'other account': () => accountOf('library'),
    delivery: () => aDelivery('it', 1),
    'other delivery': () => aDelivery('library', 2),
    'sign-in': async () =>
      (await requestSignIn(here.campus, { email: `code-${(made += 1)}@quad.example`, next: '/' })).id,
    link: async () =>
      (await requestSignIn(here.campus, { email: `link-${(made += 1)}@quad.example`, next: '/' })).mail!
        .token,
    invitation: async () => (await anInvitation()).token,
    'invitation id': async () => (await anInvitation()).id,
  }
  /** Somebody new, to whom something is done. */
  const somebody = async () => {
    const id = await personWith(here.campus, `somebody-${(made += 1)}@quad.example`, 'student')
    ids.set(SOMEBODY, id)
    return id
  }
  /** A concern that somebody wrote and that waits. */
  const aHold = async (kind: 'personal-data' | 'safety', personId: string) => {
    const about = `held ${(made += 1)}`
    const taken = {
      source: 'web' as const,
      title: about,
      text: about,
      personId,
      backed: true,
      departmentId: null,
      addressed: [],
      hashtags: [],
      submissionKey: about,
    }
    // An hour takes ten from one person.
    await here.database.db.update(holds).set({ createdAt: new Date(0) })
    const words = { title: about, text: about, source: 'web' as const, author: null, url: null }
    const held = { ...words, lists: [], found: [], taken }
    return String(await hold(here.campus, { kind, what: 'concern', personId, submissionKey: about, held }))
  }
  const entryOf = async (ticketNumber: number) => {
    const [row] = await here.database.db
      .select({ id: entries.id })
      .from(entries)
      .where(eq(entries.ticketNumber, ticketNumber))
    return String(row!.id)
  }
  const aHiding = async (author?: string) => {
    const entryId = BigInt(await entryOf(await aTicket(1, author)))
    await hide(here.campus, here.admin, { entryId, reason: 'spam', explanation: 'An advert.' })
    return `hiding:${(await standingHiding(here.campus, entryId))!.id}`
  }
  const appealed = async (hiding: string, author: string) => {
    await appeal(here.campus, await findActor(here.campus, author), {
      against: { kind: 'hiding', id: BigInt(hiding.split(':')[1]!) },
      body: 'It is none.',
    })
    return hiding
  }
  /** Who is behind a name on a ticket of the responder's department was asked, and perhaps agreed to. */
  const aRequest = async (askedBy: string, granted?: true) => {
    const { db } = here.database
    const ticketNumber = await aTicket(1)
    const [behind] = await db.select().from(pseudonyms).where(eq(pseudonyms.ticketNumber, ticketNumber))
    const now = new Date()
    const decided = granted && { granted, decidedBy: await somebody(), decidedAt: now }
    const [row] = await db
      .insert(unmaskings)
      .values({
        ticketNumber,
        name: behind!.name,
        personId: behind!.personId,
        askedBy,
        reason: 'A threat.',
        askedAt: now,
        ...decided,
      })
      .returning({ id: unmaskings.id })
    return String(row!.id)
  }
  /** Odd votes of a ticket: its author's one. */
  const aFlag = async () => {
    const ticketNumber = await aTicket(1)
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)
    const [row] = await here.database.db
      .insert(voteFlags)
      .values({
        ticketNumber,
        since: ago(5),
        until: ago(-5),
        signs: ['burst', 'young'],
        measures: {
          votes: 20,
          usual: 1,
          young: 20,
          single: 0,
          oneRange: 0,
          ring: 0,
          others: 9,
          othersYoung: 0,
        },
        foundAt: ago(0),
      })
      .returning({ id: voteFlags.id })
    return String(row!.id)
  }
  const anInvitation = () =>
    invite(here.campus, here.admin, { email: 'kim@quad.example', role: 'responder', departmentId: 1 })

  const filled = async (text: string, who: Who) => {
    let whole = text
    for (const [place, name] of text.matchAll(/\{([^{}]+)\}/g))
      whole = whole.replace(place, String(await things[name!]!(who)))
    return whole
  }

  /** Answers of pages, to look for the forms they hold. */
  const pages = new Map<string, string>()

  const attempt = async (
    who: Who,
    [method, path, form]: Line | [Line[0], string, string],
  ): Promise<string> => {
    const cookie = await signedIn(who)
    const leave = new AbortController()
    const response = await fetch(web.url + (await filled(path, who)), {
      method,
      headers: { cookie, origin: web.url },
      redirect: 'manual',
      signal: AbortSignal.any([leave.signal, AbortSignal.timeout(20_000)]),
      ...(method === 'POST' ? { body: new URLSearchParams(await filled(form, who)) } : {}),
    })
    const { status } = response
    const to = response.headers.get('location') ?? ''
    if (response.headers.get('content-type')?.includes('event-stream')) leave.abort()
    else {
      const text = await response.text()
      if (status === 200 && method === 'GET') pages.set(`${who} ${path}`, text)
    }
    if (/^\/sign-in\?back=/.test(to)) return 'i'
    if (/^\/prove\?/.test(to)) return 'p'
    if (status < 400)
      return response.headers.getSetCookie().some((set) => set.startsWith('said=no-voter')) ? '-' : 'y'
    if (status === 403) return '-'
    if (status === 404) return '0'
    if (status === 503) return '5'
    return [400, 409, 410, 429].includes(status) ? 'x' : `(${status})`
  }

  const rowOf = async (line: Line): Promise<string> => {
    let row = ''
    for (const who of WHO) row += await attempt(who, line)
    return row
  }

  it('lets in whom its line names, and nobody else', async () => {
    const seen: Array<string> = []
    const wanted: Array<string> = []
    console.log(`      ${WHO.join(', ')}`)
    for (const line of LINES) {
      const [method, path, form, expected] = line
      const told = (row: string) => `${row}  ${method} ${path}${form ? `  ${form}` : ''}`
      const row = await rowOf(line)
      console.log(`      ${told(row)}`)
      seen.push(told(row))
      wanted.push(told(expected))
    }
    expect(seen).toEqual(wanted)
  }, 600_000)

  it('has a line', () => {
    const doors = [...routes, ...RAW]
    const routeOf = (path: string) => matchRoutes(doors, path.split('?')[0]!)?.at(-1)?.route.path
    const lines = LINES.map(([method, path, form]) => ({
      method,
      route: routeOf(path),
      intent: new URLSearchParams(form).get('intent'),
    }))
    const missing = new Set<string>()
    const need = (method: Line[0], route: string, intent?: string) => {
      const there = lines.some(
        (line) =>
          line.method === method && line.route === route && (intent === undefined || line.intent === intent),
      )
      const form = intent === undefined ? '' : `intent=${intent}`
      if (!there) missing.add(`['${method}', '${route}', '${form}', '${'?'.repeat(WHO.length)}'],`)
    }
    for (const { path, reads, acts, intents } of doors) {
      if (reads) need('GET', path)
      if (acts) need('POST', path)
      for (const intent of intents) need('POST', path, intent)
    }
    // What a page offers to press, as each of them sees it.
    for (const [page, text] of pages) {
      // Its forms are for looking at, and lead nowhere.
      if (page.endsWith('/desk/design')) continue
      for (const { action, intent } of formsIn(text)) {
        const route = routeOf(action)
        if (route === undefined) missing.add(`a form leads to ${action}, which is no route`)
        else need('POST', route, intent)
      }
    }
    expect([...missing], 'lines to be added to LINES in tests/flows/roles.test.ts').toEqual([])
    expect(
      LINES.filter((_line, index) => lines[index]!.route === undefined),
      'lines of no route',
    ).toEqual([])
  })

  it('knows every role', () => {
    expect(ROLES.filter((role: Role) => !(WHO as ReadonlyArray<string>).includes(role))).toEqual([])
    expect(LINES.filter(([, , , expected]) => expected.length !== WHO.length)).toEqual([])
    expect(OFFICIALS.slice(0, 2)).toEqual(['it', 'library'])
  })

  it('is answered by what this test knows of', () => {
    const text = readFileSync(join(projectRoot, 'server.ts'), 'utf8')
    const answering = [...text.matchAll(/path === '([^']+)'|(\w+)\.answer\(|if \((\w+)\(app\.brand/g)]
    expect(answering.map(([, path, part, call]) => path ?? part ?? call)).toEqual([
      '/health',
      '/ready',
      'kept',
      'live',
      'voting',
      'forms',
      'sendLogo',
    ])
  })
})

type Route = { path: string; reads: boolean; acts: boolean; intents: Array<string> }

/** What was built, with its full addresses; a layout is no door of its own, for its pages are. */
async function routesOfBuild(): Promise<Array<Route>> {
  const file = join(projectRoot, 'build', 'server', 'index.js')
  const { routes } = (await import(pathToFileURL(file).href)) as ServerBuild
  const all = Object.values(routes).filter((route) => route !== undefined)
  const pathOf = (route: (typeof all)[number]): string => {
    const parent = route.parentId ? routes[route.parentId] : undefined
    return `${parent ? pathOf(parent) : ''}${route.path ? `/${route.path}` : ''}`
  }
  return all
    .filter(({ id }) => id !== 'root' && !all.some(({ parentId }) => parentId === id))
    .map((route) => ({
      path: pathOf(route) || '/',
      reads: Boolean(route.module.loader ?? route.module.default),
      acts: Boolean(route.module.action),
      intents: route.module.action ? intentsOf(route.id) : [],
    }))
}

/** Every intent that the sources of a route name, wherever they compare one. */
function intentsOf(id: string): Array<string> {
  const folder = join(projectRoot, 'app', id).replace(/\/route$/, '')
  const text = readdirSync(folder)
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
  if (!text.includes('intent')) return []
  const named = text.matchAll(
    /intent: z\.literal\('([^']+)'\)|^ {4}case '([^']+)':|name="intent"\s+value="([^"]+)"/gm,
  )
  return [...new Set([...named].map(([, a, b, c]) => (a ?? b ?? c)!))]
}

/** The forms of a page, each with what its buttons or hidden fields mean. */
function formsIn(html: string): Array<{ action: string; intent: string | undefined }> {
  return [...html.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].flatMap(([form]) => {
    const head = /^<form\b[^>]*>/.exec(form)![0]
    const action = /\baction="([^"?#]*)/.exec(head)?.[1]
    if (!/\bmethod="post"/.test(head) || !action) return []
    const intents = [...form.matchAll(/<(?:input|button)\b[^>]*>/g)].flatMap(([field]) =>
      /\bname="intent"/.test(field) ? [/\bvalue="([^"]*)"/.exec(field)?.[1]] : [],
    )
    return intents.length > 0
      ? intents.map((intent) => ({ action, intent }))
      : [{ action, intent: undefined }]
  })
}

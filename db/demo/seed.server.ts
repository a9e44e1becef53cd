import { randomUUID } from 'node:crypto'
import { and, asc, count, desc, eq, inArray, ne } from 'drizzle-orm'
import type { Network } from '#app/channels/channel.ts'
import { registry, type Networks } from '#app/channels/registry.ts'
import { xNetwork } from '#app/channels/x/index.server.ts'
import { postUrl } from '#app/channels/x/shape.ts'
import { together, type Actor, type Campus, type InTransaction } from '#app/domain/campus.ts'
import { submitConcern } from '#app/domain/intake/submit.server.ts'
import { listFlags, lookAtVotes } from '#app/domain/integrity/flags.server.ts'
import { invalidateVotes } from '#app/domain/integrity/invalidate.server.ts'
import { readRules, saveList, saveSettings } from '#app/domain/screening/rules.server.ts'
import { lookThrough } from '#app/domain/screening/screen.ts'
import { raise } from '#app/domain/intake/raise.server.ts'
import { receivePost } from '#app/domain/intake/receive.server.ts'
import { appeal, decideAppeal, type Against } from '#app/domain/moderation/appeal.server.ts'
import { hide } from '#app/domain/moderation/hide.server.ts'
import { findActor, DEMO_MAIL_DOMAIN } from '#app/domain/people/actor.server.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import { comment } from '#app/domain/tickets/comment.server.ts'
import { handOver } from '#app/domain/tickets/hand-over.server.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { leaveNote } from '#app/domain/tickets/note.server.ts'
import { answer, changeStatus } from '#app/domain/tickets/speak.server.ts'
import { isOpen } from '#app/domain/tickets/status.ts'
import { sayVerdict } from '#app/domain/tickets/verdict.server.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { deliverAll } from '#app/outbound/deliver.server.ts'
import { after, DAY, MINUTE, SECOND } from '#app/platform/clock.ts'
import { DEMO_APP } from '#app/platform/env.server.ts'
import { createLog } from '#app/platform/log.ts'
import {
  accounts,
  deliveries,
  departments,
  entries,
  follows,
  hidings,
  people,
  posts,
  routingRules,
  staff,
  tickets,
  votes,
} from '#db/schema/index.ts'
import {
  CROWD,
  DEPARTMENTS,
  HELD,
  OFFICES,
  PEOPLE,
  RING,
  SCREENING,
  TICKETS,
  type StepScript,
  type TicketScript,
} from './campus.ts'
import { momentOf } from './moment.ts'
import { demoNetworkAt, OFFICIAL_USERS, POST, type DemoNetwork } from './network.ts'

export type Seeded = { kind: 'seeded'; departments: number; tickets: number } | { kind: 'there-already' }

/** How long before an official reply its answer was published here. */
const MIRRORED_AFTER = 20 * SECOND

/** The first of the scripted people came this long ago. */
const BEGAN = 80 * DAY

/** Gives a new campus its departments and the words that lead to them. Does nothing where there are any. */
export function seedDepartments(campus: Campus): Promise<Seeded> {
  return together(campus, async (campus) => {
    if (await hasDepartments(campus)) return { kind: 'there-already' }
    await writeDepartments(campus)
    return { kind: 'seeded', departments: DEPARTMENTS.length, tickets: 0 }
  })
}

/**
 * Fills a campus with the demonstration: everything goes through the domain, at the scripted moments before
 * now, so that counts and timelines are true. Does nothing where there are departments.
 * In one transaction: a demonstration is whole, or not there.
 * @param web where the practice network is read
 */
export function seedDemo(campus: Campus, web: string): Promise<Seeded> {
  const now = campus.clock.now()
  const clock = scriptedClock(after(now, -BEGAN))
  return together({ ...campus, clock }, async (campus) => {
    if (await hasDepartments(campus)) return { kind: 'there-already' }
    await new Staging(campus, clock, now, web).play()
    return { kind: 'seeded', departments: DEPARTMENTS.length, tickets: TICKETS.length }
  })
}

async function hasDepartments(campus: Campus): Promise<boolean> {
  const [row] = await campus.db.select({ departments: count() }).from(departments)
  return (row?.departments ?? 0) > 0
}

/** @returns their ids by slug */
async function writeDepartments(campus: InTransaction): Promise<Map<string, number>> {
  const rows = await campus.db
    .insert(departments)
    .values(DEPARTMENTS.map(({ rules: _, ...department }) => department))
    .returning({ id: departments.id, slug: departments.slug })
  const ids = new Map(rows.map(({ slug, id }) => [slug, id]))
  await campus.db
    .insert(routingRules)
    .values(
      DEPARTMENTS.flatMap(({ slug, rules }) =>
        (['hashtag', 'keyword'] as const).flatMap((kind) =>
          rules[kind].map((term) => ({ kind, term, departmentId: named(ids, slug) })),
        ),
      ),
    )
  return ids
}

type ScriptedClock = { now(): Date; set(at: Date): void }

function scriptedClock(begin: Date): ScriptedClock {
  let at = begin
  return { now: () => at, set: (moment) => void (at = moment) }
}

/** One thing that happens, and when. */
type Event = { at: Date; happen(): Promise<void> }

class Staging {
  private readonly campus: InTransaction
  private readonly clock: ScriptedClock
  private readonly now: Date
  private readonly world: DemoNetwork
  private readonly web: string
  private departments = new Map<string, number>()
  private people = new Map<string, Actor>()
  private crowd: Array<string> = []
  private accounts = new Map<string, number>()
  private numbers = new Map<TicketScript, number>()

  constructor(campus: InTransaction, clock: ScriptedClock, now: Date, web: string) {
    this.campus = campus
    this.clock = clock
    this.now = now
    this.web = web
    this.world = demoNetworkAt(now)
  }

  async play() {
    this.departments = await writeDepartments(this.campus)
    await this.writePeople()
    await this.writeAccounts()
    // All tickets side by side, as they happened: so ids grow with time, and every hourly limit holds.
    const events = [
      ...TICKETS.flatMap((ticket, index) => this.eventsOf(ticket, index)),
      ...this.eventsOfRing(),
    ]
    for (const { at, happen } of events.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
      this.clock.set(at)
      await happen()
    }
    await this.holdBack()
    this.clock.set(this.now)
    await this.deliver()
    await this.checkNothingIsLeftToSend()
  }

  private async writePeople() {
    for (const { name, role, departments } of PEOPLE) {
      const id = await personWith(this.campus, `${name}@${DEMO_MAIL_DOMAIN}`, role)
      for (const slug of departments) {
        await this.campus.db
          .insert(staff)
          .values({ personId: id, departmentId: named(this.departments, slug) })
      }
      this.people.set(name, await findActor(this.campus, id))
    }
    const crowd = Array.from({ length: CROWD.size }, (_, index) => ({
      id: randomUUID(),
      email: `voter-${index + 1}@${CROWD.mailDomain}`,
      affiliations: ['student' as const],
      createdAt: this.clock.now(),
    }))
    await this.campus.db.insert(people).values(crowd)
    this.crowd = crowd.map(({ id }) => id)
  }

  private async holdBack() {
    const admin = this.person('admin')
    const { lists, ...settings } = await readRules(this.campus)
    await saveSettings(this.campus, admin, { ...settings, ...SCREENING })
    for (const list of lists) {
      const email = `${list.kind}@${DEMO_MAIL_DOMAIN}`
      await saveList(this.campus, admin, { ...list, ...OFFICES[list.kind], email })
    }
    const rules = await readRules(this.campus)
    for (const { minutesAgo, by, title, text } of HELD.toSorted((a, b) => b.minutesAgo - a.minutesAgo)) {
      this.clock.set(after(this.now, -minutesAgo * MINUTE))
      const concern = {
        source: 'web' as const,
        title,
        text,
        personId: this.person(by).personId,
        backed: true,
        departmentId: null,
        addressed: [],
        hashtags: [],
        submissionKey: `demo-held-${minutesAgo}`,
      }
      const { marks } = lookThrough({ title, text }, rules, '')
      await submitConcern(this.campus, concern, lookThrough({ title, text }, rules, marks))
    }
  }

  /** Read up to the newest post there is, so that the first reading brings nothing old. */
  private async writeAccounts() {
    const rows = await this.campus.db
      .insert(accounts)
      .values(
        OFFICIAL_USERS.map(({ id, handle, name, department, accessToken, accessSecret }) => ({
          channel: 'x' as const,
          externalId: id,
          handle: handle.toLowerCase(),
          name,
          url: `${this.web}/${handle}`,
          departmentId: department === null ? null : named(this.departments, department),
          credentials: this.campus.seal.seal(JSON.stringify({ accessToken, accessSecret })),
          cursor: this.world.posts.at(-1)?.id ?? null,
          // What anybody may write without naming an account.
          hashtags: department === null ? ['askquad'] : [],
        })),
      )
      .returning({ id: accounts.id, handle: accounts.handle })
    this.accounts = new Map(rows.map(({ handle, id }) => [handle, id]))
  }

  private eventsOf(ticket: TicketScript, index: number): Array<Event> {
    const raisedAt = 'post' in ticket ? this.posted(ticket.post).at : momentOf(this.now, ticket.at)
    const steps = ticket.steps.map((step) => ({
      at: step.at === 'as posted' ? this.timeOfPosted(step) : momentOf(this.now, step.at),
      happen: () => this.take(ticket, step),
    }))
    return [
      { at: raisedAt, happen: () => this.open(ticket, index) },
      { at: after(raisedAt, MINUTE), happen: () => this.back(ticket, index) },
      ...steps,
    ]
  }

  private eventsOfRing(): Array<Event> {
    const [at, takenOutAt] = [momentOf(this.now, RING.at), momentOf(this.now, RING.takenOutAt)]
    return [
      { at, happen: () => this.voteAsOne() },
      { at: takenOutAt, happen: () => this.takeRingOut() },
    ]
  }

  private async voteAsOne() {
    const ring = Array.from({ length: RING.size }, () => ({
      id: randomUUID(),
      // Nobody is written to.
      email: null,
      affiliations: ['student' as const],
      createdAt: this.clock.now(),
    }))
    await this.campus.db.insert(people).values(ring)
    const ticket = TICKETS.find((ticket) => 'title' in ticket && ticket.title === RING.backs)!
    const number = this.numbers.get(ticket)!
    for (const { id } of ring) await castVote(this.campus, { number, personId: id, origin: 'demo' })
  }

  private async takeRingOut() {
    await lookAtVotes(this.campus)
    const [flag] = await listFlags(this.campus)
    if (!flag) throw new Error('The ring of the demonstration was not found')
    await invalidateVotes(this.campus, this.person(RING.takenOutBy), {
      flagId: BigInt(flag.id),
      pattern: { conditions: ['young', 'single'], everywhere: false },
      reason: 'one-person',
      expected: RING.size,
    })
  }

  private timeOfPosted(step: Extract<StepScript, { at: 'as posted' }>): Date {
    const { at } = this.posted(step.post)
    return step.kind === 'answer' ? after(at, -MIRRORED_AFTER) : at
  }

  private async open(ticket: TicketScript, index: number) {
    if ('post' in ticket) {
      await this.receive(ticket.post)
      this.numbers.set(ticket, await this.numberOf(ticket.post))
      return
    }
    const { number } = await raise(this.campus, {
      source: 'web',
      title: ticket.title,
      text: ticket.text,
      personId: this.person(ticket.by).personId,
      backed: true,
      departmentId: ticket.department === null ? null : named(this.departments, ticket.department),
      addressed: [],
      hashtags: [],
      submissionKey: `demo-${index}`,
    })
    this.numbers.set(ticket, number)
  }

  /** Takes a post of the practice network in, as the reader does. */
  private async receive(name: keyof typeof POST) {
    const { id, at, author, text, inReplyTo } = this.posted(name)
    const mentions = [...text.matchAll(/@(\w+)/g)].map(([, handle = '']) => handle.toLowerCase())
    const account = mentions.flatMap((handle) => this.accounts.get(handle) ?? [])[0]
    if (account === undefined) throw new Error(`No account of ours sees the post ${name}`)
    const parent = this.world.posts.find((post) => post.id === inReplyTo)
    const parentAuthor = parent && this.world.users.find(({ handle }) => handle === parent.author)
    await receivePost(this.campus, account, {
      channel: 'x',
      externalId: id,
      firstId: id,
      author,
      text,
      url: postUrl(this.web, author.handle, id),
      postedAt: at,
      conversationId: this.conversationOf(id),
      inReplyTo: inReplyTo ?? null,
      mentions: [...new Set(mentions)],
      hashtags: [...text.matchAll(/#(\w+)/g)].map(([, tag = '']) => tag.toLowerCase()),
      summons: 'mentioned',
      repost: false,
      images: [],
      parent: parent
        ? {
            authorName: parentAuthor?.name ?? null,
            authorHandle: parent.author,
            text: parent.text,
            url: postUrl(this.web, parent.author, parent.id),
          }
        : null,
    })
  }

  private conversationOf(id: string): string {
    const inReplyTo = this.world.posts.find((post) => post.id === id)?.inReplyTo
    return inReplyTo === undefined ? id : this.conversationOf(inReplyTo)
  }

  private async numberOf(name: keyof typeof POST): Promise<number> {
    const [row] = await this.campus.db
      .select({ number: posts.ticketNumber })
      .from(posts)
      .where(and(eq(posts.channel, 'x'), eq(posts.firstId, POST[name])))
    if (row?.number == null) throw new Error(`The post ${name} has made no ticket`)
    return row.number
  }

  private async back(ticket: TicketScript, index: number) {
    const number = this.number(ticket)
    for (const name of ticket.backers ?? []) {
      await castVote(this.campus, { number, personId: this.person(name).personId })
    }
    await this.backByCrowd(number, ticket, index)
  }

  /** As `castVote`, for many at once: one by one they would take longer than all the rest. */
  private async backByCrowd(number: number, ticket: TicketScript, index: number) {
    const from = this.clock.now().getTime()
    const until = this.closing(ticket).getTime()
    const voters = Array.from({ length: ticket.crowd }, (_, turn) => ({
      // Seven has no factor in common with the size of the crowd, so that nobody comes twice.
      personId: this.crowd[(index * 31 + turn * 7) % this.crowd.length]!,
      // Most come early.
      createdAt: new Date(from + (until - from) * ((turn + 0.5) / ticket.crowd) ** 2),
    }))
    if (voters.length === 0) return
    await this.campus.db
      .insert(votes)
      .values(voters.map((voter) => ({ ticketNumber: number, ...voter })))
      .onConflictDoNothing()
    await this.campus.db
      .insert(follows)
      .values(voters.map(({ personId }) => ({ ticketNumber: number, personId })))
      .onConflictDoNothing()
    const backed = this.campus.db.$count(votes, eq(votes.ticketNumber, number))
    await this.campus.db
      .update(tickets)
      .set({ votes: await backed })
      .where(eq(tickets.number, number))
  }

  /** Until when a ticket took votes. */
  private closing(ticket: TicketScript): Date {
    const last = ticket.steps.find(
      (step) =>
        step.kind === 'merge' || ('to' in step && step.kind !== 'handover' && step.to && !isOpen(step.to)),
    )
    if (!last) return this.now
    return last.at === 'as posted' ? this.timeOfPosted(last) : momentOf(this.now, last.at)
  }

  private async take(ticket: TicketScript, step: StepScript): Promise<void> {
    const number = this.number(ticket)
    switch (step.kind) {
      case 'comment':
        return comment(this.campus, {
          number,
          personId: this.person(step.by).personId,
          body: step.text,
          key: randomUUID(),
        })
      case 'reply':
        return this.receive(step.post)
      case 'answer':
        await answer(this.campus, this.person(step.by), { number, body: step.text, to: step.to })
        if (step.at !== 'as posted') return
        this.clock.set(this.posted(step.post).at)
        return this.deliver()
      case 'status':
        return changeStatus(this.campus, this.person(step.by), { number, to: step.to, sentence: step.text })
      case 'handover':
        return handOver(this.campus, this.person(step.by), {
          number,
          departmentId: named(this.departments, step.to),
          sentence: step.text,
        })
      case 'note':
        return leaveNote(this.campus, this.person(step.by), { number, body: step.text })
      case 'verdict':
        await sayVerdict(this.campus, {
          number,
          personId: this.person(step.by).personId,
          solved: step.solved,
          reason: step.text,
        })
        return
      case 'verdicts':
        return this.judgeByCrowd(number, step)
      case 'hide':
        await hide(this.campus, this.person(step.by), {
          entryId: await this.newestComment(number),
          reason: step.reason,
          explanation: step.text,
        })
        return
      case 'appeal':
        return appeal(this.campus, this.person(step.by), {
          against: await this.newestHiding(number),
          body: step.text,
        })
      case 'appeal-decided':
        await decideAppeal(this.campus, this.person(step.by), {
          against: await this.newestHiding(number),
          upheld: step.upheld,
          sentence: step.text,
        })
        return
      case 'merge':
        return merge(this.campus, this.person(step.by), {
          number,
          into: await this.numberOf(step.into),
          sentence: step.text,
        })
    }
  }

  private async newestComment(number: number): Promise<bigint> {
    const [row] = await this.campus.db
      .select({ id: entries.id })
      .from(entries)
      .where(and(eq(entries.ticketNumber, number), eq(entries.kind, 'comment')))
      .orderBy(desc(entries.id))
      .limit(1)
    return row!.id
  }

  private async newestHiding(number: number): Promise<Against> {
    const [row] = await this.campus.db
      .select({ id: hidings.id })
      .from(hidings)
      .where(eq(hidings.ticketNumber, number))
      .orderBy(desc(hidings.id))
      .limit(1)
    return { kind: 'hiding', id: row!.id }
  }

  /** The first of the crowd who backed it. */
  private async judgeByCrowd(number: number, { yes, no }: { yes: number; no: number }) {
    const backers = await this.campus.db
      .select({ personId: votes.personId })
      .from(votes)
      .where(and(eq(votes.ticketNumber, number), inArray(votes.personId, this.crowd)))
      .orderBy(asc(votes.createdAt))
      .limit(yes + no)
    for (const [turn, { personId }] of backers.entries()) {
      await sayVerdict(this.campus, { number, personId, solved: turn < yes })
    }
  }

  /** Sends by the real way, to a network on which everything has been said already. */
  private deliver(): Promise<void> {
    return deliverAll({
      campus: this.campus,
      networks: saidAlready(this.world, this.clock, this.web),
      log: createLog('silent'),
      random: () => 0.5,
      stopping: () => false,
    })
  }

  private async checkNothingIsLeftToSend() {
    const left = await this.campus.db
      .select({ text: deliveries.text, reason: deliveries.reason })
      .from(deliveries)
      .where(ne(deliveries.state, 'sent'))
      .orderBy(asc(deliveries.id))
    if (left.length > 0) throw new Error(`The practice network lacks this reply: ${left[0]?.text}`)
  }

  private posted(name: keyof typeof POST) {
    const post = this.world.posts.find(({ id }) => id === POST[name])
    const author = this.world.users.find(({ handle }) => handle === post?.author)
    if (!post || !author) throw new Error(`The practice network has no post ${name}`)
    return { ...post, author, at: new Date(post.at) }
  }

  private person = (name: string): Actor => named(this.people, name)
  private number = (ticket: TicketScript): number => named(this.numbers, ticket)
}

/** X, where each reply of ours is found to be out: it answers with the post of the practice network. */
function saidAlready(world: DemoNetwork, clock: ScriptedClock, web: string): Networks {
  const network: Network = {
    ...xNetwork({ ...DEMO_APP, apiUrl: null, clock }),
    open: ({ handle }) => ({
      id: 'x',
      read: async (since) => ({ posts: [], next: since, trouble: null }),
      find: async () => ({ kind: 'absent' }),
      identify: async () => ({ kind: 'failed', reason: 'This network is only a script.' }),
      async send({ inReplyTo }) {
        // To one post the first answer goes before the final one; the clock tells which it is.
        const reply = world.posts.find(
          (post) =>
            post.author.toLowerCase() === handle &&
            post.inReplyTo === inReplyTo &&
            Date.parse(post.at) === clock.now().getTime(),
        )
        if (!reply) return { kind: 'refused', reason: 'The practice network has no such reply.' }
        return { kind: 'sent', externalId: reply.id, url: postUrl(web, reply.author, reply.id) }
      },
    }),
  }
  return registry([network])
}

function named<Name, Value>(values: ReadonlyMap<Name, Value>, name: Name): Value {
  const value = values.get(name)
  if (value === undefined) throw new Error(`The script names ${String(name)}, which is not there`)
  return value
}

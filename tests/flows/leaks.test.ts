import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { and, eq, sql } from 'drizzle-orm'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { together, type Actor } from '#app/domain/campus.ts'
import { invalidateVotes } from '#app/domain/integrity/invalidate.server.ts'
import { raise } from '#app/domain/intake/raise.server.ts'
import { submitConcern } from '#app/domain/intake/submit.server.ts'
import { readRules } from '#app/domain/screening/rules.server.ts'
import { lookThrough } from '#app/domain/screening/screen.ts'
import { receivePost } from '#app/domain/intake/receive.server.ts'
import { hide } from '#app/domain/moderation/hide.server.ts'
import { findActor } from '#app/domain/people/actor.server.ts'
import { arrive, personWith } from '#app/domain/people/identity.server.ts'
import { erase } from '#app/domain/privacy/erase.server.ts'
import { askUnmasking, decideUnmasking, lookBehind } from '#app/domain/privacy/unmask.server.ts'
import { comment } from '#app/domain/tickets/comment.server.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { answer } from '#app/domain/tickets/speak.server.ts'
import { sayVerdict } from '#app/domain/tickets/verdict.server.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { createSessions } from '#app/web/session.server.ts'
import {
  accounts,
  entries,
  identities,
  people,
  pseudonyms,
  sessions,
  staff,
  unmaskings,
  voteFlags,
} from '#db/schema/index.ts'
import { havePostgres, startPostgres } from '../support/postgres.ts'
import { aPostgresCampus, OFFICIALS, type PostgresCampus } from './campus.ts'
import { findSecrets, findStable, type Secret, type Speaker, type Told } from './leaks.ts'
import { endAll, eventually, startWeb, type Web } from './processes.ts'

const ISSUER = 'oidc:https://sign-in.northfield.example'
/** Each raises one ticket and speaks on three more, no two on the same four. */
const NAMES = ['aldous', 'beatrix', 'caspian', 'delphine', 'evander', 'florian', 'gwendolyn', 'hyacinth']
/** A word in everything that is hidden, and nowhere else. */
const HIDDEN = 'obscurelyhidden'
/** More than one page of a ticket holds. */
const LONG = 130

describe('what is found in what was told', () => {
  const secrets: Array<Secret> = [
    { what: 'an address', text: 'sam@northfield.example' },
    { what: 'a handle', text: 'alexvisits', onCards: true },
  ]
  it.each([
    ['plain', 'by sam@northfield.example', ['an address in a page']],
    ['in capitals', 'by SAM@Northfield.example', ['an address in a page']],
    ['in an address', '/x?mail=sam%40northfield.example', ['an address in a page']],
    ['as entities', 'sam&#x40;northfield.example', ['an address in a page']],
    ['in pieces', 'sam<!-- -->@northfield.example', ['an address in a page']],
    ['nowhere', 'by Amber Heron', []],
    ['on a card', '<figure class="post" aria-label="x">@alexvisits</figure>', []],
    ['beside a card', '<figure class="post">hello</figure> @alexvisits', ['a handle in a page']],
  ])('a secret %s', (_how, text, found) => {
    expect(findSecrets([{ where: 'a page', text }], secrets)).toEqual(found)
  })
  it('a word that follows somebody', () => {
    const pages = new Map([
      [1, 'Amber Heron wrote. u-7 wrote.'],
      [2, 'Cobalt Finch wrote. u-7 wrote.'],
      [3, 'Misty Owl wrote.'],
    ])
    expect(findStable(pages, [{ who: 'sam', tickets: [1, 2] }])).toEqual(['u-7 follows sam over 1, 2'])
    expect(findStable(pages, [{ who: 'kim', tickets: [2, 3] }])).toEqual([])
  })
})

describe.skipIf(!havePostgres())('a filled campus', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  let here: PostgresCampus
  let mail: SMTPServer
  let web: Web
  const students = new Map<string, Actor>()
  const cookies = new Map<string, string>()
  const numbers: Array<number> = []
  let speakers: Array<Speaker> = []
  let long = 0

  beforeAll(async () => {
    server = await startPostgres()
    here = await aPostgresCampus(server.url)
    mail = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, _session, done) => stream.resume().on('end', () => done()),
    })
    await new Promise<void>((resolve) => mail.listen(0, '127.0.0.1', resolve))
    await fill()
    web = await startWeb(
      {
        ...here.env,
        LOG_LEVEL: 'debug',
        CAMPUS_CONTACT: 'privacy@quad.example',
        SMTP_URL: `smtp://127.0.0.1:${(mail.server.address() as AddressInfo).port}`,
        MAIL_FROM: 'quad@quad.example',
      },
      '/health',
    )
  })
  afterAll(async () => {
    await endAll()
    await new Promise<void>((resolve) => (mail ? mail.close(() => resolve()) : resolve()))
    await here?.close()
    await server?.stop()
  })

  /** Words nobody has said before and nobody says again. */
  const freshWords = () => randomBytes(6).toString('hex').replace(/[0-9]/g, 'x')

  async function fill() {
    const { campus } = here
    const { begin } = createSessions(campus.db, false)
    for (const name of NAMES) {
      const id = await together(campus, (campus) =>
        arrive(campus, {
          issuer: ISSUER,
          subject: `pairwise-${name}-7f3a`,
          email: `${name}.surname@northfield.example`,
          affiliations: ['student'],
        }),
      )
      students.set(name, await findActor(campus, id))
      cookies.set(name, (await begin(id, { provider: 'oidc', device: `Browser of ${name}` })).split(';')[0]!)
    }
    const all = [...students.values()]
    for (const [index, student] of all.entries()) {
      const { number } = await raise(campus, {
        source: 'web',
        title: `The ${freshWords()} is broken`,
        text: `It has been ${freshWords()} for days.`,
        personId: student.personId,
        backed: true,
        departmentId: 1 + (index % OFFICIALS.length),
        addressed: [],
        hashtags: [],
        submissionKey: `key-${index}`,
      })
      numbers.push(number)
    }
    const steps = [1, 2, 4]
    const saysOn = (personId: string, number: number) =>
      comment(campus, { number, personId, body: `Also ${freshWords()}.`, key: freshWords() })
    for (const [index, { personId }] of all.entries())
      for (const step of steps) {
        const number = numbers[(index + step) % numbers.length]!
        await saysOn(personId, number)
        await castVote(campus, { number, personId })
      }
    speakers = [...students.keys()].map((who, index) => ({
      who,
      tickets: [0, ...steps].map((step) => numbers[(index + step) % numbers.length]!).sort((a, b) => a - b),
    }))

    // Staff, answers, a verdict with a reason, an unmasking that was looked at, a talk of several pages.
    const dana = await personWith(campus, 'dana.surname@northfield.example', 'responder')
    await campus.db
      .insert(staff)
      .values(OFFICIALS.map((_, index) => ({ personId: dana, departmentId: index + 1 })))
    const responder = await findActor(campus, dana)
    for (const [index, number] of numbers.entries())
      await answer(campus, responder, {
        number,
        body: 'We look into it.',
        ...(index === 0 ? { to: 'resolved' } : {}),
      })
    await sayVerdict(campus, {
      number: numbers[0]!,
      personId: all[0]!.personId,
      solved: false,
      reason: 'Between us: no.',
    })
    const [name] = await campus.db
      .select()
      .from(pseudonyms)
      .where(and(eq(pseudonyms.ticketNumber, numbers[1]!), eq(pseudonyms.personId, all[1]!.personId)))
    await askUnmasking(campus, responder, {
      number: numbers[1]!,
      name: name!.name,
      reason: 'Reason nobody reads.',
    })
    const [asking] = await campus.db.select().from(unmaskings)
    await decideUnmasking(campus, here.admin, { id: asking!.id, granted: true, barredWhy: null })
    expect((await lookBehind(campus, responder, asking!.id)).email).toContain('beatrix')

    // One of everything that can be hidden.
    const [mine, theirs] = [
      await personWith(campus, 'hidden-0.surname@northfield.example', 'student'),
      await personWith(campus, 'hidden-1.surname@northfield.example', 'student'),
    ] as const
    const hidden = await aTicketOf(mine, HIDDEN)
    await comment(campus, { number: hidden, personId: theirs, body: `So ${HIDDEN}.`, key: HIDDEN })
    for (const entry of await campus.db.select().from(entries).where(eq(entries.ticketNumber, hidden)))
      await hide(campus, here.admin, {
        entryId: entry.id,
        reason: 'personal-data',
        explanation: 'Explained to nobody else.',
      })
    numbers.push(hidden)

    const crowd: Array<string> = []
    for (let index = 0; index < 12; index++)
      crowd.push(await personWith(campus, `crowd-${index}.surname@northfield.example`, 'student'))
    long = await aTicketOf(crowd[0]!, 'long')
    for (let index = 0; index < LONG; index++) await saysOn(crowd[index % crowd.length]!, long)
    const joined = await aTicketOf(crowd[1]!, 'joined')
    await merge(campus, here.admin, { number: joined, into: long, sentence: 'The same.' })
    const taken = await aTicketOf(crowd[2]!, 'taken back')
    await erase(campus, crowd[2]!, { words: 'take-back', votes: 'keep' })
    numbers.push(joined, taken)

    // What waits for the care team, for a moderator, and of a network.
    const rules = await readRules(campus)
    for (const [index, text] of [
      'I want to kill myself, says the quincewords one.',
      'I am U7654321, says the quincewords two.',
    ].entries()) {
      const { marks } = lookThrough({ text }, { ...rules, studentNumbers: ['U#######'] }, '')
      const look = lookThrough({ text }, { ...rules, studentNumbers: ['U#######'] }, marks)
      const held = await submitConcern(
        campus,
        {
          source: 'web',
          title: 'About quincewords',
          text,
          personId: all[index]!.personId,
          backed: true,
          departmentId: 1,
          addressed: [],
          hashtags: [],
          submissionKey: `held-${index}`,
        },
        look,
      )
      expect(held.kind).toBe('held')
    }
    // Votes that came from a home, and are not counted.
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)
    for (const personId of crowd.slice(3))
      await castVote(campus, {
        number: long,
        personId,
        origin: campus.seal.mark('address range', '192.0.2.0/24'),
      })
    const [flag] = await campus.db
      .insert(voteFlags)
      .values({
        ticketNumber: long,
        since: ago(10),
        until: ago(-10),
        signs: ['burst', 'young'],
        measures: {
          votes: 20,
          usual: 1,
          young: 20,
          single: 0,
          oneRange: 9,
          ring: 0,
          others: 9,
          othersYoung: 0,
        },
        origin: campus.seal.mark('address range', '192.0.2.0/24'),
        foundAt: ago(0),
      })
      .returning()
    await invalidateVotes(campus, here.admin, {
      flagId: flag!.id,
      pattern: { conditions: ['one-range'], everywhere: false },
      reason: 'one-person',
      expected: crowd.length - 3,
    })

    const [account] = await campus.db.select({ id: accounts.id }).from(accounts)
    const became = await together(campus, (campus) =>
      receivePost(campus, account!.id, {
        channel: 'x',
        externalId: '7002',
        firstId: '7002',
        author: { id: '88123456780', handle: 'quinceposts', name: 'Quince' },
        text: '@quad_it call me: +1 212 555 0187, says the quincewords three',
        url: 'https://x.example/quinceposts/status/7002',
        postedAt: new Date(),
        conversationId: '7002',
        inReplyTo: null,
        mentions: ['quad_it'],
        hashtags: [],
        summons: 'mentioned',
        repost: false,
        parent: null,
        images: [],
      }),
    )
    expect(became).toBe('held')
    await together(campus, (campus) =>
      receivePost(campus, account!.id, {
        channel: 'x',
        externalId: '7001',
        firstId: '7001',
        author: { id: '88123456789', handle: 'alexvisits', name: 'Alex Visits' },
        text: '@quad_it the printers on the second floor are out of order',
        url: 'https://x.example/alexvisits/status/7001',
        postedAt: new Date(),
        conversationId: '7001',
        inReplyTo: null,
        mentions: ['quad_it'],
        hashtags: [],
        summons: 'mentioned',
        repost: false,
        parent: null,
        images: [],
      }),
    )
  }

  async function aTicketOf(personId: string, key: string): Promise<number> {
    const { number } = await raise(here.campus, {
      source: 'web',
      title: `The ${freshWords()} of ${key}`,
      text: `It is ${freshWords()}.`,
      personId,
      backed: true,
      departmentId: 1,
      addressed: [],
      hashtags: [],
      submissionKey: key,
    })
    return number
  }

  /** Everything that leads to a person, as the database has it. */
  async function secrets(): Promise<Array<Secret>> {
    const { db } = here.campus
    const everybody = await db.select().from(people)
    const known = await db.select().from(identities)
    const open = await db.select().from(sessions)
    const authors = await db
      .selectDistinct({ id: entries.authorId })
      .from(entries)
      .where(sql`author_id is not null`)
    return [
      ...everybody.map(({ id }) => ({ what: 'the id of a person', text: id })),
      ...authors.map(({ id }) => ({ what: 'the id of an author', text: id! })),
      ...everybody.flatMap(({ email }) => (email ? [{ what: 'a mail address', text: email }] : [])),
      ...known.map(({ subject }) => ({ what: 'a subject', text: subject })),
      { what: 'an issuer', text: 'sign-in.northfield.example' },
      ...open.map(({ id }) => ({ what: 'the id of a session', text: id })),
      ...NAMES.map((name) => ({ what: 'a name', text: name })),
      { what: 'a surname', text: 'surname' },
      { what: 'an address range', text: here.campus.seal.mark('address range', '192.0.2.0/24') },
      { what: 'a note of staff', text: 'Between us' },
      { what: 'hidden words', text: HIDDEN },
      { what: 'what an author was told', text: 'Explained to nobody else' },
      { what: 'the reason of an unmasking', text: 'Reason nobody reads' },
      { what: 'the handle of a post', text: 'alexvisits', onCards: true },
      { what: "an author's number on a network", text: '88123456789' },
      { what: 'words that are held', text: 'quincewords' },
      { what: 'who wrote a post that is held', text: 'quinceposts' },
    ]
  }

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(web.url + path, { redirect: 'manual', signal: AbortSignal.timeout(20_000), ...init })

  async function tell(where: string, response: Response): Promise<Told> {
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`)
    return { where, text: [String(response.status), ...headers, await response.text()].join('\n') }
  }

  /** Reads everything there is to read for a visitor, from link to link. */
  async function readAll(): Promise<Array<Told>> {
    const told: Array<Told> = []
    const seen = new Set<string>()
    const next = [
      '/',
      '/feed.xml',
      '/resolved',
      '/trust',
      '/?status=all',
      '/robots.txt',
      '/moderation',
      '/moderation/policy',
      '/moderation/feed.xml',
      `/?q=${'obscurely'}`,
      '/favicon.svg',
      '/health',
      '/ready',
    ]
    for (const slug of OFFICIALS) next.push(`/departments/${slug}`, `/feed.xml?department=${slug}`)
    for (const number of [...numbers, long]) next.push(`/tickets/${number}`)
    // What is refused, and what there is not.
    next.push(
      '/nowhere',
      '/tickets/999999',
      '/tickets/abc',
      '/?status=nonsense',
      '/desk',
      '/desk/privacy',
      '/me',
    )
    next.push(
      '/me/export.json',
      '/me/export.csv',
      '/me/erase',
      '/sign-in/link/unknown',
      '/sign-in/code?id=unknown',
    )
    next.push(`/tickets/similar?title=broken`, `/tickets/${long}?before=abc`, '/live/999999')
    for (let path = next.shift(); path !== undefined; path = next.shift()) {
      if (seen.has(path)) continue
      seen.add(path)
      const page = await tell(path, await ask(path))
      told.push(page)
      for (const [, href] of page.text.matchAll(
        /(?:href|src|action|location: )="?((?:\/|http:\/\/127)[^"\s#]*)/g,
      )) {
        const link = href!.replaceAll('&amp;', '&').replace(web.url, '')
        // The board can be asked in endless ways: one filter at a time is enough, and one way to sign in.
        const endless = /^\/(?:resolved)?\?.*&|^\/sign-in\?back|^\/(?:live|sign-out)/.test(link)
        if (link.startsWith('/') && !endless && !seen.has(link)) next.push(link)
      }
    }
    const pagesOfLong = [...seen].filter((path) => path.startsWith(`/tickets/${long}/`))
    expect(pagesOfLong.length, 'of a long talk, every page').toBeGreaterThan(2)

    // What pages are drawn from, as a script of the framework asks for it: more than they show.
    for (const path of [...seen].filter((path) =>
      /^\/(?:tickets\/\d+|departments|resolved|trust)?$/.test(path),
    )) {
      const data = path === '/' ? '/_root.data' : `${path}.data`
      const answer = await tell(data, await ask(data))
      expect(answer.text, data).toMatch(/"root"|SingleFetchRedirect/)
      // What stands on a card stands in it without one.
      told.push({ ...answer, text: `<figure class="post">${answer.text}</figure>` })
    }

    // What answers in other ways: live counts, votes, forms that come back, what is turned away.
    const leave = new AbortController()
    const live = await ask(`/live/${long}`, { signal: leave.signal })
    const { value } = await live.body!.getReader().read()
    told.push({ where: '/live', text: new TextDecoder().decode(value) })
    leave.abort()
    const send = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
      ask(path, {
        method: 'POST',
        body: new URLSearchParams(form),
        headers: { origin: web.url, ...headers },
      })
    const json = { accept: 'application/json' }
    for (const [path, form, headers] of [
      [`/votes/${numbers[1]}`, { intent: 'vote' }, json],
      [`/votes/${numbers[1]}`, { intent: 'vote' }, {}],
      [`/votes/${numbers[1]}`, { intent: 'vote' }, { ...json, cookie: cookies.get('caspian')! }],
      [`/votes/${numbers[1]}`, { intent: 'unvote' }, { ...json, cookie: cookies.get('caspian')! }],
      [`/tickets/${numbers[1]}`, { intent: 'comment', body: '' }, {}],
      [`/tickets/${numbers[1]}`, { intent: 'follow' }, {}],
      [`/mine/${numbers[1]}`, { title: 'x' }, {}],
      ['/tickets/new', { title: '' }, {}],
      ['/theme', { theme: 'dark' }, {}],
      ['/me/erase', { word: 'erase' }, {}],
      ['/desk/privacy', { intent: 'look', id: '1' }, {}],
      ['/sign-in/code?id=unknown', { code: '123456' }, {}],
      ['/sign-in?index', { email: 'aldous.surname@northfield.example' }, {}],
      ['/votes/1', { intent: 'vote' }, { origin: 'https://evil.example' }],
    ] as Array<[string, Record<string, string>, Record<string, string>]>)
      told.push(await tell(`POST ${path}`, await send(path, form, headers)))

    // Somebody signed in sees marks of their own, and of nobody else anything more.
    for (const number of numbers)
      told.push(
        await tell(
          `/tickets/${number}, signed in`,
          await ask(`/tickets/${number}`, { headers: { cookie: cookies.get('caspian')! } }),
        ),
      )
    told.push({ where: 'the log', text: web.output() })
    return told
  }

  /** What a visitor reads of each ticket that our students spoke on. */
  async function pagesOfTickets(): Promise<Map<number, string>> {
    const pages = new Map<number, string>()
    for (const number of numbers.slice(0, NAMES.length))
      pages.set(number, await (await ask(`/tickets/${number}`)).text())
    return pages
  }

  it('tells the public nothing that leads to a person', async () => {
    const told = await readAll()
    expect(told.length).toBeGreaterThan(80)
    expect(told.some(({ text }) => text.includes('verified member'))).toBe(true)
    expect(
      told.some(({ text }) => text.includes('alexvisits')),
      'the post is shown on its card',
    ).toBe(true)
    expect(findSecrets(told, await secrets())).toEqual([])
    for (const { where, text } of told.filter(({ where }) => !where.startsWith('POST ')))
      expect(/^set-cookie: (?!said=)/m.exec(text)?.[0] ?? null, where).toBeNull()
    expect(web.output()).toContain('"level":30')
  })

  it('tells nothing by which one person could be followed from ticket to ticket', async () => {
    expect(findStable(await pagesOfTickets(), speakers)).toEqual([])
  })

  it('and would be caught if it did', async () => {
    const { db } = here.campus
    const [who] = speakers
    const { personId } = students.get(who!.who)!
    // A name that is the same everywhere, and an address in somebody's words that the campus shows.
    await db.update(pseudonyms).set({ name: 'Everywhere Heron4711' }).where(eq(pseudonyms.personId, personId))
    await comment(here.campus, {
      number: numbers[2]!,
      personId: students.get('evander')!.personId,
      body: `This is ${personId}, or aldous.surname@northfield.example.`,
      key: 'planted',
    })
    // A comment draws every page of its ticket anew; for the others, any change does.
    for (const number of numbers.slice(0, NAMES.length))
      await db.execute(sql`update tickets set votes = votes where number = ${number}`)
    await eventually(async () => {
      const pages = await pagesOfTickets()
      const stable = findStable(pages, speakers)
      return stable.some((leak) => leak.startsWith('heron4711 follows aldous'))
    }, 'the name that is the same everywhere is found')
    const found = findSecrets(await readAll(), await secrets())
    expect(found).toContain(`the id of a person in /tickets/${numbers[2]}`)
    expect(found).toContain(`a mail address in /tickets/${numbers[2]}`)
  })
})

import { desc } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { together, type Actor } from '#app/domain/campus.ts'
import { receivePost } from '#app/domain/intake/receive.server.ts'
import { release, releaseExpired } from '#app/domain/intake/release.server.ts'
import { submitComment, submitConcern } from '#app/domain/intake/submit.server.ts'
import { readCareQueue, openCareHold } from '#app/domain/screening/care.server.ts'
import { readRules, saveSettings } from '#app/domain/screening/rules.server.ts'
import { lookThrough, takenOut } from '#app/domain/screening/screen.ts'
import { DAY, MINUTE } from '#app/platform/clock.ts'
import type { HoldKind } from '#app/vocabulary.ts'
import { entries, holds, posts, tickets } from '#db/schema/index.ts'
import { aCampus, aKey, anAccount, anAdmin, aPostAbout, aReplyTo, aStudent, aTicket } from './campus.ts'
import { aCorpus, CORPUS_KINDS, type CorpusKind } from './screening-corpus.ts'

const here = aCampus()
const SEED = 20261128

/** What became of a text at once. `pointed-out`: its author was asked, and took it out. */
type Became = 'public' | 'pointed-out' | HoldKind

const WAYS = ['concern', 'comment', 'post', 'reply'] as const

/** Which of them should not have passed as they were. */
const ASKED_OR_HELD: Record<CorpusKind, boolean> = {
  criticism: false,
  harsh: false,
  'harmless-word': false,
  'personal-data': true,
  'in-need': true,
  spam: false,
  // What no list and no pattern can find. The table says how much of it there is: all of this is public.
  'between-the-lines': false,
}

test('of 500 made-up texts nothing private becomes public, and no criticism is held but by a list that a person overrules', async () => {
  const { campus } = here
  const admin = await anAdmin(campus)
  const { lists: _, ...settings } = await readRules(campus)
  await saveSettings(campus, admin, { ...settings, studentNumbers: ['S#######'] })
  const rules = await readRules(campus)
  const account = await anAccount(campus, 'northfieldlib', here.library)
  const ticket = await aTicket(campus, 'heating')
  const first = aPostAbout('heating')
  await together(campus, (campus) => receivePost(campus, account, first))
  const sam = await aStudent(campus)
  const care: Actor = { ...(await aStudent(campus, 'kit')), role: 'care' }

  const corpus = aCorpus(SEED, 500)
  const became = new Map<CorpusKind, Map<Became, number>>(CORPUS_KINDS.map((kind) => [kind, new Map()]))
  const note = (kind: CorpusKind, as: Became) =>
    became.get(kind)!.set(as, (became.get(kind)!.get(as) ?? 0) + 1)

  const newestKind = async () => {
    const [row] = await campus.db.select({ kind: holds.kind }).from(holds).orderBy(desc(holds.id)).limit(1)
    return row!.kind
  }

  for (const [index, { kind, text }] of corpus.entries()) {
    // So that no hourly limit is what keeps something back.
    here.clock.pass(7 * MINUTE)
    const way = WAYS[Math.floor(index / 10) % WAYS.length]!
    if (way === 'post' || way === 'reply') {
      const post = way === 'post' ? aPostAbout('', { text }) : aReplyTo(first, text)
      const taken = await together(campus, (campus) => receivePost(campus, account, post))
      if (taken !== 'held') note(kind, 'public')
      else note(kind, await newestKind())
      continue
    }
    const field = way === 'concern' ? 'text' : 'body'
    let said = text
    let look = lookThrough({ [field]: said }, rules, '')
    let pointedOut = false
    if (look.offices.length === 0 && look.asks) {
      // Every other author takes it out, and the rest say that a student number stays in.
      pointedOut = true
      if (/S\d{7}/.test(said) && index % 2 === 0) look = lookThrough({ [field]: said }, rules, look.marks)
      else {
        said = takenOut({ [field]: said }, rules, 'all')[field]!
        look = lookThrough({ [field]: said }, rules, '')
      }
    }
    const key = aKey()
    const { personId } = sam
    const submitted =
      way === 'concern'
        ? await submitConcern(
            campus,
            {
              source: 'web',
              title: `Made up ${index}`,
              text: said,
              personId,
              backed: true,
              departmentId: null,
              addressed: [],
              hashtags: [],
              submissionKey: key,
            },
            look,
          )
        : await submitComment(campus, { number: ticket, personId, body: said, key }, look)
    if (submitted.kind === 'public') note(kind, pointedOut ? 'pointed-out' : 'public')
    else note(kind, await newestKind())
  }

  const shown = async () => {
    const [ticketRows, entryRows, postRows] = await Promise.all([
      campus.db.select({ title: tickets.title, body: tickets.body }).from(tickets),
      campus.db.select({ body: entries.body }).from(entries),
      campus.db.select({ text: posts.text }).from(posts),
    ])
    return [
      ...ticketRows.flatMap(({ title, body }) => [title, body]),
      ...entryRows.map(({ body }) => body ?? ''),
      ...postRows.map(({ text }) => text),
    ].join('\n')
  }
  const secrets = corpus.filter(({ secret }) => secret !== '')
  const leaked = async () => {
    const told = await shown()
    return secrets.filter(({ secret }) => told.includes(secret)).map(({ text }) => text)
  }
  expect(await leaked()).toEqual([])
  // A year in which nobody decides anything changes nothing.
  here.clock.pass(365 * DAY)
  await releaseExpired(campus)
  expect(await leaked()).toEqual([])

  // The care team overrules what a list found in harmless words.
  const harmless = corpus.filter(({ kind }) => !ASKED_OR_HELD[kind])
  let released = 0
  for (const { id } of await readCareQueue(campus)) {
    const { words } = await openCareHold(campus, care, BigInt(id))
    if (!harmless.some(({ text }) => text === words!.text)) continue
    await release(campus, care, BigInt(id))
    released += 1
  }
  const told = await shown()
  expect(harmless.filter(({ text }) => !told.includes(text)).map(({ text }) => text)).toEqual([])
  expect(await leaked()).toEqual([])

  const outcomes: Array<Became> = ['public', 'pointed-out', 'personal-data', 'safety', 'review', 'spam']
  console.table(
    Object.fromEntries(
      CORPUS_KINDS.map((kind) => [
        kind,
        Object.fromEntries(outcomes.map((as) => [as, became.get(kind)!.get(as) ?? 0])),
      ]),
    ),
  )
  const count = (kinds: ReadonlyArray<CorpusKind>, as: ReadonlyArray<Became>) =>
    kinds.reduce((sum, kind) => sum + as.reduce((sum, one) => sum + (became.get(kind)!.get(one) ?? 0), 0), 0)
  const judged = (right: CorpusKind, as: ReadonlyArray<Became>) => {
    const hit = count([right], as)
    const all = count(CORPUS_KINDS, as)
    const there = corpus.filter(({ kind }) => kind === right).length
    return { precision: hit / all, recall: hit / there }
  }
  const personal = judged('personal-data', ['pointed-out', 'personal-data'])
  const safety = judged('in-need', ['safety'])
  const unsaid = corpus.filter(({ kind }) => kind === 'between-the-lines').length
  const caught = count(['between-the-lines'], ['pointed-out', 'personal-data', 'safety'])
  console.table({
    'personal data': personal,
    'in need': safety,
    'in need, with what no list names': {
      precision: safety.precision,
      recall: (count(['in-need'], ['safety']) + caught) / (100 + unsaid),
    },
  })
  console.log(`      released by the care team as false alarms: ${released}`)

  expect(personal).toEqual({ precision: 1, recall: 1 })
  expect(safety.recall).toBe(1)
  // No list is the reason that criticism waits, however harsh: only words that could be in earnest are.
  expect(count(['criticism', 'harsh', 'spam'], ['pointed-out', 'personal-data', 'safety'])).toBe(0)
  expect(released).toBe(count(['harmless-word'], ['safety']))
  expect(released).toBeGreaterThan(0)
}, 300_000)

import { and, desc, eq } from 'drizzle-orm'
import sharp from 'sharp'
import { beforeEach, expect, test } from 'vitest'
import type { Actor } from '#app/domain/campus.ts'
import { raise } from '#app/domain/intake/raise.server.ts'
import { hide } from '#app/domain/moderation/hide.server.ts'
import { erase } from '#app/domain/privacy/erase.server.ts'
import { comment } from '#app/domain/tickets/comment.server.ts'
import { addPhoto, ownWords, readPhoto, removePhoto } from '#app/domain/tickets/photos.server.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { HOUR } from '#app/platform/clock.ts'
import { entries, hidings, photos, tickets } from '#db/schema/index.ts'
import { aCampus, anAdmin, aStudent, refusalOf } from './campus.ts'

const here = aCampus()

let sam: Actor
let number: number
beforeEach(async () => {
  await here.campus.db.delete(photos)
  sam = await aStudent(here.campus)
  const ticket = await raise(here.campus, {
    source: 'web',
    title: 'The step is broken',
    text: 'Somebody will fall.',
    personId: sam.personId,
    departmentId: null,
    addressed: [],
    hashtags: [],
    submissionKey: crypto.randomUUID(),
    backed: true,
  })
  number = ticket.number
})

const aFile = async (shade: number) =>
  new Uint8Array(
    await sharp({
      create: { width: 30, height: 20, channels: 3, background: { r: (shade * 40) % 256, g: shade, b: 0 } },
    })
      .png()
      .toBuffer(),
  )

async function entryOf(personId: string, kind: 'raised' | 'comment'): Promise<bigint> {
  const [entry] = await here.campus.db
    .select({ id: entries.id })
    .from(entries)
    .where(and(eq(entries.authorId, personId), eq(entries.kind, kind)))
    .orderBy(desc(entries.id))
  return entry!.id
}

const add = async (who: Actor, entryId: bigint, shade = 10) =>
  addPhoto(here.campus, {
    entryId,
    personId: who.personId,
    description: `Shade ${shade}`,
    file: await aFile(shade),
  })

const shown = async () => {
  const found = await readTicket(here.campus, number, null)
  return found.kind === 'found' ? found.ticket : null
}

test('a photo stands beside the concern, and one beside a comment', async () => {
  const ben = await aStudent(here.campus, 'ben')
  await comment(here.campus, { number, personId: ben.personId, body: 'Here too.', key: crypto.randomUUID() })
  expect(await add(sam, await entryOf(sam.personId, 'raised'), 10)).toBe('added')
  expect(await add(ben, await entryOf(ben.personId, 'comment'), 20)).toBe('added')
  const ticket = await shown()
  expect(ticket!.photos).toEqual([{ id: expect.any(String), description: 'Shade 10', width: 30, height: 20 }])
  const said = ticket!.entries.find(({ kind }) => kind === 'comment')
  expect(said!.photos.map(({ description }) => description)).toEqual(['Shade 20'])
  const image = await readPhoto(here.campus, ticket!.photos[0]!.id)
  expect((await sharp(image!).metadata()).format).toBe('webp')
})

test('the same photo twice is one, and a fifth does not fit', async () => {
  const entry = await entryOf(sam.personId, 'raised')
  expect(await Promise.all([add(sam, entry, 1), add(sam, entry, 1)])).toEqual(['added', 'added'])
  for (const shade of [2, 3, 4]) expect(await add(sam, entry, shade)).toBe('added')
  expect(await add(sam, entry, 5)).toBe('photosFull')
  expect((await shown())!.photos).toHaveLength(4)
})

test('nobody puts a photo beside what somebody else said, nor takes one away', async () => {
  const ben = await aStudent(here.campus, 'ben')
  const entry = await entryOf(sam.personId, 'raised')
  expect(await refusalOf(add(ben, entry))).toBe('not-your-words')
  expect(await refusalOf(add(ben, 999_999n))).toBe('not-your-words')
  await add(sam, entry)
  const [photo] = (await shown())!.photos
  expect(await refusalOf(removePhoto(here.campus, { id: photo!.id, personId: ben.personId }))).toBe(
    'no-such-photo',
  )
  expect((await shown())!.photos).toHaveLength(1)
})

test('taken away, its bytes are gone; and it can be put there again', async () => {
  const entry = await entryOf(sam.personId, 'raised')
  await add(sam, entry)
  const { id } = (await shown())!.photos[0]!
  await removePhoto(here.campus, { id, personId: sam.personId })
  expect(await readPhoto(here.campus, id)).toBeNull()
  const [row] = await here.campus.db.select().from(photos).where(eq(photos.id, id))
  expect([row!.image.length, row!.description, row!.authorId]).toEqual([0, '', null])
  expect((await shown())!.photos).toEqual([])
  expect(await add(sam, entry)).toBe('added')
  expect((await shown())!.photos).toHaveLength(1)
})

test('a ticket that is withdrawn, or an author who is erased, takes the photos along', async () => {
  const entry = await entryOf(sam.personId, 'raised')
  await add(sam, entry)
  const { id } = (await shown())!.photos[0]!
  await here.campus.db.update(tickets).set({ status: 'withdrawn' }).where(eq(tickets.number, number))
  expect(await readPhoto(here.campus, id)).toBeNull()
  expect(await refusalOf(add(sam, entry, 99))).toBe('withdrawn')
  await here.campus.db.update(tickets).set({ status: 'received' }).where(eq(tickets.number, number))
  expect(await readPhoto(here.campus, id)).not.toBeNull()
  await erase(here.campus, sam.personId, { words: 'keep', votes: 'keep' })
  expect(await readPhoto(here.campus, id)).toBeNull()
})

test('hidden words take their photos along, and bring them back', async () => {
  const entryId = await entryOf(sam.personId, 'raised')
  await add(sam, entryId)
  const { id } = (await shown())!.photos[0]!
  const ada = await anAdmin(here.campus)
  await hide(here.campus, ada, { entryId, reason: 'obscenity', explanation: 'Not for a board.' })
  expect((await shown())!.photos).toEqual([])
  expect(await readPhoto(here.campus, id)).toBeNull()
  await here.campus.db.update(hidings).set({ restoredAt: here.clock.now() })
  expect((await shown())!.photos).toHaveLength(1)
  expect(await readPhoto(here.campus, id)).not.toBeNull()
})

test('past the hourly limit nothing is drawn, and an hour later it goes on', async () => {
  const entry = await entryOf(sam.personId, 'raised')
  await add(sam, entry)
  const [one] = await here.campus.db.select().from(photos)
  for (let n = 0; n < 20; n += 1)
    await here.campus.db
      .insert(photos)
      .values({ ...one!, id: `flood-${n}`, digest: `flood-${n}`, removedAt: here.clock.now() })
  expect(await refusalOf(add(sam, entry, 50))).toBe('too-many-photos')
  here.clock.pass(HOUR)
  expect(await add(sam, entry, 50)).toBe('added')
})

test('a ticket merged into another brings its photos along', async () => {
  await add(sam, await entryOf(sam.personId, 'raised'), 7)
  const into = await raise(here.campus, {
    source: 'web',
    title: 'Broken steps everywhere',
    text: 'All of them.',
    personId: sam.personId,
    departmentId: null,
    addressed: [],
    hashtags: [],
    submissionKey: crypto.randomUUID(),
    backed: true,
  })
  await here.campus.db
    .update(tickets)
    .set({ status: 'merged', mergedInto: into.number })
    .where(eq(tickets.number, number))
  const found = await readTicket(here.campus, into.number, null)
  const raised =
    found.kind === 'found' && found.ticket.entries.find(({ related }) => related?.number === number)
  expect(raised && raised.photos.map(({ description }) => description)).toEqual(['Shade 7'])
})

test('who opens the page for photos sees their own words alone', async () => {
  const ben = await aStudent(here.campus, 'ben')
  await comment(here.campus, { number, personId: ben.personId, body: 'Here too.', key: crypto.randomUUID() })
  const { words } = await ownWords(here.campus, number, ben.personId)
  expect(words.map(({ raised, text }) => ({ raised, text }))).toEqual([{ raised: false, text: 'Here too.' }])
  const { words: his } = await ownWords(here.campus, number, sam.personId)
  expect(his.map(({ raised, text }) => ({ raised, text }))).toEqual([
    { raised: true, text: 'Somebody will fall.' },
  ])
})

import { and, asc, count, desc, eq, gt, inArray, isNull, notExists } from 'drizzle-orm'
import { after, HOUR } from '#app/platform/clock.ts'
import { notFound, tooMany } from '#app/platform/errors.ts'
import { entries, hidings, photos, tickets } from '#db/schema/index.ts'
import { together, type Campus, type InTransaction } from '../campus.ts'
import { aToken } from '../people/identity.server.ts'
import { holdOne, refuseEnded } from './hold.server.ts'
import { reencode } from './reencode.server.ts'
import type { OwnWords, PhotoView } from './views.ts'

/** Beside one concern or comment. */
export const MOST_PHOTOS = 4
/** More in an hour is no report but a flood. */
const PHOTOS_AN_HOUR = 20

export type Added = 'added' | 'photoUnreadable' | 'photoTooLarge' | 'photosFull'

/**
 * Puts a photo beside what its author said. The same photo twice is one.
 * @throws {Refusal} where somebody else said it, on a ticket that ended in another, or past the hourly limit
 */
export async function addPhoto(
  campus: Campus,
  { entryId, personId, description, file }: NewPhoto,
): Promise<Added> {
  // Before it is drawn anew, which costs: nobody else's words, and no flood.
  await ownEntry(campus, entryId, personId)
  await refuseFlood(campus, personId)
  const drawn = await reencode(file)
  if (drawn.kind === 'refused') return drawn.fault
  return together(campus, async (campus) => {
    const { ticketNumber } = await ownEntry(campus, entryId, personId)
    refuseEnded(await holdOne(campus, ticketNumber))
    const there = await campus.db
      .select({ digest: photos.digest })
      .from(photos)
      .where(and(eq(photos.entryId, entryId), isNull(photos.removedAt)))
    if (there.some(({ digest }) => digest === drawn.digest)) return 'added'
    if (there.length >= MOST_PHOTOS) return 'photosFull'
    const { kind: _, ...image } = drawn
    const shown = {
      ...image,
      description,
      authorId: personId,
      createdAt: campus.clock.now(),
      removedAt: null,
    }
    await campus.db
      .insert(photos)
      .values({ id: aToken(), entryId, ticketNumber, ...shown })
      // It was removed, and is wanted again.
      .onConflictDoUpdate({ target: [photos.entryId, photos.digest], set: shown })
    return 'added'
  })
}

export type NewPhoto = { entryId: bigint; personId: string; description: string; file: Uint8Array }

/** What is left of a removed one: that there was one. */
const REMOVED = { image: new Uint8Array(), description: '', authorId: null }

/** @throws {Refusal} where it is not theirs */
export async function removePhoto(campus: Campus, { id, personId }: { id: string; personId: string }) {
  const removed = await campus.db
    .update(photos)
    .set({ ...REMOVED, removedAt: campus.clock.now() })
    .where(and(eq(photos.id, id), eq(photos.authorId, personId), isNull(photos.removedAt)))
    .returning({ id: photos.id })
  if (removed.length === 0) throw notFound('no-such-photo')
}

/** Takes all photos of somebody away, whose words may stay: a photo shows more than was written. */
export async function removePhotosOf(campus: InTransaction, personId: string): Promise<void> {
  await campus.db
    .update(photos)
    .set({ ...REMOVED, removedAt: campus.clock.now() })
    .where(eq(photos.authorId, personId))
}

/** @returns null when there is none that everybody may see: it goes with the words it stands beside */
export async function readPhoto(campus: Campus, id: string): Promise<Uint8Array | null> {
  const hiding = campus.db
    .select()
    .from(hidings)
    .where(and(eq(hidings.entryId, photos.entryId), isNull(hidings.restoredAt)))
  const [photo] = await campus.db
    .select({ image: photos.image, status: tickets.status })
    .from(photos)
    .innerJoin(tickets, eq(tickets.number, photos.ticketNumber))
    .where(and(eq(photos.id, id), isNull(photos.removedAt), notExists(hiding)))
  return photo && photo.status !== 'withdrawn' ? photo.image : null
}

/** The photos of tickets, by the entry they stand beside. */
export async function photosOn(
  campus: Campus,
  numbers: ReadonlyArray<number>,
): Promise<Map<string, Array<PhotoView>>> {
  const rows = await campus.db
    .select({ entryId: photos.entryId, ...VIEW })
    .from(photos)
    .where(and(inArray(photos.ticketNumber, [...numbers]), isNull(photos.removedAt)))
    .orderBy(asc(photos.createdAt), asc(photos.id))
  const found = new Map<string, Array<PhotoView>>()
  for (const { entryId, ...photo } of rows)
    found.set(String(entryId), [...(found.get(String(entryId)) ?? []), photo])
  return found
}

/** What somebody said on a ticket themselves, the newest first, with the photos beside it. */
export async function ownWords(
  campus: Campus,
  number: number,
  personId: string,
): Promise<{ ticket: { number: number; slug: string; title: string }; words: Array<OwnWords> }> {
  const [ticket] = await campus.db
    .select({ number: tickets.number, slug: tickets.slug, title: tickets.title, body: tickets.body })
    .from(tickets)
    .where(eq(tickets.number, number))
  if (!ticket) throw notFound('no-such-ticket')
  const said = await campus.db
    .select({ id: entries.id, kind: entries.kind, body: entries.body, at: entries.createdAt })
    .from(entries)
    .where(and(eq(entries.ticketNumber, number), own(personId)))
    .orderBy(desc(entries.id))
    .limit(50)
  const beside = await photosOn(campus, [number])
  const { body, ...head } = ticket
  return {
    ticket: head,
    words: said.map((entry) => ({
      id: String(entry.id),
      raised: entry.kind === 'raised',
      text: entry.body ?? body,
      at: entry.at,
      photos: beside.get(String(entry.id)) ?? [],
    })),
  }
}

const VIEW = {
  id: photos.id,
  description: photos.description,
  width: photos.width,
  height: photos.height,
}

function own(personId: string) {
  return and(
    eq(entries.authorId, personId),
    eq(entries.audience, 'public'),
    inArray(entries.kind, ['raised', 'comment']),
    isNull(entries.postId),
  )
}

/** @throws {Refusal} where somebody else said it */
async function ownEntry({ db }: InTransaction, entryId: bigint, personId: string) {
  const [entry] = await db
    .select({ ticketNumber: entries.ticketNumber })
    .from(entries)
    .where(and(eq(entries.id, entryId), own(personId)))
  if (!entry) throw notFound('not-your-words')
  return entry
}

async function refuseFlood(campus: Campus, personId: string): Promise<void> {
  const [recent] = await campus.db
    .select({ photos: count() })
    .from(photos)
    .where(and(eq(photos.authorId, personId), gt(photos.createdAt, after(campus.clock.now(), -HOUR))))
  if (recent && recent.photos >= PHOTOS_AN_HOUR) throw tooMany('too-many-photos')
}

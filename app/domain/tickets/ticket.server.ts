import { and, asc, desc, eq, gt, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { gone, notFound } from '#app/platform/errors.ts'
import {
  accounts,
  announcements,
  deliveries,
  departments,
  entries,
  photos,
  invalidatedTickets,
  invalidations,
  posts,
  pseudonyms,
  tickets,
} from '#db/schema/index.ts'
import type { Source } from '#app/vocabulary.ts'
import type { Actor, Campus } from '../campus.ts'
import { can } from '../people/can.ts'
import { hiddenAmong, readHidden, type HiddenHere } from './hidden.server.ts'
import { NO_MARKS, readMarks } from './marks.server.ts'
import { photosOn } from './photos.server.ts'
import { UPDATE_WITHIN, workingDaysLeft } from './promise.ts'
import { isOpen } from './status.ts'
import { askedUntil } from './verdict.ts'
import { readPublicTally } from './verdict.server.ts'
import type {
  EntryView,
  FirstResponse,
  PhotoView,
  HiddenNote,
  PostView,
  Pseudonym,
  Responsible,
  Step,
  TicketView,
  Voice,
} from './views.ts'
import { readVoices } from './voices.server.ts'

/** A long conversation is read in pages, the newest first. */
const ENTRIES_A_PAGE = 100

/** Which page of the conversation: the one before an entry, or after it; null for the newest. */
export type Place = { before: bigint } | { after: bigint } | null

export type FoundTicket =
  | {
      kind: 'found'
      ticket: TicketView
      departmentId: number | null
      /** The entry before which older ones stand, and the one after which newer ones do. */
      older: string | null
      newer: string | null
    }
  | { kind: 'merged'; into: { number: number; slug: string } }

/**
 * Everything a ticket's page shows, to the one who looks: staff of its department also read its notes.
 * @throws {Refusal} when there is no such ticket, or it was withdrawn
 */
export async function readTicket(
  campus: Campus,
  number: number,
  viewer: Actor | null,
  place: Place = null,
): Promise<FoundTicket> {
  const ticket = await readRow(campus, number)
  if (ticket.status === 'withdrawn') throw gone('withdrawn')
  if (ticket.mergedInto !== null) {
    const [into] = await campus.db
      .select({ number: tickets.number, slug: tickets.slug })
      .from(tickets)
      .where(eq(tickets.number, ticket.mergedInto))
    return { kind: 'merged', into: into! }
  }
  const joined = ticket.joined ? await readJoined(campus, number) : []
  const numbers = [number, ...joined.map((row) => row.number)]
  const staff = can(viewer, 'read-notes', ticket)
  const [{ page, older, newer }, concerns, hidden, voices, marks, tally, accountsThere, beside] =
    await Promise.all([
      readPage(campus, number, numbers, { staff, place }),
      ticket.posted ? readConcerns(campus, number) : [],
      readHidden(campus, numbers),
      ticket.posted ? readVoices(campus, number) : [],
      viewer === null ? NO_MARKS : readMarks(campus, viewer.personId, number),
      ticket.status === 'resolved' ? readPublicTally(campus, number) : null,
      ticket.departmentId === null ? [] : readAccounts(campus, ticket.departmentId),
      ticket.photographed ? photosOn(campus, numbers) : new Map<string, Array<PhotoView>>(),
    ])
  const whole = place === null && older === null
  const milestones = whole
    ? page.filter((row) => row.ticketNumber === number && isMilestone(row))
    : await readMilestones(campus, number)
  const shown = [...concerns, ...page.flatMap((row) => row.post ?? [])]
  const [mirrored, parents, quotedHidden] = await Promise.all([
    // Only posts are replied to.
    readMirrored(campus, ticket.posted ? [...new Set([...page, ...milestones].map((row) => row.id))] : []),
    readParents(
      campus,
      numbers,
      page.flatMap((row) => row.post ?? []),
      concerns,
    ),
    hiddenAmong(
      campus,
      shown.flatMap(({ parent }) => parent?.url ?? []),
    ),
  ])
  const viewPost = postsWithout(hidden, quotedHidden)
  const view = (row: EntryRow): EntryView => {
    const entry = viewEntry(row, ticket.authorId, {
      mirrored: mirrored.get(row.id) ?? [],
      photos: beside.get(String(row.id)) ?? [],
      replyTo: (row.post?.inReplyTo && parents.get(row.post.inReplyTo)) || null,
      hidden: hiddenOf(row, hidden),
      post: row.post && viewPost(row.post),
    })
    const raisedHere =
      row.kind === 'raised' ? joined.find(({ number }) => number === row.ticketNumber) : undefined
    // A merged ticket's page leads here, so its words are told here.
    return raisedHere ? { ...entry, related: raisedHere, body: raisedHere.body } : entry
  }

  const steps: Array<Step> = milestones.flatMap((row) =>
    row.to === null ? [] : [{ status: row.to, at: row.createdAt }],
  )
  // What was said before a ticket was opened again did not settle it, so it stands no more.
  const reopened = milestones.findLastIndex(
    (row) => row.from !== null && row.to !== null && !isOpen(row.from) && isOpen(row.to),
  )
  const raised = milestones.find((row) => row.kind === 'raised' && row.ticketNumber === number)
  const official = milestones
    .slice(reopened + 1)
    .filter((row) => row.kind === 'answer' || (row.to !== null && !isOpen(row.to)))
    .at(-1)
  return {
    kind: 'found',
    departmentId: ticket.departmentId,
    older,
    newer,
    ticket: {
      number: ticket.number,
      slug: ticket.slug,
      title: ticket.title,
      body: ticket.body,
      photos: (raised && !hidden.notes.has(raised.id) && beside.get(String(raised.id))) || [],
      hidden: (raised && hidden.notes.get(raised.id)) ?? null,
      raisedEntry: raised ? String(raised.id) : null,
      raisedBy: raisedBy(ticket),
      status: ticket.status,
      department: ticket.department,
      source: ticket.source,
      createdAt: ticket.createdAt,
      votes: ticket.votes,
      comments: ticket.comments,
      answers: ticket.answers,
      answeredAt: ticket.answeredAt,
      promise:
        ticket.promisedAt && ticket.department
          ? {
              department: ticket.department.name,
              workingDays: ticket.answerWithin ?? UPDATE_WITHIN,
              by: ticket.promisedAt,
              first: ticket.firstResponseAt === null,
            }
          : null,
      response: responseOf(campus, ticket),
      responsible: ticket.department && responsibleFor(ticket.department, milestones, accountsThere),
      voices,
      tally,
      takenOut: ticket.takenOut,
      askedUntil: askedUntil(ticket),
      ...marks,
      steps,
      posts: concerns.map(viewPost),
      official: official ? view(official) : null,
      entries: page.map(view),
    },
  }
}

async function readRow(campus: Campus, number: number) {
  const [row] = await campus.db
    .select({
      number: tickets.number,
      slug: tickets.slug,
      title: tickets.title,
      body: tickets.body,
      status: tickets.status,
      source: tickets.source,
      departmentId: tickets.departmentId,
      authorId: tickets.authorId,
      createdAt: tickets.createdAt,
      votes: tickets.votes,
      comments: tickets.comments,
      answers: tickets.answers,
      answeredAt: tickets.answeredAt,
      promisedAt: tickets.promisedAt,
      firstResponseAt: tickets.firstResponseAt,
      answerDueAt: tickets.answerDueAt,
      closedAt: tickets.closedAt,
      answerWithin: departments.answerWithin,
      mergedInto: tickets.mergedInto,
      department: { id: departments.id, slug: departments.slug, name: departments.name },
      // Most have neither, and are spared the questions about them.
      joined: sql<boolean>`exists (select from ${tickets} joined where joined.merged_into = ${number})`,
      posted: sql<boolean>`exists (select from ${posts} where ${posts.ticketNumber} = ${number})`,
      photographed: sql<boolean>`exists (select from ${photos} left join ${tickets} t on t.number = ${photos.ticketNumber} where ${photos.ticketNumber} = ${number} or t.merged_into = ${number})`,
      takenOut: sql<number>`coalesce((
        select sum(taken.votes) from ${invalidatedTickets} taken
          join ${invalidations} decision on decision.id = taken.invalidation_id and decision.undone_at is null
        where taken.ticket_number = ${number}
          or taken.ticket_number in (select joined.number from ${tickets} joined where joined.merged_into = ${number})
      ), 0)::int`,
      pseudonym: PSEUDONYM,
    })
    .from(tickets)
    .leftJoin(departments, eq(departments.id, tickets.departmentId))
    .leftJoin(
      pseudonyms,
      and(eq(pseudonyms.ticketNumber, tickets.number), eq(pseudonyms.personId, tickets.authorId)),
    )
    .where(eq(tickets.number, number))
  if (!row) throw notFound('no-such-ticket')
  return row
}

/** The tickets that were merged into it. */
function readJoined(campus: Campus, number: number) {
  return campus.db
    .select({ number: tickets.number, slug: tickets.slug, title: tickets.title, body: tickets.body })
    .from(tickets)
    .where(eq(tickets.mergedInto, number))
}

function raisedBy(ticket: {
  source: Source
  authorId: string | null
  pseudonym: Pseudonym | null
}): TicketView['raisedBy'] {
  if (ticket.source !== 'web') return null
  return ticket.authorId === null ? 'former' : ticket.pseudonym
}

const related = alias(tickets, 'related')

const PSEUDONYM = { name: pseudonyms.name, affiliation: pseudonyms.affiliation }

const ENTRY = {
  id: entries.id,
  ticketNumber: entries.ticketNumber,
  kind: entries.kind,
  audience: entries.audience,
  createdAt: entries.createdAt,
  authorId: entries.authorId,
  body: entries.body,
  from: entries.from,
  to: entries.to,
  department: { id: departments.id, slug: departments.slug, name: departments.name },
  related: { number: related.number, slug: related.slug, title: related.title },
  post: posts,
  pseudonym: PSEUDONYM,
}

/** @param number the ticket on whose page they are shown: after a merge, all names are on it */
function entryRows(campus: Campus, number: number) {
  return campus.db
    .select(ENTRY)
    .from(entries)
    .leftJoin(departments, eq(departments.id, entries.departmentId))
    .leftJoin(related, eq(related.number, entries.relatedTicket))
    .leftJoin(posts, eq(posts.id, entries.postId))
    .leftJoin(pseudonyms, and(eq(pseudonyms.ticketNumber, number), eq(pseudonyms.personId, entries.authorId)))
    .$dynamic()
}

type EntryRow = Awaited<ReturnType<typeof entryRows>>[number]

/** One page of the conversation, oldest first, and whether there is more on either side. */
async function readPage(
  campus: Campus,
  number: number,
  numbers: Array<number>,
  { staff, place }: { staff: boolean; place: Place },
): Promise<{ page: Array<EntryRow>; older: string | null; newer: string | null }> {
  const forwards = place !== null && 'after' in place
  const rows = await entryRows(campus, number)
    .where(
      and(
        inArray(entries.ticketNumber, numbers),
        // The survivor's own line tells of a merge; the other's would tell it again.
        or(isNull(entries.to), ne(entries.to, 'merged')),
        staff ? undefined : eq(entries.audience, 'public'),
        place === null
          ? undefined
          : 'after' in place
            ? gt(entries.id, place.after)
            : lt(entries.id, place.before),
      ),
    )
    .orderBy(forwards ? asc(entries.id) : desc(entries.id))
    .limit(ENTRIES_A_PAGE + 1)
  const more = rows.length > ENTRIES_A_PAGE
  const page = rows.slice(0, ENTRIES_A_PAGE)
  if (!forwards) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  return {
    page,
    // After the beginning there is nothing before; before the newest page there is always something after.
    older: first && (forwards ? place.after > 0n : more) ? String(first.id) : null,
    newer: last && (forwards ? more : place !== null) ? String(last.id) : null,
  }
}

const isMilestone = ({ kind, to }: EntryRow) => kind === 'answer' || kind === 'handover' || to !== null

/** The entries that made the ticket what it is, oldest first, however long the talk between them. */
async function readMilestones(campus: Campus, number: number): Promise<Array<EntryRow>> {
  const newestFirst = await entryRows(campus, number)
    .where(
      and(
        eq(entries.ticketNumber, number),
        // `isMilestone`, word for word as the index that serves it.
        sql`(${entries.kind} in ('answer', 'handover') or ${entries.to} is not null)`,
      ),
    )
    .orderBy(desc(entries.id))
    .limit(200)
  return newestFirst.reverse()
}

/** The posts that raised it, or tickets merged into it. */
function readConcerns(campus: Campus, number: number) {
  return campus.db
    .select()
    .from(posts)
    .where(and(eq(posts.ticketNumber, number), eq(posts.kind, 'concern')))
    .orderBy(asc(posts.id))
}

function readAccounts(campus: Campus, departmentId: number): Promise<Responsible['accounts']> {
  return campus.db
    .select({ channel: accounts.channel, handle: accounts.handle, url: accounts.url })
    .from(accounts)
    .where(eq(accounts.departmentId, departmentId))
    .orderBy(asc(accounts.handle))
}

/** Which entry of this ticket each post answers: the one that brought its parent, or that our reply mirrors. */
async function readParents(
  campus: Campus,
  numbers: Array<number>,
  children: Array<Post>,
  concerns: Array<Post>,
): Promise<Map<string, string>> {
  const asked = [...new Set(children.flatMap((post) => post.inReplyTo ?? []))]
  if (asked.length === 0) return new Map()
  const [said, mirrors] = await Promise.all([
    campus.db
      .select({ id: entries.id, first: posts.firstId, newest: posts.externalId })
      .from(posts)
      .innerJoin(entries, eq(entries.postId, posts.id))
      .where(
        and(
          inArray(posts.channel, [...new Set(children.map((post) => post.channel))]),
          // A reply names the version it saw.
          or(inArray(posts.firstId, asked), inArray(posts.externalId, asked)),
          inArray(entries.ticketNumber, numbers),
          inArray(entries.kind, ['raised', 'comment']),
        ),
      ),
    campus.db
      .select({ id: announcements.entryId, reply: deliveries.externalId })
      .from(deliveries)
      .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
      .where(
        and(
          inArray(deliveries.postId, [-1n, ...concerns.map((post) => post.id)]),
          inArray(deliveries.externalId, asked),
        ),
      ),
  ])
  return new Map([
    ...said.flatMap(({ id, first, newest }) =>
      [first, newest].map((version): [string, string] => [version, String(id)]),
    ),
    ...mirrors.map(({ id, reply }): [string, string] => [reply!, String(id)]),
  ])
}

async function readMirrored(campus: Campus, ids: Array<bigint>): Promise<Map<bigint, EntryView['mirrored']>> {
  const mirrored = new Map<bigint, EntryView['mirrored']>()
  if (ids.length === 0) return mirrored
  const rows = await campus.db
    .select({
      entryId: announcements.entryId,
      channel: accounts.channel,
      handle: accounts.handle,
      url: deliveries.url,
      state: deliveries.state,
    })
    .from(deliveries)
    .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
    .innerJoin(accounts, eq(accounts.id, deliveries.accountId))
    .where(inArray(announcements.entryId, ids))
    .orderBy(asc(deliveries.id))
  for (const { entryId, ...delivery } of rows) {
    mirrored.set(entryId, [...(mirrored.get(entryId) ?? []), delivery])
  }
  return mirrored
}

function viewEntry(
  row: EntryRow,
  ticketAuthor: string | null,
  { hidden, post, photos, ...found }: Pick<EntryView, 'mirrored' | 'photos' | 'replyTo' | 'hidden' | 'post'>,
): EntryView {
  const voice = voiceOf(row, ticketAuthor)
  return {
    id: String(row.id),
    kind: row.kind,
    audience: row.audience,
    at: row.createdAt,
    voice,
    // Whoever answers for a department may also have a name of their own on this ticket: it is not told there.
    pseudonym: voice === 'author' || voice === 'member' ? row.pseudonym : null,
    department: row.department,
    body: hidden ? null : row.body,
    from: row.from,
    to: row.to,
    related: row.related,
    post: hidden ? null : post,
    photos: hidden ? [] : photos,
    hidden,
    ...found,
  }
}

function voiceOf(row: EntryRow, ticketAuthor: string | null): Voice {
  switch (row.kind) {
    case 'answer':
    case 'handover':
    case 'merge':
      return 'department'
    case 'status':
      // Every department signs what it changes; without a name it was Quad itself.
      return row.department === null ? 'quad' : 'department'
    case 'note':
      // A reader's note says why a resolution solved nothing, and names the status it speaks of.
      return row.from === null ? 'department' : personal(row.authorId, ticketAuthor)
    case 'gone':
      return 'quad'
    case 'raised':
    case 'comment':
    case 'edit':
      return row.post !== null ? 'network' : personal(row.authorId, ticketAuthor)
  }
}

function personal(author: string | null, ticketAuthor: string | null): Voice {
  if (author === null) return 'former'
  return author === ticketAuthor ? 'author' : 'member'
}

function responseOf(
  campus: Campus,
  ticket: { createdAt: Date; firstResponseAt: Date | null; answerDueAt: Date | null },
): FirstResponse | null {
  const { createdAt, firstResponseAt, answerDueAt: due } = ticket
  if (firstResponseAt === null) return null
  const daysUntil = (at: Date) => workingDaysLeft(createdAt, at, campus.zone)
  return {
    at: firstResponseAt,
    workingDays: daysUntil(firstResponseAt),
    target: due && daysUntil(due),
    due,
  }
}

function responsibleFor(
  department: NonNullable<EntryRow['department']>,
  milestones: Array<EntryRow>,
  accounts: Responsible['accounts'],
): Responsible {
  const owners = milestones.filter((row) => row.kind === 'raised' || row.kind === 'handover')
  return {
    department,
    since: owners.at(-1)!.createdAt,
    from: owners.at(-2)?.department ?? null,
    accounts,
  }
}

type Post = typeof posts.$inferSelect

/** Words that were hidden where they were first said are hidden in every newer version, too. */
function hiddenOf(row: EntryRow, hidden: HiddenHere): HiddenNote | null {
  return hidden.notes.get(row.id) ?? (row.post && hidden.posts.get(row.post.id)) ?? null
}

const NOTHING_OF_IT = { authorName: '', authorHandle: '', text: '', url: '', parent: null, images: [] }

/** @param quoted addresses of posts that are hidden, which others quote */
function postsWithout(hidden: HiddenHere, quoted: Set<string>): (post: Post) => PostView {
  return (post) => {
    const note = hidden.posts.get(post.id) ?? null
    return {
      channel: post.channel,
      authorName: post.authorName,
      authorHandle: post.authorHandle,
      text: post.text,
      url: post.url,
      postedAt: post.postedAt,
      edited: post.editedAt !== null,
      parent: post.parent && quoted.has(post.parent.url) ? null : post.parent,
      images: post.images,
      summons: post.summons,
      gone: post.goneAt !== null,
      hidden: note,
      ...(note === null ? {} : NOTHING_OF_IT),
    }
  }
}

import { and, asc, desc, eq, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { notFound } from '#app/platform/errors.ts'
import {
  accounts,
  announcements,
  deliveries,
  departments,
  entries,
  follows,
  posts,
  tickets,
  votes,
} from '#db/schema/index.ts'
import type { Actor, Campus } from '../campus.ts'
import { mayHandOver } from '../people/permission.ts'
import { UPDATE_WITHIN } from './promise.ts'
import { isOpen } from './status.ts'
import type { EntryView, PostView, Step, TicketView, Voice } from './views.ts'

/** A long conversation is read in pages, the newest first. */
const ENTRIES_A_PAGE = 100

export type FoundTicket =
  | { kind: 'found'; ticket: TicketView; departmentId: number | null; older: string | null }
  | { kind: 'merged'; into: { number: number; slug: string } }

/**
 * Everything a ticket's page shows, to the one who looks: staff of its department also read its notes.
 * @param before the id of the oldest entry of the page before, to read on backwards
 * @throws {Refusal} when there is no such ticket
 */
export async function readTicket(
  campus: Campus,
  number: number,
  viewer: Actor | null,
  before: bigint | null = null,
): Promise<FoundTicket> {
  const ticket = await readRow(campus, number, viewer?.personId ?? null)
  if (ticket.mergedInto !== null) {
    const [into] = await campus.db
      .select({ number: tickets.number, slug: tickets.slug })
      .from(tickets)
      .where(eq(tickets.number, ticket.mergedInto))
    return { kind: 'merged', into: into! }
  }
  const joined = await campus.db
    .select({ number: tickets.number, slug: tickets.slug, title: tickets.title, body: tickets.body })
    .from(tickets)
    .where(eq(tickets.mergedInto, number))
  const numbers = [number, ...joined.map((row) => row.number)]
  const staff = viewer !== null && mayHandOver(viewer, ticket.departmentId)
  const [page, marks] = await Promise.all([
    readEntries(campus, numbers, { staff, before }),
    readMarks(campus, number),
  ])
  const older = page.length > ENTRIES_A_PAGE ? page.pop()! && String(page.at(-1)!.id) : null
  const shown = [...page, ...marks].filter(
    (row, index, all) => all.findIndex((other) => other.id === row.id) === index,
  )
  const mirrored = await readMirrored(
    campus,
    shown.map((row) => row.id),
  )
  const view = (row: EntryRow): EntryView => {
    const entry = viewEntry(row, ticket.authorId, mirrored.get(row.id) ?? [])
    const raisedHere =
      row.kind === 'raised' ? joined.find(({ number }) => number === row.ticketNumber) : undefined
    // A merged ticket's page leads here, so its words are told here.
    return raisedHere ? { ...entry, related: raisedHere, body: raisedHere.body } : entry
  }

  const steps: Array<Step> = marks.flatMap((row) =>
    row.to === null ? [] : [{ status: row.to, at: row.createdAt }],
  )
  const official = marks.filter((row) => row.kind === 'answer' || (row.to !== null && !isOpen(row.to))).at(-1)
  const concerns = await campus.db
    .select()
    .from(posts)
    .where(and(eq(posts.ticketNumber, number), eq(posts.kind, 'concern')))
    .orderBy(asc(posts.id))
  return {
    kind: 'found',
    departmentId: ticket.departmentId,
    older,
    ticket: {
      number: ticket.number,
      slug: ticket.slug,
      title: ticket.title,
      body: ticket.body,
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
      voted: ticket.voted,
      followed: ticket.followed,
      mine: viewer !== null && ticket.authorId === viewer.personId,
      steps,
      posts: concerns.map(viewPost),
      official: official ? view(official) : null,
      entries: page.reverse().map(view),
    },
  }
}

async function readRow(campus: Campus, number: number, personId: string | null) {
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
      answerWithin: departments.answerWithin,
      mergedInto: tickets.mergedInto,
      department: { id: departments.id, slug: departments.slug, name: departments.name },
      voted: sql<boolean>`exists (select from ${votes} where ${votes.ticketNumber} = ${tickets.number} and ${votes.personId} = ${personId})`,
      followed: sql<boolean>`exists (select from ${follows} where ${follows.ticketNumber} = ${tickets.number} and ${follows.personId} = ${personId} and ${follows.active})`,
    })
    .from(tickets)
    .leftJoin(departments, eq(departments.id, tickets.departmentId))
    .where(eq(tickets.number, number))
  if (!row) throw notFound('no-such-ticket')
  return row
}

const related = alias(tickets, 'related')

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
}

function entryRows(campus: Campus) {
  return campus.db
    .select(ENTRY)
    .from(entries)
    .leftJoin(departments, eq(departments.id, entries.departmentId))
    .leftJoin(related, eq(related.number, entries.relatedTicket))
    .leftJoin(posts, eq(posts.id, entries.postId))
    .$dynamic()
}

type EntryRow = Awaited<ReturnType<typeof entryRows>>[number]

/** The newest entries first, one more than a page so that the caller sees whether there are older ones. */
function readEntries(
  campus: Campus,
  numbers: Array<number>,
  only: { staff: boolean; before: bigint | null },
): Promise<Array<EntryRow>> {
  return entryRows(campus)
    .where(
      and(
        inArray(entries.ticketNumber, numbers),
        // The survivor's own line tells of a merge; the other's would tell it again.
        or(isNull(entries.to), ne(entries.to, 'merged')),
        only.staff ? undefined : eq(entries.audience, 'public'),
        only.before === null ? undefined : lt(entries.id, only.before),
      ),
    )
    .orderBy(desc(entries.id))
    .limit(ENTRIES_A_PAGE + 1)
}

/** The entries that made the ticket what it is, however long the talk between them. */
async function readMarks(campus: Campus, number: number): Promise<Array<EntryRow>> {
  const newestFirst = await entryRows(campus)
    .where(
      and(eq(entries.ticketNumber, number), or(eq(entries.kind, 'answer'), sql`${entries.to} is not null`)),
    )
    .orderBy(desc(entries.id))
    .limit(200)
  return newestFirst.reverse()
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

function viewEntry(row: EntryRow, ticketAuthor: string | null, mirrored: EntryView['mirrored']): EntryView {
  return {
    id: String(row.id),
    kind: row.kind,
    audience: row.audience,
    at: row.createdAt,
    voice: voiceOf(row, ticketAuthor),
    department: row.department,
    body: row.body,
    from: row.from,
    to: row.to,
    related: row.related,
    post: row.post && viewPost(row.post),
    mirrored,
  }
}

function voiceOf(row: EntryRow, ticketAuthor: string | null): Voice {
  switch (row.kind) {
    case 'answer':
    case 'status':
    case 'handover':
    case 'merge':
    case 'note':
      return 'department'
    case 'raised':
    case 'comment':
    case 'edit':
      if (row.post !== null) return 'network'
      return row.authorId !== null && row.authorId === ticketAuthor ? 'author' : 'student'
  }
}

function viewPost(post: typeof posts.$inferSelect): PostView {
  return {
    channel: post.channel,
    authorName: post.authorName,
    authorHandle: post.authorHandle,
    text: post.text,
    url: post.url,
    postedAt: post.postedAt,
    edited: post.editedAt !== null,
    parent: post.parent,
  }
}

import { and, asc, desc, eq, inArray, ne, or, sql } from 'drizzle-orm'
import { alias, type PgColumn, type PgTable } from 'drizzle-orm/pg-core'
import {
  appeals,
  auditLog,
  authenticatorApps,
  blocks,
  careNotes,
  departments,
  entries,
  follows,
  hidings,
  holds,
  identities,
  invalidationMails,
  invalidations,
  invitations,
  passkeys,
  people,
  photos,
  pseudonyms,
  factorTries,
  recoveryCodes,
  referrals,
  reports,
  sessions,
  signIns,
  signOutMails,
  staff,
  tickets,
  unmaskings,
  verdicts,
  voteFlags,
  votes,
} from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'
import { readOwnHolds } from '../screening/hold.server.ts'
import { addressesOf } from './addresses.server.ts'
import type { Asking, Self } from './views.ts'

type Row = Record<string, unknown>

type Held = {
  /** The columns by which a row is about somebody: together they are all that there are, as a test says. */
  by: ReadonlyArray<PgColumn>
  read(campus: Campus, personId: string): Promise<Array<Row>>
}

/** Rows that name the person in one column. Left out is what opens something, and what is about others. */
function rowsOf(table: PgTable, by: PgColumn, shown: Record<string, PgColumn>): Held {
  return {
    by: [by],
    read: (campus, personId) => campus.db.select(shown).from(table).where(eq(by, personId)),
  }
}

/** Rows that know the person by an address alone. */
function rowsTo(table: PgTable, by: PgColumn, shown: Record<string, PgColumn>): Held {
  return {
    by: [by],
    async read(campus, personId) {
      const addresses = await addressesOf(campus, personId)
      return addresses.length === 0 ? [] : campus.db.select(shown).from(table).where(inArray(by, addresses))
    },
  }
}

const asker = alias(people, 'asker')
const decider = alias(people, 'decider')

/**
 * Who asked who somebody is, once that is decided. What a law forbids to tell is left out, and so is what nobody has
 * decided yet: nothing has been told of the person.
 */
function readAskings(campus: Campus, personId: string): Promise<Array<Asking>> {
  return campus.db
    .select({
      ticketNumber: unmaskings.ticketNumber,
      name: unmaskings.name,
      reason: unmaskings.reason,
      askedBy: asker.role,
      decidedBy: decider.role,
      askedAt: unmaskings.askedAt,
      decidedAt: sql`${unmaskings.decidedAt}`.mapWith(unmaskings.decidedAt).as('decided'),
      granted: sql<boolean>`${unmaskings.granted}`,
      readAt: unmaskings.readAt,
    })
    .from(unmaskings)
    .leftJoin(asker, eq(asker.id, unmaskings.askedBy))
    .leftJoin(decider, eq(decider.id, unmaskings.decidedBy))
    .where(
      and(
        eq(unmaskings.personId, personId),
        sql`${unmaskings.decidedAt} is not null`,
        eq(unmaskings.barred, false),
      ),
    )
    .orderBy(desc(unmaskings.id))
}

/** Everything that is held about a person, by kind. Their name on a ticket is with the ticket. */
export const HELD = {
  person: rowsOf(people, people.id, {
    id: people.id,
    email: people.email,
    role: people.role,
    affiliations: people.affiliations,
    createdAt: people.createdAt,
    disabledAt: people.disabledAt,
  }),
  identities: rowsOf(identities, identities.personId, {
    issuer: identities.issuer,
    subject: identities.subject,
    createdAt: identities.createdAt,
    seenAt: identities.seenAt,
  }),
  departments: rowsOf(staff, staff.personId, { departmentId: staff.departmentId }),
  sessions: rowsOf(sessions, sessions.userId, {
    provider: sessions.provider,
    device: sessions.device,
    createdAt: sessions.createdAt,
    seenAt: sessions.seenAt,
    expiresAt: sessions.expiresAt,
    endsAt: sessions.endsAt,
    strongAt: sessions.strongAt,
  }),
  passkeys: rowsOf(passkeys, passkeys.personId, {
    name: passkeys.name,
    publicKey: passkeys.publicKey,
    transports: passkeys.transports,
    createdAt: passkeys.createdAt,
    usedAt: passkeys.usedAt,
  }),
  authenticatorApps: rowsOf(authenticatorApps, authenticatorApps.personId, {
    createdAt: authenticatorApps.createdAt,
    lastStep: authenticatorApps.lastStep,
  }),
  factorTries: rowsOf(factorTries, factorTries.personId, {
    tries: factorTries.tries,
    lastAt: factorTries.lastAt,
  }),
  recoveryCodes: rowsOf(recoveryCodes, recoveryCodes.personId, { usedAt: recoveryCodes.usedAt }),
  signIns: rowsTo(signIns, signIns.email, {
    email: signIns.email,
    next: signIns.next,
    tries: signIns.tries,
    createdAt: signIns.createdAt,
    expiresAt: signIns.expiresAt,
    usedAt: signIns.usedAt,
  }),
  invitations: {
    by: [invitations.email, invitations.usedBy],
    async read(campus, personId) {
      const addresses = await addressesOf(campus, personId)
      return campus.db
        .select({
          email: invitations.email,
          role: invitations.role,
          departmentId: invitations.departmentId,
          createdAt: invitations.createdAt,
          expiresAt: invitations.expiresAt,
          usedAt: invitations.usedAt,
        })
        .from(invitations)
        .where(
          or(
            eq(invitations.usedBy, personId),
            addresses.length > 0 ? inArray(invitations.email, addresses) : undefined,
          ),
        )
    },
  },
  invitationsSent: rowsOf(invitations, invitations.invitedBy, {
    role: invitations.role,
    departmentId: invitations.departmentId,
    createdAt: invitations.createdAt,
    usedAt: invitations.usedAt,
  }),
  accountMails: rowsOf(signOutMails, signOutMails.personId, {
    accountId: signOutMails.accountId,
    signedOutAt: signOutMails.signedOutAt,
    sentAt: signOutMails.sentAt,
  }),
  tickets: rowsOf(tickets, tickets.authorId, {
    number: tickets.number,
    title: tickets.title,
    body: tickets.body,
    status: tickets.status,
    createdAt: tickets.createdAt,
    submissionKey: tickets.submissionKey,
  }),
  entries: rowsOf(entries, entries.authorId, {
    id: entries.id,
    ticketNumber: entries.ticketNumber,
    kind: entries.kind,
    audience: entries.audience,
    departmentId: entries.departmentId,
    body: entries.body,
    fromStatus: entries.from,
    toStatus: entries.to,
    relatedTicket: entries.relatedTicket,
    createdAt: entries.createdAt,
    submissionKey: entries.submissionKey,
  }),
  photos: rowsOf(photos, photos.authorId, {
    id: photos.id,
    ticketNumber: photos.ticketNumber,
    entryId: photos.entryId,
    description: photos.description,
    width: photos.width,
    height: photos.height,
    createdAt: photos.createdAt,
  }),
  pseudonyms: rowsOf(pseudonyms, pseudonyms.personId, {
    ticketNumber: pseudonyms.ticketNumber,
    name: pseudonyms.name,
    affiliation: pseudonyms.affiliation,
  }),
  votes: rowsOf(votes, votes.personId, {
    ticketNumber: votes.ticketNumber,
    createdAt: votes.createdAt,
    origin: votes.origin,
    invalidatedBy: votes.invalidatedBy,
  }),
  votesTakenOutMails: rowsOf(invalidationMails, invalidationMails.personId, {
    invalidationId: invalidationMails.invalidationId,
    sentAt: invalidationMails.sentAt,
  }),
  votesTakenOutBy: rowsOf(invalidations, invalidations.madeBy, {
    id: invalidations.id,
    at: invalidations.at,
    reason: invalidations.reason,
  }),
  votesRestoredBy: rowsOf(invalidations, invalidations.undoneBy, {
    id: invalidations.id,
    undoneAt: invalidations.undoneAt,
  }),
  voteFlagsSettled: rowsOf(voteFlags, voteFlags.settledBy, {
    id: voteFlags.id,
    ticketNumber: voteFlags.ticketNumber,
    settledAt: voteFlags.settledAt,
  }),
  follows: rowsOf(follows, follows.personId, {
    ticketNumber: follows.ticketNumber,
    active: follows.active,
  }),
  verdicts: {
    by: [verdicts.personId],
    read: (campus, personId) =>
      campus.db
        .select({
          ticketNumber: entries.ticketNumber,
          solved: verdicts.solved,
          createdAt: verdicts.createdAt,
        })
        .from(verdicts)
        .innerJoin(entries, eq(entries.id, verdicts.resolutionId))
        .where(eq(verdicts.personId, personId)),
  },
  /** What they wrote that waits for a person, or did. */
  holds: { by: [holds.personId], read: readOwnHolds },
  holdsOpened: rowsOf(holds, holds.openedBy, { id: holds.id, openedAt: holds.openedAt }),
  holdsLearned: rowsOf(holds, holds.learnedBy, { id: holds.id, learnedAt: holds.learnedAt }),
  holdsDecided: rowsOf(holds, holds.decidedBy, {
    id: holds.id,
    kind: holds.kind,
    decidedAt: holds.decidedAt,
    outcome: holds.outcome,
    reason: holds.reason,
  }),
  // What a note says is about somebody else.
  careNotes: rowsOf(careNotes, careNotes.authorId, { holdId: careNotes.holdId, at: careNotes.at }),
  referrals: rowsOf(referrals, referrals.referredBy, {
    holdId: referrals.holdId,
    ticketNumber: referrals.ticketNumber,
    at: referrals.at,
  }),
  unmaskings: { by: [unmaskings.personId], read: readAskings },
  unmaskingsAsked: rowsOf(unmaskings, unmaskings.askedBy, {
    ticketNumber: unmaskings.ticketNumber,
    name: unmaskings.name,
    reason: unmaskings.reason,
    askedAt: unmaskings.askedAt,
    decidedAt: unmaskings.decidedAt,
    granted: unmaskings.granted,
    readAt: unmaskings.readAt,
  }),
  unmaskingsDecided: rowsOf(unmaskings, unmaskings.decidedBy, {
    ticketNumber: unmaskings.ticketNumber,
    name: unmaskings.name,
    decidedAt: unmaskings.decidedAt,
    granted: unmaskings.granted,
    barred: unmaskings.barred,
    barredWhy: unmaskings.barredWhy,
  }),
  /** What was hidden of theirs: a comment's words are with the entries. */
  hidings: rowsOf(hidings, hidings.authorId, {
    ticketNumber: hidings.ticketNumber,
    title: hidings.title,
    body: hidings.body,
    reason: hidings.reason,
    explanation: hidings.explanation,
    policyVersion: hidings.policyVersion,
    hiddenAt: hidings.hiddenAt,
    restoredAt: hidings.restoredAt,
  }),
  hidingsDecided: rowsOf(hidings, hidings.hiddenBy, {
    ticketNumber: hidings.ticketNumber,
    reason: hidings.reason,
    explanation: hidings.explanation,
    hiddenAt: hidings.hiddenAt,
  }),
  blocks: rowsOf(blocks, blocks.personId, {
    ticketNumber: blocks.ticketNumber,
    name: blocks.name,
    reason: blocks.reason,
    explanation: blocks.explanation,
    policyVersion: blocks.policyVersion,
    blockedAt: blocks.blockedAt,
    until: blocks.until,
    liftedAt: blocks.liftedAt,
  }),
  blocksDecided: rowsOf(blocks, blocks.blockedBy, {
    ticketNumber: blocks.ticketNumber,
    name: blocks.name,
    reason: blocks.reason,
    explanation: blocks.explanation,
    blockedAt: blocks.blockedAt,
    until: blocks.until,
  }),
  appeals: rowsOf(appeals, appeals.personId, {
    body: appeals.body,
    filedAt: appeals.filedAt,
    dueAt: appeals.dueAt,
    decidedAt: appeals.decidedAt,
    upheld: appeals.upheld,
    sentence: appeals.sentence,
  }),
  appealsDecided: rowsOf(appeals, appeals.decidedBy, {
    decidedAt: appeals.decidedAt,
    upheld: appeals.upheld,
    sentence: appeals.sentence,
  }),
  reports: rowsOf(reports, reports.personId, {
    entryId: reports.entryId,
    reason: reports.reason,
    words: reports.words,
    reportedAt: reports.reportedAt,
    settledAt: reports.settledAt,
    hidden: reports.hidden,
  }),
  auditLog: rowsOf(auditLog, auditLog.actorId, {
    at: auditLog.at,
    event: auditLog.event,
    subject: auditLog.subject,
    details: auditLog.details,
  }),
  /** What others did to them. Not who: that is about the others. */
  auditLogAbout: {
    by: [auditLog.subject],
    read: (campus, personId) =>
      campus.db
        .select({ at: auditLog.at, event: auditLog.event, details: auditLog.details })
        .from(auditLog)
        .where(
          and(
            eq(auditLog.subject, `person:${personId}`),
            or(sql`${auditLog.actorId} is null`, ne(auditLog.actorId, personId)),
          ),
        )
        .orderBy(asc(auditLog.id)),
  },
} satisfies Record<string, Held>

export type HeldKind = keyof typeof HELD

/** Every row about a person, with nothing left out but what opens something and what is about somebody else. */
export async function readHeld(campus: Campus, personId: string): Promise<Record<HeldKind, Array<Row>>> {
  const kinds = await Promise.all(
    Object.entries(HELD).map(async ([kind, { read }]) => [kind, await read(campus, personId)] as const),
  )
  return Object.fromEntries(kinds) as Record<HeldKind, Array<Row>>
}

/** The same in short, for their own page. */
export async function readSelf(campus: Campus, personId: string): Promise<Self> {
  const { db } = campus
  const [[person], known, departmentNames, raised, askings, held, comments, ...rest] = await Promise.all([
    db.select().from(people).where(eq(people.id, personId)),
    db
      .select({ issuer: identities.issuer, subject: identities.subject, seenAt: identities.seenAt })
      .from(identities)
      .where(eq(identities.personId, personId)),
    db
      .select({ name: departments.name })
      .from(staff)
      .innerJoin(departments, eq(departments.id, staff.departmentId))
      .where(eq(staff.personId, personId)),
    db
      .select({
        number: tickets.number,
        slug: tickets.slug,
        title: tickets.title,
        status: tickets.status,
        name: pseudonyms.name,
      })
      .from(tickets)
      .leftJoin(
        pseudonyms,
        and(
          eq(pseudonyms.ticketNumber, sql`coalesce(${tickets.mergedInto}, ${tickets.number})`),
          eq(pseudonyms.personId, personId),
        ),
      )
      .where(eq(tickets.authorId, personId))
      .orderBy(desc(tickets.number)),
    readAskings(campus, personId),
    readOwnHolds(campus, personId),
    db.$count(entries, and(eq(entries.authorId, personId), eq(entries.kind, 'comment'))),
    db.$count(votes, eq(votes.personId, personId)),
    db.$count(follows, and(eq(follows.personId, personId), eq(follows.active, true))),
    db.$count(verdicts, eq(verdicts.personId, personId)),
    db.$count(sessions, eq(sessions.userId, personId)),
    db.$count(passkeys, eq(passkeys.personId, personId)),
    db.$count(authenticatorApps, eq(authenticatorApps.personId, personId)),
  ])
  const [backed, followed, said, open, keys, apps] = rest
  return {
    email: person!.email,
    role: person!.role,
    affiliations: person!.affiliations,
    since: person!.createdAt,
    identities: known,
    departments: departmentNames.map(({ name }) => name),
    raised,
    askings,
    held,
    counts: {
      comments,
      votes: backed,
      follows: followed,
      verdicts: said,
      sessions: open,
      factors: keys + apps,
    },
  }
}

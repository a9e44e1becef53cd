import { and, asc, eq, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm'
import { textIn } from '#app/catalogue/text.ts'
import { conflict } from '#app/platform/errors.ts'
import {
  appeals,
  entries,
  identities,
  invitations,
  people,
  pseudonyms,
  signIns,
  tickets,
  verdicts,
  votes,
} from '#db/schema/index.ts'
import { together, type Campus, type InTransaction } from '../campus.ts'
import { rewrite } from '../intake/retell.server.ts'
import { record } from '../people/audit.server.ts'
import { aToken, markOf } from '../people/identity.server.ts'
import { endInvitationsBy } from '../people/look-after.server.ts'
import { isBacked, withdraw } from '../tickets/backing.server.ts'
import { hold } from '../tickets/hold.server.ts'
import { removePhotosOf } from '../tickets/photos.server.ts'
import { append } from '../timeline/append.server.ts'
import { addressesOf } from './addresses.server.ts'
import type { Erasure } from './views.ts'

/**
 * Forgets a person, in one transaction. Their row goes, and with it everything that hangs on it: identities, sessions,
 * factors, posts in departments, follows. What they said stays without them, or becomes a place that says that it was
 * taken back. Votes that stay are counted under a row that has nothing of the person but a keyed mark, by which they
 * are known if they come again. Asked a second time it does nothing.
 * @throws {Refusal} to the last administrator
 */
export async function erase(
  campus: Campus,
  personId: string,
  { words, votes: backing }: Erasure,
): Promise<void> {
  await together(campus, async (campus) => {
    // Tickets before people, the order in which everything else takes them.
    await hold(campus, await ticketsOf(campus, personId, backing === 'take-back'))
    const [person] = await campus.db.select().from(people).where(eq(people.id, personId)).for('update')
    if (!person) return
    if (person.role === 'admin') await refuseLastAdmin(campus, personId)
    if (words === 'take-back') await takeWordsBack(campus, personId)
    if (backing === 'take-back') await takeVotesBack(campus, personId)
    else await keepVotes(campus, personId)

    await removePhotosOf(campus, personId)
    const addresses = await addressesOf(campus, personId)
    if (addresses.length > 0) await campus.db.delete(signIns).where(inArray(signIns.email, addresses))
    await campus.db
      .delete(invitations)
      .where(
        or(
          eq(invitations.usedBy, personId),
          addresses.length > 0 ? inArray(invitations.email, addresses) : undefined,
        ),
      )
    await endInvitationsBy(campus, personId)
    await campus.db.update(pseudonyms).set({ affiliation: null }).where(eq(pseudonyms.personId, personId))
    await campus.db.delete(people).where(eq(people.id, personId))
    await record(campus, {
      actorId: personId,
      event: 'person.erased',
      subject: `person:${personId}`,
      details: { words, votes: backing },
    })
  })
}

/** The tickets an erasure changes. */
async function ticketsOf(
  campus: InTransaction,
  personId: string,
  withVotes: boolean,
): Promise<Array<number>> {
  const said = campus.db
    .selectDistinct({ number: entries.ticketNumber })
    .from(entries)
    .where(eq(entries.authorId, personId))
  const raised = campus.db
    .select({ number: tickets.number })
    .from(tickets)
    .where(eq(tickets.authorId, personId))
  const backed = campus.db
    .select({ number: votes.ticketNumber })
    .from(votes)
    .where(eq(votes.personId, personId))
  const found = [await said, await raised, withVotes ? await backed : []].flat()
  return [...new Set(found.map(({ number }) => number))].sort((a, b) => a - b)
}

/** The others are held, so that two who leave at once are not both let go. */
async function refuseLastAdmin(campus: InTransaction, personId: string): Promise<void> {
  const admins = await campus.db
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.role, 'admin'), isNull(people.disabledAt), isNull(people.erasedAt)))
    .orderBy(asc(people.id))
    .for('update')
  if (admins.every(({ id }) => id === personId)) throw conflict('last-admin')
}

async function takeWordsBack(campus: InTransaction, personId: string): Promise<void> {
  const raised = await campus.db
    .select()
    .from(tickets)
    .where(eq(tickets.authorId, personId))
    .orderBy(asc(tickets.number))
    .for('update')
  const t = textIn('en')
  for (const ticket of raised) {
    const backed = await isBacked(campus, ticket, { personId })
    await rewrite(campus, eq(tickets.number, ticket.number), {
      title: t('takenBack.title'),
      body: t('takenBack.body'),
    })
    if (backed || ticket.status === 'merged')
      await append(campus, { ticketNumber: ticket.number, kind: 'gone' })
    else await withdraw(campus, ticket, null)
  }
  await campus.db.update(appeals).set({ body: '' }).where(eq(appeals.personId, personId))
  await campus.db
    .update(entries)
    .set({ authorId: null, body: null })
    .where(
      and(
        eq(entries.authorId, personId),
        isNull(entries.postId),
        or(eq(entries.kind, 'comment'), and(eq(entries.kind, 'note'), isNotNull(entries.from))),
      ),
    )
}

async function takeVotesBack(campus: InTransaction, personId: string): Promise<void> {
  const taken = await campus.db
    .delete(votes)
    .where(eq(votes.personId, personId))
    .returning({ number: votes.ticketNumber, invalidatedBy: votes.invalidatedBy })
  const counted = taken.filter(({ invalidatedBy }) => invalidatedBy === null)
  if (counted.length > 0)
    await campus.db
      .update(tickets)
      .set({ votes: sql`${tickets.votes} - 1` })
      .where(
        inArray(
          tickets.number,
          counted.map(({ number }) => number),
        ),
      )
}

/** What was counted stays so, under a row that is nobody's until the same person comes again. */
async function keepVotes(campus: InTransaction, personId: string): Promise<void> {
  const counted =
    (await campus.db.$count(votes, eq(votes.personId, personId))) +
    (await campus.db.$count(verdicts, eq(verdicts.personId, personId)))
  if (counted === 0) return
  const nobody = aToken()
  const now = campus.clock.now()
  await campus.db.insert(people).values({ id: nobody, createdAt: now, erasedAt: now })
  for (const table of [votes, verdicts])
    await campus.db.update(table).set({ personId: nobody }).where(eq(table.personId, personId))
  const known = await campus.db.select().from(identities).where(eq(identities.personId, personId))
  if (known.length > 0)
    await campus.db.insert(identities).values(
      known.map((identity) => ({
        ...markOf(campus, identity),
        personId: nobody,
        createdAt: now,
        seenAt: now,
      })),
    )
}

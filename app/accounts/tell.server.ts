import { and, asc, eq, isNotNull, isNull, lt, or } from 'drizzle-orm'
import type { Mailer } from '#app/channels/mail.ts'
import { textIn } from '#app/catalogue/text.ts'
import type { Campus } from '#app/domain/campus.ts'
import { after, MINUTE } from '#app/platform/clock.ts'
import { reasonOf } from '#app/platform/errors.ts'
import type { Log } from '#app/platform/log.ts'
import { accounts, departments, people, signOutMails, staff } from '#db/schema/index.ts'

/** Longer than a mail server may take; after a crash, how long nobody writes the same mail again. */
const LEASE = 5 * MINUTE

export type TellContext = { campus: Campus; mailer: Mailer; publicUrl: string; log: Log }

type Account = Pick<
  typeof accounts.$inferSelect,
  'id' | 'channel' | 'handle' | 'departmentId' | 'trouble' | 'troubleAt'
>

/**
 * Writes to those who look after an account that its network has signed out, once for each time that happens. A
 * mail is claimed before it is handed over and noted after: of a process that dies in between, one mail may be
 * written again, and none is forgotten.
 */
export async function tellOwners(context: TellContext, stopping: () => boolean = () => false): Promise<void> {
  const { campus } = context
  const untold = await campus.db
    .select()
    .from(accounts)
    .where(and(eq(accounts.state, 'signed-out'), isNull(accounts.toldAt), isNotNull(accounts.troubleAt)))
    .orderBy(asc(accounts.id))
  for (const account of untold) {
    if (stopping()) return
    await tell(context, account)
  }
}

async function tell(context: TellContext, account: Account): Promise<void> {
  const { campus, log } = context
  const owners = await ownersOf(campus, account.departmentId)
  if (owners.length === 0)
    log.warn({ account: account.id }, 'an account is signed out, and nobody looks after it')
  let told = 0
  for (const owner of owners) if (await write(context, account, owner)) told += 1
  if (told < owners.length) return
  await campus.db
    .update(accounts)
    .set({ toldAt: campus.clock.now() })
    .where(and(eq(accounts.id, account.id), eq(accounts.troubleAt, account.troubleAt!)))
}

/** The department's staff; where there is none, or the account is the whole campus's, the administrators. */
async function ownersOf(campus: Campus, departmentId: number | null) {
  const who = { id: people.id, email: people.email }
  const workers =
    departmentId === null
      ? []
      : await campus.db
          .select(who)
          .from(staff)
          .innerJoin(people, eq(people.id, staff.personId))
          .where(eq(staff.departmentId, departmentId))
          .orderBy(asc(people.id))
  const owners =
    workers.length > 0
      ? workers
      : await campus.db.select(who).from(people).where(eq(people.role, 'admin')).orderBy(asc(people.id))
  // Whose provider tells no address cannot be written to.
  return owners.flatMap(({ id, email }) => (email === null ? [] : [{ id, email }]))
}

/** @returns whether this person has been told */
async function write(
  { campus, mailer, publicUrl, log }: TellContext,
  account: Account,
  owner: { id: string; email: string },
): Promise<boolean> {
  const now = campus.clock.now()
  const mail = { accountId: account.id, personId: owner.id, signedOutAt: account.troubleAt! }
  const lease = { claimedUntil: after(now, LEASE) }
  const claimed = await campus.db
    .insert(signOutMails)
    .values({ ...mail, ...lease })
    .onConflictDoUpdate({
      target: [signOutMails.accountId, signOutMails.personId, signOutMails.signedOutAt],
      set: lease,
      setWhere: and(
        isNull(signOutMails.sentAt),
        or(isNull(signOutMails.claimedUntil), lt(signOutMails.claimedUntil, now)),
      ),
    })
    .returning({ claimedUntil: signOutMails.claimedUntil })
  const here = and(
    eq(signOutMails.accountId, mail.accountId),
    eq(signOutMails.personId, mail.personId),
    eq(signOutMails.signedOutAt, mail.signedOutAt),
  )
  if (claimed.length === 0) {
    const [known] = await campus.db.select({ sentAt: signOutMails.sentAt }).from(signOutMails).where(here)
    return known?.sentAt != null
  }
  const t = textIn('en')
  const words = {
    account: `@${account.handle}`,
    network: t(`source.${account.channel}`),
    department: await nameOf(campus, account.departmentId),
    reason: account.trouble ?? '',
    url: `${publicUrl}/desk/channels`,
  }
  try {
    await mailer.send({
      to: owner.email,
      subject: t('mail.signedOut.subject', words),
      text: t('mail.signedOut.body', words),
    })
  } catch (error) {
    log.error({ account: account.id, reason: reasonOf(error) }, 'the owner of an account could not be told')
    await campus.db.update(signOutMails).set({ claimedUntil: null }).where(here)
    return false
  }
  await campus.db.update(signOutMails).set({ sentAt: campus.clock.now(), claimedUntil: null }).where(here)
  return true
}

async function nameOf(campus: Campus, departmentId: number | null): Promise<string> {
  if (departmentId === null) return textIn('en')('channel.wholeCampus')
  const [row] = await campus.db
    .select({ name: departments.name })
    .from(departments)
    .where(eq(departments.id, departmentId))
  return row?.name ?? ''
}

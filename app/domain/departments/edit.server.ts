import { and, asc, eq, inArray, isNotNull, notExists } from 'drizzle-orm'
import { departments, identities, people, routingRules, staff } from '#db/schema/index.ts'
import { together, type Campus, type InTransaction } from '../campus.ts'
import { slugOf } from '../tickets/slug.ts'

export type DepartmentSheet = {
  /** Null: a new one. */
  id: number | null
  name: string
  purpose: string
  /** Working days. */
  answerWithin: number
  /** Mail addresses of those who answer for it. */
  staff: Array<string>
  hashtags: Array<string>
  keywords: Array<string>
}

/** Every department with its staff and rules, for the admin's page. */
export async function readSheets(
  campus: Campus,
): Promise<Array<DepartmentSheet & { id: number; slug: string }>> {
  const [rows, workers, rules] = await Promise.all([
    campus.db.select().from(departments).orderBy(asc(departments.name)),
    campus.db
      .select({ departmentId: staff.departmentId, email: people.email })
      .from(staff)
      .innerJoin(people, eq(people.id, staff.personId))
      // Whom no address is known of is looked after on the page for people.
      .where(isNotNull(people.email))
      .orderBy(asc(people.email)),
    campus.db.select().from(routingRules).orderBy(asc(routingRules.term)),
  ])
  return rows.map(({ id, slug, name, purpose, answerWithin }) => {
    const terms = (kind: string) =>
      rules.filter((rule) => rule.departmentId === id && rule.kind === kind).map((rule) => rule.term)
    return {
      id,
      slug,
      name,
      purpose,
      answerWithin,
      staff: workers.filter((worker) => worker.departmentId === id).map((worker) => worker.email!),
      hashtags: terms('hashtag'),
      keywords: terms('keyword'),
    }
  })
}

/**
 * A term leads to one department only: `taken` names what another one has already. `strangers` are addresses that
 * nobody has proven yet: they have to be invited.
 */
export type Saved =
  { kind: 'saved'; id: number; strangers: Array<string> } | { kind: 'taken'; terms: Array<string> }

/** Keeps a department as its sheet says. */
export function saveDepartment(campus: Campus, sheet: DepartmentSheet): Promise<Saved> {
  return together(campus, async (campus) => {
    const wanted = [
      ...sheet.hashtags.map((term) => ({ kind: 'hashtag' as const, term })),
      ...sheet.keywords.map((term) => ({ kind: 'keyword' as const, term })),
    ]
    const rules = await campus.db.select().from(routingRules)
    const taken = rules.filter(
      (rule) =>
        rule.departmentId !== sheet.id &&
        wanted.some((want) => want.kind === rule.kind && want.term === rule.term),
    )
    if (taken.length > 0) return { kind: 'taken', terms: taken.map((rule) => rule.term) }
    const id = await writeDepartment(campus, sheet)
    await campus.db.delete(routingRules).where(eq(routingRules.departmentId, id))
    if (wanted.length > 0) {
      await campus.db
        .insert(routingRules)
        .values(wanted.map((rule) => ({ ...rule, departmentId: id })))
        .onConflictDoNothing()
    }
    return { kind: 'saved', id, strangers: await writeStaff(campus, id, sheet.staff) }
  })
}

/** The slug stays what it first was: addresses do not change. */
async function writeDepartment(campus: InTransaction, sheet: DepartmentSheet): Promise<number> {
  const { name, purpose, answerWithin } = sheet
  if (sheet.id !== null) {
    await campus.db
      .update(departments)
      .set({ name, purpose, answerWithin })
      .where(eq(departments.id, sheet.id))
    return sheet.id
  }
  const slug = slugOf(name)
  const used = await campus.db.select({ slug: departments.slug }).from(departments)
  let free = slug
  for (let n = 2; used.some((row) => row.slug === free); n += 1) free = `${slug}-${n}`
  const [row] = await campus.db
    .insert(departments)
    .values({ slug: free, name, purpose, answerWithin })
    .returning({ id: departments.id })
  return row!.id
}

/**
 * Who stands on the sheet stays or comes, who does not goes. Whom the sheet cannot name, having no address, stays.
 * An address only names somebody new where they have proven it to us: what a provider says of mail tells nobody apart.
 * @returns addresses of nobody
 */
async function writeStaff(
  campus: InTransaction,
  departmentId: number,
  emails: Array<string>,
): Promise<Array<string>> {
  const before = await campus.db
    .select({ personId: staff.personId, email: people.email })
    .from(staff)
    .innerJoin(people, eq(people.id, staff.personId))
    .where(and(eq(staff.departmentId, departmentId), isNotNull(people.email)))
  const left = before.filter(({ email }) => !emails.includes(email!)).map(({ personId }) => personId)
  const added = emails.filter((email) => !before.some((one) => one.email === email))
  const known =
    added.length === 0
      ? []
      : await campus.db
          .select({ personId: identities.personId, email: identities.subject })
          .from(identities)
          .where(and(eq(identities.issuer, 'mail'), inArray(identities.subject, added)))
  for (const { personId } of known) {
    await campus.db.insert(staff).values({ personId, departmentId }).onConflictDoNothing()
    await campus.db
      .update(people)
      .set({ role: 'responder' })
      .where(and(eq(people.id, personId), eq(people.role, 'student')))
  }
  if (left.length > 0) await dismiss(campus, departmentId, left)
  return added.filter((email) => !known.some((one) => one.email === email))
}

/** Who works nowhere any more is no longer staff. */
async function dismiss(campus: InTransaction, departmentId: number, ids: Array<string>): Promise<void> {
  await campus.db.delete(staff).where(and(eq(staff.departmentId, departmentId), inArray(staff.personId, ids)))
  await campus.db
    .update(people)
    .set({ role: 'student' })
    .where(
      and(
        inArray(people.id, ids),
        eq(people.role, 'responder'),
        notExists(campus.db.select().from(staff).where(eq(staff.personId, people.id))),
      ),
    )
}

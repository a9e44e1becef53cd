import { and, asc, eq, inArray, isNotNull, notExists } from 'drizzle-orm'
import { departments, people, routingRules, staff } from '#db/schema/index.ts'
import { together, type Campus, type InTransaction } from '../campus.ts'
import { personWith } from '../people/identity.server.ts'
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

/** A term leads to one department only: `taken` names what another one has already. */
export type Saved = { kind: 'saved' } | { kind: 'taken'; terms: Array<string> }

/** Keeps a department as its sheet says. An address not yet known is invited: it is staff when it signs in. */
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
    await writeStaff(campus, id, sheet.staff)
    return { kind: 'saved' }
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

async function writeStaff(campus: InTransaction, departmentId: number, emails: Array<string>): Promise<void> {
  const before = await campus.db
    .delete(staff)
    .where(
      and(
        eq(staff.departmentId, departmentId),
        inArray(
          staff.personId,
          campus.db.select({ id: people.id }).from(people).where(isNotNull(people.email)),
        ),
      ),
    )
    .returning({ personId: staff.personId })
  for (const email of [...new Set(emails)]) {
    const personId = await personWith(campus, email)
    await campus.db.insert(staff).values({ personId, departmentId }).onConflictDoNothing()
    await campus.db
      .update(people)
      .set({ role: 'responder' })
      .where(and(eq(people.id, personId), eq(people.role, 'student')))
  }
  // Who works nowhere any more is no longer staff.
  const left = before.map((row) => row.personId)
  if (left.length === 0) return
  await campus.db
    .update(people)
    .set({ role: 'student' })
    .where(
      and(
        inArray(people.id, left),
        eq(people.role, 'responder'),
        notExists(campus.db.select().from(staff).where(eq(staff.personId, people.id))),
      ),
    )
}

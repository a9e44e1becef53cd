import { integer, pgTable, smallint, text, unique } from 'drizzle-orm/pg-core'
import type { RoutingKind } from '#app/vocabulary.ts'

export const departments = pgTable('departments', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  slug: text().notNull().unique(),
  name: text().notNull(),
  /** What it owns, in a sentence for students. */
  purpose: text().notNull(),
  /** Its promise: working days until a human answers. */
  answerWithin: smallint('answer_within').notNull().default(3),
})

/** Which department a concern belongs to when its text says so. Accounts route by their own department. */
export const routingRules = pgTable(
  'routing_rules',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    departmentId: integer('department_id')
      .notNull()
      .references(() => departments.id, { onDelete: 'cascade' }),
    kind: text().$type<RoutingKind>().notNull(),
    /** Lower case, without a number sign. */
    term: text().notNull(),
  },
  (table) => [unique('routing_rules_term').on(table.kind, table.term)],
)

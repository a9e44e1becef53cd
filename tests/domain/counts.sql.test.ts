import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { foldCounts } from '#app/domain/tickets/counts.server.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { ticketCounts, tickets } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { aCampus, anAdmin, aTicket } from './campus.ts'

const here = aCampus()

type Cell = { department_id: number | null; status: string; source: string; answered: boolean; count: number }

const counted = () =>
  run<Cell>(
    here.campus.db,
    sql`select department_id, status, source, answered, sum(count)::int as count from ${ticketCounts}
        group by 1, 2, 3, 4 having sum(count) <> 0 order by 1, 2, 3, 4`,
  )
const there = () =>
  run<Cell>(
    here.campus.db,
    sql`select department_id, status, source, answered_at is not null as answered, count(*)::int as count from ${tickets}
        group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
  )
const change = (number: number, to: Partial<typeof tickets.$inferInsert>) =>
  here.campus.db.update(tickets).set(to).where(eq(tickets.number, number))

test('tickets are counted as they come, change and go', async () => {
  const { campus, library, it } = here
  const first = await aTicket(campus, 'heating', { departmentId: library })
  const second = await aTicket(campus, 'lights', { departmentId: library })
  const third = await aTicket(campus, 'noise')
  expect(await counted()).toEqual(await there())
  await change(first, { status: 'planned', answeredAt: here.clock.now() })
  await change(third, { departmentId: it })
  await change(third, { votes: 7, status: 'received' })
  expect(await counted()).toEqual(await there())
  expect(await campus.db.$count(ticketCounts)).toBe(7)
  await merge(campus, await anAdmin(campus), { number: second, into: first, sentence: 'The same lamp.' })
  expect(await counted()).toEqual(await there())
  const [bare] = await campus.db
    .insert(tickets)
    .values({ slug: 'gone', title: 'Gone', body: 'Soon.', source: 'web', createdAt: here.clock.now() })
    .returning({ number: tickets.number })
  await campus.db.delete(tickets).where(eq(tickets.number, bare!.number))
  expect(await counted()).toEqual(await there())
})

test('what is drawn together adds up to the same, whoever changes something meanwhile', async () => {
  const { campus } = here
  const number = await aTicket(campus, 'heating')
  await run(
    campus.db,
    sql`insert into ${ticketCounts} select null, 'planned', 'web', false, case when n % 2 = 0 then 1 else -1 end from generate_series(1, 2000) as n`,
  )
  await Promise.all([
    ...[1, 2, 3].map(() => foldCounts(campus)),
    ...(['planned', 'in-progress', 'under-review'] as const).map((status) => change(number, { status })),
    aTicket(campus, 'lights'),
  ])
  expect(await counted()).toEqual(await there())
  expect(await campus.db.$count(ticketCounts)).toBeLessThan(50)
})

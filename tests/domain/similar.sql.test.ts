import { beforeEach, expect, test } from 'vitest'
import { findSimilar } from '#app/domain/tickets/similar.server.ts'
import { tickets } from '#db/schema/index.ts'
import { aCampus, MONDAY } from './campus.ts'
import { OTHER, SAME } from './similar-titles.ts'

const here = aCampus()

beforeEach(() =>
  here.campus.db.insert(tickets).values(
    [...SAME.map(([title]) => title), ...OTHER].map((title) => ({
      slug: 'x',
      title,
      body: '',
      source: 'web' as const,
      createdAt: MONDAY,
    })),
  ),
)

const shownFor = async (title: string) =>
  (await findSimilar(here.campus, title)).map((ticket) => ticket.title)

test('the ticket that says the same is nearly always shown, and seldom another beside it', async () => {
  let asked = 0
  let others = 0
  const missed: Array<string> = []
  for (const [ticket, ...again] of SAME) {
    for (const title of again) {
      const shown = await shownFor(title)
      asked += 1
      if (!shown.includes(ticket)) missed.push(title)
      others += shown.filter((one) => one !== ticket).length
    }
  }
  expect(asked).toBeGreaterThan(120)
  expect(1 - missed.length / asked, missed.join('\n')).toBeGreaterThan(0.92)
  expect(others / asked).toBeLessThan(0.08)
})

test('who says something else is seldom asked about a ticket', async () => {
  const asked: Array<string> = []
  for (const title of OTHER) {
    const shown = (await shownFor(title)).filter((one) => one !== title)
    if (shown.length > 0) asked.push(`${title}: ${shown.join('; ')}`)
  }
  expect(asked.length / OTHER.length, asked.join('\n')).toBeLessThan(0.15)
})

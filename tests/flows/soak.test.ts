import { expect, test } from 'vitest'
import { soak } from '#bench/soak/soak.ts'
import { havePostgres } from '../support/postgres.ts'

/** `npm run soak` in short: the same processes, the same faults, the same books. */
test.skipIf(!havePostgres())(
  'two networks that fail and two workers that are killed: each post once, each answer once',
  { timeout: 420_000 },
  async () => {
    const report = await soak({
      posts: 200,
      authors: 100,
      seconds: 10,
      // More than in the long one, so that so short a time sees each kind.
      faults: 0.1,
      kills: { from: 800, to: 2000, atLeast: 3 },
      rest: 240,
      seed: 7,
      bluesky: null,
      say: () => {},
    })
    const { wrong, ...counts } = report
    console.info('soak', counts)
    expect(wrong).toEqual([])
    expect(report.posts).toBe(200)
    expect(report.tickets + report.comments).toBe(200)
    expect(report.tickets).toBeGreaterThan(125)
    expect(report.comments).toBeGreaterThan(10)
    expect(report.answers).toBeGreaterThan(report.tickets)
    // That there was something to withstand.
    expect(report.kills.byTime + report.kills.byMoment).toBeGreaterThanOrEqual(3)
    expect(report.sentLater).toBeGreaterThan(0)
    const faults = report.networks.flatMap((network) => Object.values(network.faults))
    expect(faults.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(5)
    for (const network of report.networks) {
      expect(network.posts).toBe(100)
      expect(network.answers).toBeGreaterThan(60)
    }
  },
)

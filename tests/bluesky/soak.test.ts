import { expect, test } from 'vitest'
import { soak } from '#bench/soak/soak.ts'
import { service } from './network.ts'

/** `npm run soak -- --bluesky` in short, with the servers that are running here. */
test(
  'X and Bluesky fail, and two workers are killed: each post once, each answer once',
  { timeout: 300_000 },
  async () => {
    const report = await soak({
      posts: 100,
      authors: 40,
      seconds: 10,
      faults: 0.1,
      kills: { from: 800, to: 2000, atLeast: 3 },
      rest: 120,
      seed: 7,
      bluesky: { service, appView: process.env.TEST_BLUESKY_APP_VIEW! },
      say: () => {},
    })
    const { wrong, ...counts } = report
    console.info('soak', counts)
    expect(wrong).toEqual([])
    expect(report.posts).toBe(100)
    expect(report.tickets + report.comments).toBe(100)
    expect(report.answers).toBeGreaterThanOrEqual(report.tickets)
    expect(report.kills.byTime + report.kills.byMoment).toBeGreaterThanOrEqual(3)
    for (const network of report.networks) {
      expect(network.posts).toBe(50)
      expect(network.answers).toBeGreaterThan(25)
      expect(Object.keys(network.faults)).not.toEqual([])
    }
  },
)

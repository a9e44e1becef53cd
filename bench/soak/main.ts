import { parseArgs } from 'node:util'
import { installNetwork, startNetwork } from '../../scripts/bluesky.mjs'
import { startPostgres } from '../../scripts/postgres.mjs'
import { startRedis } from '../../scripts/redis.mjs'
import { soak } from './soak.ts'

/**
 * `npm run soak`: ten minutes of two workers that are killed again and again, on two networks that fail.
 * `npm run soak -- --posts=1000 --seconds=60` for a shorter one, `--bluesky` for one with Bluesky's own servers.
 * Everything stays on this machine.
 */
const { values } = parseArgs({
  options: {
    posts: { type: 'string', default: '10000' },
    authors: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '600' },
    faults: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    bluesky: { type: 'boolean', default: false },
  },
})
const number = (name: Exclude<keyof typeof values, 'bluesky'>, most: number) => {
  const value = Number(values[name])
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new Error(`--${name} must be a whole number up to ${most}`)
  return value
}
const say = (line: string) => void process.stdout.write(`${line}\n`)

// What was started goes with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const servers = values.bluesky ? await startServers() : null
const report = await soak({
  bluesky: servers,
  posts: Math.max(1, number('posts', 50_000)),
  authors: Math.max(2, number('authors', 20_000)),
  seconds: number('seconds', 3600),
  faults: number('faults', 50) / 100,
  kills: { from: 2000, to: 5000, atLeast: 1 },
  rest: 3600,
  seed: number('seed', 1_000_000),
  say,
}).finally(() => servers?.stop())
const { wrong, ...counts } = report
say(JSON.stringify(counts, null, 2))
for (const line of wrong.slice(0, 50)) say(`WRONG: ${line}`)
say(
  wrong.length === 0
    ? `Each of ${report.posts} posts was taken in once, and each of ${report.answers} answers delivered once.`
    : `${wrong.length} lines do not agree.`,
)
process.exitCode = wrong.length === 0 ? 0 : 1

/** Bluesky's own, with a database and a Redis of their own. */
async function startServers() {
  installNetwork()
  const stops: Array<() => Promise<void>> = []
  const stop = async () => {
    for (const one of stops.toReversed()) await one()
  }
  try {
    const postgres = await startPostgres()
    stops.push(postgres.stop)
    const redis = await startRedis()
    stops.push(redis.stop)
    const network = await startNetwork({ postgres: postgres.url, redis: redis.host })
    stops.push(network.stop)
    return { ...network, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

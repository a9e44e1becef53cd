// Bluesky's own network on this machine, for `npm run test:bluesky`.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { inRoot } from './freshness.mjs'

const folder = inRoot('bluesky-network')

/**
 * Installs the network's package where it is missing or another version. Its database is compiled here, because its
 * maker's binary comes from a place that not every machine may ask.
 */
export function installNetwork() {
  const wanted = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).dependencies[
    '@atproto/dev-env'
  ]
  const installed = path.join(folder, 'node_modules', '@atproto', 'dev-env', 'package.json')
  const compiled = path.join(
    folder,
    'node_modules',
    'better-sqlite3',
    'build',
    'Release',
    'better_sqlite3.node',
  )
  const isThere = existsSync(installed) && JSON.parse(readFileSync(installed, 'utf8')).version === wanted
  if (!isThere) npm('ci')
  if (!existsSync(compiled)) npm('rebuild', 'better-sqlite3')
  if (!existsSync(compiled))
    throw new Error(
      'better-sqlite3 could not be compiled. It needs a C++ compiler, make and Python 3 (Debian, Ubuntu: apt-get install g++ make python3).',
    )
}

function npm(/** @type {Array<string>} */ ...args) {
  console.log(`npm ${args.join(' ')}, in bluesky-network: the first time this takes some minutes.`)
  // Node's own headers, where it brought them along, so that none are downloaded.
  const home = path.resolve(process.execPath, '..', '..')
  const headers = existsSync(path.join(home, 'include', 'node', 'node.h')) ? { npm_config_nodedir: home } : {}
  const done = spawnSync('npm', args, {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...headers, ...process.env },
  })
  if (done.status !== 0) throw new Error(`npm ${args.join(' ')} failed in bluesky-network.`)
}

/**
 * Starts the network in a process of its own, which ends with this one.
 * @param {{ postgres: string; redis: string }} at an empty database, and a Redis
 * @returns {Promise<{ service: string; appView: string; stop(): Promise<void> }>}
 */
export async function startNetwork({ postgres, redis }) {
  // It leaves its people's data in folders of random names.
  const temporary = mkdtempSync(path.join(tmpdir(), 'quad-bluesky-'))
  const child = spawn(process.execPath, ['network.mjs'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: /** @type {any} */ ({
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: temporary,
      DB_POSTGRES_URL: postgres,
      DB_POSTGRES_SCHEMA: 'dev',
      REDIS_HOST: redis,
      LOG_ENABLED: 'false',
    }),
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (errors = (errors + text).slice(-4000)))
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve))
  const stop = async () => {
    child.stdin.end()
    const stuck = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(stuck)
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 })
  }
  const lines = createInterface({ input: child.stdout })
  const line = await Promise.race([
    new Promise((resolve) => lines.once('line', resolve)),
    ended,
    new Promise((resolve) => setTimeout(resolve, 60_000).unref()),
  ])
  if (typeof line === 'string') return { ...JSON.parse(line), stop }
  await stop()
  throw new Error(`The local Bluesky network did not start:\n${errors}`)
}

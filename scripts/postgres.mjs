// A throw-away PostgreSQL for tests, benchmarks and screens: never for data anybody wants to keep.
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import postgres from 'postgres'

/** @typedef {{ url: string; stop(): Promise<void> }} Postgres `url` names an empty database of its own. */

export const HOW_TO_GET_POSTGRES =
  'PostgreSQL was not found. Install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17), ' +
  'or set TEST_DATABASE_URL to a server on which databases may be created.'

/** False where PostgreSQL is missing; on CI that is an error, so that no check is skipped unnoticed. */
export function havePostgres() {
  if (process.env.TEST_DATABASE_URL || findBinaries()) return true
  if (process.env.CI) throw new Error(HOW_TO_GET_POSTGRES)
  return false
}

/**
 * An empty database: on the server of TEST_DATABASE_URL when that is set, else on a server started for it.
 * @returns {Promise<Postgres>}
 */
export async function startPostgres() {
  const server = process.env.TEST_DATABASE_URL
  return server ? createDatabase(server) : startServer()
}

/**
 * @param {string} server
 * @param {string} [template] a database nobody is connected to
 * @returns {Promise<Postgres>}
 */
export async function createDatabase(server, template = 'template1') {
  const name = `quad_test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name} template ${template}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, stop: () => administer(server, `drop database if exists ${name} with (force)`) }
}

/**
 * @param {string} server
 * @param {string} statement
 */
async function administer(server, statement) {
  const client = postgres(server, { max: 1, onnotice: () => {} })
  try {
    await client.unsafe(statement)
  } finally {
    await client.end()
  }
}

/** @returns {Promise<Postgres>} */
async function startServer() {
  const binaries = findBinaries()
  if (!binaries) throw new Error(HOW_TO_GET_POSTGRES)
  const user = unprivileged()
  const folder = mkdtempSync(path.join(tmpdir(), 'quad-postgres-'))
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  const data = path.join(folder, 'data')
  const passwordFile = path.join(folder, 'password')
  const password = randomBytes(16).toString('hex')
  const options = { cwd: folder, ...user }
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (user) for (const file of [folder, passwordFile]) chownSync(file, user.uid, user.gid)
    chmodSync(folder, 0o700)
    const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C'
    const made = spawnSync(
      path.join(binaries, 'initdb'),
      [
        '-D',
        data,
        '-U',
        'quad',
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        `--locale=${locale}`,
        '-N',
      ],
      { ...options, encoding: 'utf8' },
    )
    if (made.status !== 0) throw new Error(`initdb failed: ${made.error ?? made.stderr}`)
  } catch (error) {
    remove()
    throw error
  }

  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: process.platform === 'win32' ? '' : folder,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: 200,
    logging_collector: 'off',
  }
  const server = spawn(
    path.join(binaries, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  server.stderr.setEncoding('utf8').on('data', (text) => {
    log = (log + text).slice(-4000)
  })
  const ended = new Promise((resolve) => server.once('exit', resolve).once('error', resolve))

  // The last resort, when nobody called `stop`: nothing asynchronous runs any more.
  const stopNow = () => {
    if (server.exitCode !== null || server.signalCode !== null) return remove()
    server.kill('SIGQUIT')
    const lock = path.join(data, 'postmaster.pid')
    for (let waited = 0; existsSync(lock) && waited < 5000; waited += 20) sleepNow(20)
    remove()
  }
  const forget = onTheWayOut(stopNow)
  const stop = async () => {
    forget()
    server.kill('SIGINT') // its "fast" shutdown: does not wait for clients
    await ended
    remove()
  }

  const url = `postgres://quad:${password}@127.0.0.1:${port}/postgres`
  for (let tries = 0; ; tries += 1) {
    const answered = await administer(url, 'select 1').then(
      () => true,
      () => false,
    )
    if (answered) return { url, stop }
    if (server.exitCode !== null || !server.pid || tries > 150) {
      await stop()
      throw new Error(`PostgreSQL did not start:\n${log}`)
    }
    await pause(100)
  }
}

/** Runs `action` once when the process ends or is told to. Returns how to call that off. */
function onTheWayOut(/** @type {() => void} */ action) {
  /** @type {Array<NodeJS.Signals>} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const forget = () => {
    process.off('exit', leave)
    for (const signal of signals) process.off(signal, leaveBySignal)
  }
  const leave = () => {
    forget()
    action()
  }
  const leaveBySignal = (/** @type {NodeJS.Signals} */ signal) => {
    leave()
    // With our listener gone the signal does what it always does, unless somebody else handles it.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  process.on('exit', leave)
  for (const signal of signals) process.on(signal, leaveBySignal)
  return forget
}

/** The folder with `initdb` and `postgres`, or null. */
function findBinaries() {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const told = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim()
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    ...(told ? [told] : []),
    ...versions('/usr/lib/postgresql', 'bin'),
    ...versions('/usr', 'bin', 'pgsql-'), // Fedora, Red Hat
    ...versions('/opt/homebrew/opt', 'bin', 'postgresql'),
    ...versions('/usr/local/opt', 'bin', 'postgresql'),
    ...versions('/Applications/Postgres.app/Contents/Versions', 'bin'),
    ...versions('C:\\Program Files\\PostgreSQL', 'bin'),
  ]
  return (
    folders.find(
      (one) => one && ['initdb', 'postgres'].every((file) => existsSync(path.join(one, file + suffix))),
    ) ?? null
  )
}

/** Every version below `folder`, newest first. */
function versions(/** @type {string} */ folder, /** @type {string} */ inside, start = '') {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.startsWith(start))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((name) => path.join(folder, name, inside))
}

/** PostgreSQL refuses to run as root; then it gets a user who may do nothing else. */
function unprivileged() {
  if (process.getuid?.() !== 0) return null
  const people = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found = ['postgres', 'nobody']
    .map((name) => people.find((fields) => fields[0] === name))
    .find(Boolean)
  if (!found)
    throw new Error('PostgreSQL refuses to run as root, and there is no user named postgres or nobody.')
  return { uid: Number(found[2]), gid: Number(found[3]) }
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

function sleepNow(/** @type {number} */ ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

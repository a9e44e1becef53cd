import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { readEnv, type Env } from '#app/platform/env.server.ts'
import { projectRoot } from '#app/platform/root.ts'

/**
 * `npm start`: the site with its worker, and in a demonstration also the practice network beside it. Says where
 * to look. All end together.
 */
const PROCESSES = join(projectRoot, 'build', 'process')
const TETHER = pathToFileURL(join(PROCESSES, 'tether.js')).href
const READY_WITHIN = 60_000
const MAKER_GONE_WITHIN = 10_000

let env: Env
try {
  env = readEnv()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

const children: Array<ChildProcess> = []
let stopping = false

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(0))

if (env.demo) {
  await prepareDemo(env)
  run('sandbox.js')
}
run('server.js')
// The embedded database belongs to one process, so there the site does this work itself.
if (env.database.kind === 'postgres') run('worker.js')
await untilReady(`http://${addressOf(env)}/ready`)
if (env.demo) await untilReady(`http://localhost:${env.sandboxPort}/`)
process.stdout.write(welcome(env))

/** Makes the demonstration campus once. A making that was cut short begins anew. */
async function prepareDemo({ database, dataDir }: Env): Promise<void> {
  if (database.kind !== 'embedded') return
  // Only what was begun here and not finished is thrown away: any other folder is somebody's campus.
  const making = join(dataDir, 'campus.making')
  if (existsSync(database.folder) && !existsSync(making)) return
  process.stdout.write('Making the demonstration campus (once, some seconds) ...\n')
  await untilGone(making)
  rmSync(database.folder, { recursive: true, force: true })
  // In processes of their own: making a database takes much memory, which ends with them.
  for (const name of ['migrate.js', 'seed.js']) {
    await runOnce(name, (pid) => writeFileSync(making, String(pid)))
  }
  rmSync(making)
}

/** Waits for the process that made what was cut short: it stops by itself, but not in the middle of its work. */
async function untilGone(making: string): Promise<void> {
  if (!existsSync(making)) return
  const maker = Number(readFileSync(making, 'utf8'))
  const until = Date.now() + MAKER_GONE_WITHIN
  while (maker > 0 && isAlive(maker) && Date.now() < until) await pause(50)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Where the site answers, seen from this machine. */
function addressOf({ host, port }: Env): string {
  if (host === '0.0.0.0' || host === '::') return `localhost:${port}`
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function run(name: string): ChildProcess {
  const child = spawn(process.execPath, ['--import', TETHER, join(PROCESSES, name)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...(env.demo ? { LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn' } : {}) },
  })
  children.push(child)
  child.on('exit', (code) => stop(code ?? 1))
  return child
}

function runOnce(name: string, begun: (pid: number | undefined) => void): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', TETHER, join(PROCESSES, name)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    begun(child.pid)
    children.push(child)
    child.on('exit', (code) => {
      children.splice(children.indexOf(child), 1)
      if (code === 0) resolve()
      else stop(code ?? 1)
    })
  })
}

function stop(code: number): void {
  if (stopping) return
  stopping = true
  const running = children.filter((child) => child.exitCode === null && child.signalCode === null)
  let left = running.length
  if (left === 0) process.exit(code)
  for (const child of running) {
    child.on('exit', () => {
      left -= 1
      if (left === 0) process.exit(code)
    })
    child.kill('SIGTERM')
  }
}

async function untilReady(url: string): Promise<void> {
  const until = Date.now() + READY_WITHIN
  while (Date.now() < until && !stopping) {
    const ready = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.ok,
      () => false,
    )
    if (ready) return
    await pause(50)
  }
  if (!stopping) {
    process.stderr.write(`No answer from ${url} within ${READY_WITHIN / 1000} s.\n`)
    stop(1)
  }
  await new Promise(() => {})
}

function welcome({ demo, publicUrl, sandboxPort }: Env): string {
  if (!demo) return `Quad is running: ${publicUrl}\n`
  return `
Quad is running as a demonstration. People and tickets are made up.

  The campus square      ${publicUrl}
  The practice network   http://localhost:${sandboxPort}   (post there as a student, mention @quad_it)
  Sign in                ${publicUrl}/sign-in   choose one of the people listed:
                         a student, staff of a department, or the administrator
  The desk               ${publicUrl}/desk

Ctrl+C stops both. The data is kept in DATA_DIR.
`
}

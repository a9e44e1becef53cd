import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { projectRoot } from '#app/platform/root.ts'

export const SECRET_KEY = 'a key for tests that opens nothing anywhere'

type Name = 'server' | 'worker' | 'migrate' | 'seed' | 'start' | 'quad'
export type End = { code: number | null; signal: NodeJS.Signals | null }

export type Process = {
  pid: number
  /** Everything it wrote so far. */
  output(): string
  ended: Promise<End>
  isRunning(): boolean
  kill(signal: NodeJS.Signals): Promise<End>
  /** As a supervisor stops it. */
  stop(): Promise<End & { tookMs: number }>
}

const running = new Set<Process>()
// Should the tests themselves be ended, nothing stays behind.
process.once('exit', () => {
  for (const { pid } of running) process.kill(pid, 'SIGKILL')
})

/**
 * Starts a built process. It knows nothing of this machine but `env`, and is started in an empty folder, so that
 * a `.env` of the project is not read.
 */
export function startProcess(
  name: Name,
  env: Record<string, string>,
  cwd = emptyFolder(),
  args: Array<string> = [],
): Process {
  const file = join(projectRoot, 'build', 'process', `${name}.js`)
  if (!existsSync(file)) throw new Error(`${file} is missing. Run: npm run build`)
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LOG_LEVEL: 'warn',
      // Tests write quicker than people.
      FORM_SECONDS: '0',
      ...env,
    } as unknown as NodeJS.ProcessEnv,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-1_000_000)))
  }
  const ended = new Promise<End>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(started)
      resolve({ code, signal })
    })
  })
  const started: Process = {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    kill(signal) {
      child.kill(signal)
      return ended
    },
    async stop() {
      const began = performance.now()
      child.kill('SIGTERM')
      return { ...(await ended), tookMs: Math.round(performance.now() - began) }
    },
  }
  running.add(started)
  return started
}

/** Runs a process that ends by itself. */
export async function runToEnd(
  name: Name,
  env: Record<string, string>,
  ...args: Array<string>
): Promise<End & { output: string }> {
  const started = startProcess(name, env, emptyFolder(), args)
  const stuck = setTimeout(() => void started.kill('SIGKILL'), 60_000)
  const end = await started.ended
  clearTimeout(stuck)
  return { ...end, output: started.output() }
}

export type Web = Process & { url: string; port: number }

/** Starts the site on a free port, up to its first answer that it is there. */
export async function startWeb(
  env: Record<string, string>,
  until: '/health' | '/ready' = '/ready',
): Promise<Web> {
  const port = Number(env.PORT ?? (await freePort()))
  const web = startProcess('server', { HOST: '127.0.0.1', ...env, PORT: String(port) })
  const url = `http://127.0.0.1:${port}`
  await eventually(async () => {
    if (!web.isRunning()) throw new Stop(`The site ended at once:\n${web.output()}`)
    return (await statusOf(`${url}${until}`)) === 200
  }, `${until} of the site`)
  return { ...web, url, port }
}

/** Ends whatever a test has left running. */
export async function endAll(): Promise<void> {
  await Promise.all([...running].map((one) => one.kill('SIGKILL')))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

const folders: Array<string> = []

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quad-flows-'))
  folders.push(folder)
  return folder
}

/** Waiting is of no use any more. */
export class Stop extends Error {}

/** Waits until `check` gives something that is not false, null or undefined. Errors count as not yet. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  what: string,
  within = 30_000,
): Promise<Exclude<T, false | null | undefined>> {
  const until = Date.now() + within
  let last: unknown
  while (Date.now() < until) {
    try {
      const found = await check()
      if (found !== false && found !== null && found !== undefined) return found as never
    } catch (error) {
      if (error instanceof Stop) throw error
      last = error
    }
    await pause(50)
  }
  throw new Error(`Not within ${within / 1000} s: ${what}`, { cause: last })
}

export async function statusOf(url: string): Promise<number | null> {
  return fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) }).then(
    async (response) => {
      await response.arrayBuffer()
      return response.status
    },
    () => null,
  )
}

export async function readyOf(url: string): Promise<{ status: number; body: Record<string, boolean> }> {
  const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(10_000) })
  return { status: response.status, body: (await response.json()) as Record<string, boolean> }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

/** Something that holds a port. */
export async function occupy(port: number): Promise<() => Promise<void>> {
  const server = createServer((socket) => socket.end())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return () => new Promise((resolve) => server.close(() => resolve()))
}

/** A line to a database that can be cut and mended. */
export async function breakableLine(to: string) {
  const target = new URL(to)
  const sockets = new Set<Socket>()
  let whole = true
  const server = createServer((near) => {
    if (!whole) return near.destroy()
    const far = connect(Number(target.port), target.hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(to)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const cut = () => {
    whole = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.href,
    cut,
    mend: () => void (whole = true),
    async close() {
      cut()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { projectRoot } from '#app/platform/root.ts'

/** A server of our own on loopback, in its own process. */
export type Running = {
  url: string
  pid: number
  /** From the start of the process to its first answer, in milliseconds. */
  startedIn: number
  stop(): Promise<void>
}

const START_WITHIN = 60_000
const STOP_WITHIN = 10_000

export async function startReference(): Promise<Running> {
  const began = performance.now()
  const child = spawn(process.execPath, [join(projectRoot, 'bench', 'reference.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = (await once(child.stdout, 'data', { signal: AbortSignal.timeout(START_WITHIN) })) as [Buffer]
  return running(child, `http://127.0.0.1:${String(port).trim()}`, began)
}

/** The built site in production mode, up to its first page. */
export async function startSite(env: Record<string, string>): Promise<Running> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const began = performance.now()
  const child = spawn(process.execPath, [join(projectRoot, 'build', 'process', 'server.js')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...(process.env.PATH ? { PATH: process.env.PATH } : {}),
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      SECRET_KEY: 'only for a benchmark, opens nothing at all',
      LOG_LEVEL: 'warn',
      FORM_SECONDS: '0',
      ...env,
    },
  })
  const site = running(child, url, began)
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error('The site did not start: it says why above.')
    if (performance.now() - began > START_WITHIN) {
      await site.stop()
      throw new Error('The site did not answer within a minute.')
    }
    await pause(5)
  }
  return { ...site, startedIn: performance.now() - began }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(START_WITHIN) })
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false
  }
}

function running(child: ChildProcess, url: string, began: number): Running {
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  return {
    url,
    pid: child.pid ?? 0,
    startedIn: performance.now() - began,
    async stop() {
      process.off('exit', kill)
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const last = setTimeout(kill, STOP_WITHIN)
      await ended
      clearTimeout(last)
    },
  }
}

/** What a process holds of the machine's memory, in megabytes; null where the system does not say. */
export function memoryOf(pid: number): number | null {
  try {
    if (process.platform === 'linux') {
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
    }
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024
  } catch {
    return null
  }
}

/** Seconds of processor time that a process has used; null where the system does not say. */
export function cpuOf(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS
  } catch {
    return null
  }
}

/** A second, as /proc counts it. */
const CLOCK_TICKS = 100

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

import { setTimeout as pause } from 'node:timers/promises'
import type { RequestPhase, Sandbox } from '#sandbox/x/server.ts'
import { eventually, type Process } from './processes.ts'

export type Point = { request: 'read' | 'send' | 'look'; phase: RequestPhase['phase']; delay: number }

const PATHS: Record<Point['request'], { method: string; path: RegExp }> = {
  read: { method: 'GET', path: /^\/2\/users\/\d+\/mentions$/ },
  send: { method: 'POST', path: /^\/2\/tweets$/ },
  look: { method: 'GET', path: /^\/2\/users\/\d+\/tweets$/ },
}

export const nameOf = ({ request, phase, delay }: Point) => `${request} ${phase} +${delay} ms`

/** One point for each phase and each delay in milliseconds. */
export function points(
  request: Point['request'],
  phases: Array<Point['phase']>,
  delays: Array<number>,
): Array<Point> {
  return phases.flatMap((phase) => delays.map((delay) => ({ request, phase, delay })))
}

/**
 * Kills processes at a moment the network sees. Returns once they are gone.
 * @param makeWork called again and again until that moment, so that it comes even when what there was to do rests
 */
export async function killAt(
  sandbox: Sandbox,
  point: Point,
  victims: Array<Process>,
  makeWork: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { method, path } = PATHS[point.request]
  let shots = 0
  const shoot = () => {
    shots += 1
    for (const { pid } of victims) process.kill(pid, 'SIGKILL')
  }
  const forget = sandbox.onRequest((event) => {
    if (event.phase !== point.phase || event.method !== method || !path.test(event.path)) return
    forget()
    // In the listener itself: the answer is not written before it returns.
    if (point.delay === 0) shoot()
    else setTimeout(shoot, point.delay)
  })
  try {
    await eventually(
      async () => {
        for (let waited = 0; waited < 3_000 && shots === 0; waited += 50) await pause(50)
        if (shots === 0) await makeWork()
        return shots > 0
      },
      `the network sees ${nameOf(point)}`,
      45_000,
    )
    await Promise.all(victims.map((victim) => victim.ended))
  } finally {
    forget()
  }
}

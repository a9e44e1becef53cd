import type { ServerResponse } from 'node:http'
import { latestSign } from '#app/domain/insights/workers.server.ts'
import type { Campus } from '#app/domain/campus.ts'
import { MINUTE } from '#app/platform/clock.ts'

/** A worker that was not seen for so long is gone. */
const SEEN_WITHIN = MINUTE
const ANSWER_WITHIN = 3_000

type Ready = { database: boolean; migrations: boolean; worker: boolean }

/** `/ready`: whether everything this process needs is there. 200, or 503 with what is missing. */
export async function readiness(
  app: { campus: Campus; database: { pending(): Promise<number> } },
  response: ServerResponse,
): Promise<void> {
  const ready = await Promise.race([
    check(app),
    new Promise<Ready>((resolve) => setTimeout(() => resolve(NOTHING), ANSWER_WITHIN).unref()),
  ])
  response
    .writeHead(Object.values(ready).every(Boolean) ? 200 : 503, {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
    })
    .end(`${JSON.stringify(ready)}\n`)
}

const NOTHING: Ready = { database: false, migrations: false, worker: false }

async function check({ campus, database }: Parameters<typeof readiness>[0]): Promise<Ready> {
  try {
    const migrations = (await database.pending()) === 0
    const seen = await latestSign(campus)
    const worker = seen !== null && campus.clock.now().getTime() - seen.getTime() < SEEN_WITHIN
    return { database: true, migrations, worker }
  } catch {
    return NOTHING
  }
}

import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openDatabase } from '#db/client.server.ts'
import { emptyFolder, endAll, freePort, readyOf, runToEnd, SECRET_KEY, startWeb } from './processes.ts'

afterEach(endAll)

it('a site on the embedded database is ready by itself, and its folder belongs to it alone', async () => {
  const env = { DATA_DIR: emptyFolder(), SECRET_KEY }
  const web = await startWeb(env)
  expect(await readyOf(web.url)).toEqual({
    status: 200,
    body: { database: true, migrations: true, worker: true },
  })

  const second = await runToEnd('server', { ...env, PORT: String(await freePort()) })
  expect(second.code).toBe(1)
  expect(second.output).toContain(`is in use by process ${web.pid}. Stop that one first.`)
  expect(second.output.trim().split('\n')).toHaveLength(1)
  await expect(openDatabase({ kind: 'embedded', folder: join(env.DATA_DIR, 'campus') })).rejects.toThrow(
    /is in use/,
  )

  const end = await web.stop()
  expect(end, web.output()).toMatchObject({ code: 0 })
  expect(end.tookMs).toBeLessThan(10_000)
  console.info('a site on the embedded database stops within', `${end.tookMs} ms`)
  // Killed, it leaves its mark, and the next is not kept out by it.
  const third = await startWeb(env)
  await third.kill('SIGKILL')
  const fourth = await startWeb(env)
  expect(await fourth.stop(), fourth.output()).toMatchObject({ code: 0 })
})

it('a worker beside the embedded database is refused', async () => {
  const end = await runToEnd('worker', { DATA_DIR: emptyFolder(), SECRET_KEY })
  expect(end.code).toBe(1)
  expect(end.output).toMatch(/^The embedded database belongs to one process: .* Set DATABASE_URL .*\n$/)
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, expect, it } from 'vitest'
import { openDatabase } from '#db/client.server.ts'
import { departments } from '#db/schema/index.ts'
import {
  emptyFolder,
  endAll,
  eventually,
  freePort,
  occupy,
  SECRET_KEY,
  startProcess,
  startWeb,
  statusOf,
  Stop,
  type Process,
} from './processes.ts'

let running: Process | null = null

afterEach(async () => {
  if (running?.isRunning()) await running.stop()
})
afterAll(endAll)

/** Made by the first test; the others take it as it is. */
const made = emptyFolder()

async function aDemo(dataDir = made) {
  const [port, sandboxPort] = [await freePort(), await freePort()]
  return {
    env: { DATA_DIR: dataDir, PORT: String(port), SANDBOX_PORT: String(sandboxPort) },
    site: `http://127.0.0.1:${port}`,
    network: `http://127.0.0.1:${sandboxPort}`,
  }
}
type Demo = Awaited<ReturnType<typeof aDemo>>

const start = ({ env }: Demo) => (running = startProcess('start', env))
const untilWelcome = (started: Process) =>
  eventually(
    () => {
      if (!started.isRunning()) throw new Stop(started.output())
      return started.output().includes('Ctrl+C')
    },
    'npm start says where to look',
    60_000,
  )

const isSilent = async ({ site, network }: Demo) => {
  const [one, other] = await Promise.all([statusOf(`${site}/health`), statusOf(network)])
  return one === null && other === null
}

/** Posts as somebody on the practice network would. */
async function post({ network }: Demo, text: string) {
  const response = await fetch(`${network}/sandbox/posts`, {
    method: 'POST',
    body: JSON.stringify({ as: 'demo_sam', text }),
    headers: { 'content-type': 'application/json' },
  })
  expect(response.status).toBe(201)
}
const board = async ({ site }: Demo, query = '') => (await fetch(`${site}/${query}`)).text()

it('makes the demonstration, survives a making cut short, and starts fast from then on', async () => {
  const demo = await aDemo()

  const cut = start(demo)
  await eventually(() => existsSync(join(demo.env.DATA_DIR, 'campus', 'base')), 'the making has begun')
  await pause(1_500)
  await cut.kill('SIGKILL')
  expect(existsSync(join(demo.env.DATA_DIR, 'campus.making')), 'it was cut short').toBe(true)

  let began = performance.now()
  const first = start(demo)
  await untilWelcome(first)
  const firstTook = performance.now() - began
  expect(first.output()).toContain(demo.env.PORT)
  expect(first.output()).toContain(`http://localhost:${demo.env.SANDBOX_PORT}`)
  expect(first.output()).toContain('/sign-in')
  expect((await board(demo)).includes('/tickets/1013/'), 'the made-up tickets are there').toBe(true)

  began = performance.now()
  await post(demo, '@quad_it the zebra crossing lamps are dark')
  await eventually(
    async () => (await board(demo, '?q=zebra')).includes('zebra-crossing'),
    'the post is on the board',
    15_000,
  )
  const loopTook = performance.now() - began

  expect(await first.stop(), first.output()).toMatchObject({ code: 0 })
  expect(await isSilent(demo)).toBe(true)

  began = performance.now()
  const second = start(demo)
  await eventually(async () => (await statusOf(demo.site)) === 200, 'the second start answers', 15_000)
  const secondTook = performance.now() - began
  await untilWelcome(second)
  expect(second.output()).not.toContain('Making the demonstration')
  expect((await board(demo, '?q=zebra')).includes('zebra-crossing'), 'what was there still is').toBe(true)
  expect(await second.kill('SIGINT'), second.output()).toMatchObject({ code: 0 })
  expect(await isSilent(demo)).toBe(true)

  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  console.info('npm start', {
    firstStart: seconds(firstTook),
    fromPostToBoard: seconds(loopTook),
    secondStartToFirstPage: seconds(secondTook),
  })
})

it('takes its processes along when it is killed', async () => {
  const demo = await aDemo()
  const started = start(demo)
  await untilWelcome(started)
  expect(await isSilent(demo)).toBe(false)
  await started.kill('SIGKILL')
  await eventually(() => isSilent(demo), 'both are gone', 12_000)
})

it('says when the port of the practice network is taken, and leaves nothing running', async () => {
  const demo = await aDemo()
  const free = await occupy(Number(demo.env.SANDBOX_PORT))
  const started = start(demo)
  expect(await started.ended).toMatchObject({ code: 1 })
  expect(started.output()).toContain(
    `Port ${demo.env.SANDBOX_PORT} is in use. Set SANDBOX_PORT to another one.`,
  )
  expect(await statusOf(`${demo.site}/health`)).toBeNull()
  await free()
})

it('never makes a demonstration out of a campus that is there', async () => {
  const demo = await aDemo(emptyFolder())
  // Somebody's own campus, which was not made by `npm start`, and this once is started without its variables.
  const own = await startWeb({ ...demo.env, SECRET_KEY })
  await own.stop()
  const folder = join(demo.env.DATA_DIR, 'campus')
  const write = await openDatabase({ kind: 'embedded', folder })
  await write.db.insert(departments).values({ slug: 'own', name: 'Our own', purpose: 'Must stay.' })
  await write.close()

  const started = start(demo)
  expect((await started.ended).code).not.toBe(0)
  expect(started.output()).toContain('SECRET_KEY is not the one this campus was set up with')
  const read = await openDatabase({ kind: 'embedded', folder })
  const slugs = await read.db.select({ slug: departments.slug }).from(departments)
  await read.close()
  expect(slugs).toEqual([{ slug: 'own' }])
})

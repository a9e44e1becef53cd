import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, openAsBlob, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, describe, expect, inject, test } from 'vitest'
import { raise } from '#app/domain/intake/raise.server.ts'
import { readBoard } from '#app/domain/tickets/board.server.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { openDatabase, type OpenDatabase } from '#db/client.server.ts'
import { createSeal } from '#app/platform/seal.ts'
import { departments, tickets } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { aCampus, aClock, aConcern, aStudent, onPostgres } from './campus.ts'

const here = aCampus()
const opened: Array<OpenDatabase> = []
const keep = (database: OpenDatabase) => {
  opened.push(database)
  return database
}
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close()
})

test('migrating what is migrated changes nothing', async () => {
  expect(await here.database.pending()).toBe(0)
  await here.database.migrate()
  await here.database.migrate()
  expect(await here.database.pending()).toBe(0)
  expect(await here.campus.db.$count(departments)).toBe(2)
})

if (onPostgres)
  describe('on PostgreSQL', () => {
    const open = (schema: string) =>
      openDatabase({ kind: 'postgres', url: here.database.url!, schema, connections: 2 }).then(keep)
    const campusOf = ({ db }: OpenDatabase) => ({
      db,
      clock: aClock(),
      zone: 'Europe/London',
      seal: createSeal('a secret of thirty-two characters or more'),
      voters: ['student' as const],
    })
    const searchFor = async (database: OpenDatabase, search: string) => {
      const query = { sort: 'newest', status: 'all', departmentId: null, source: null, from: null } as const
      const { rows } = await readBoard(campusOf(database), { ...query, search }, null)
      return rows.map((row) => row.title)
    }

    test('two campuses side by side know nothing of each other, nor of the public one', async () => {
      const [north, south] = [await open('north'), await open('south')]
      expect(await north.pending()).toBeGreaterThan(0)
      await north.migrate()
      expect(await north.pending()).toBe(0)
      expect(await south.pending(), 'the other one is still to be migrated').toBeGreaterThan(0)
      await south.migrate()
      await south.migrate()
      expect(await south.pending()).toBe(0)

      const campus = campusOf(north)
      const sam = await aStudent(campus)
      const { number } = await raise(campus, aConcern('heating', sam))
      await castVote(campus, { number, personId: (await aStudent(campus, 'kim')).personId })
      expect(await north.db.$count(tickets)).toBe(1)
      expect(await south.db.$count(tickets)).toBe(0)
      expect(await here.campus.db.$count(tickets)).toBe(0)
      // The same address may sign in to both, and numbers begin anew.
      const there = campusOf(south)
      expect((await raise(there, aConcern('parking', await aStudent(there)))).number).toBe(number)

      // Search reads the campus's own table, through its own functions, by the shared extensions.
      expect(await searchFor(north, 'heating')).toEqual(['About heating'])
      expect(await searchFor(north, 'heatng')).toEqual(['About heating'])
      expect(await searchFor(south, 'heating')).toEqual([])
      expect(await searchFor(south, 'parkng')).toEqual(['About parking'])
    })

    test('a campus can be dropped whole, and the others stay', async () => {
      const [east, west] = [await open('east'), await open('west')]
      await east.migrate()
      await west.migrate()
      await run(here.campus.db, sql`drop schema east cascade`)
      expect(await west.pending()).toBe(0)
      const campus = campusOf(west)
      await raise(campus, aConcern('heating', await aStudent(campus)))
      expect(await searchFor(west, 'heatng')).toEqual(['About heating'])
    })

    test('two migrations at once are one after the other', async () => {
      const both = [await open('busy'), await open('busy'), await open('busy_too')]
      await Promise.all(both.map((database) => database.migrate()))
      for (const database of both) expect(await database.pending()).toBe(0)
    })

    test('a misspelt word is found on every connection', async () => {
      const { campus } = here
      await raise(campus, aConcern('heating', await aStudent(campus)))
      const found = await Promise.all(Array.from({ length: 20 }, () => searchFor(here.database, 'heatng')))
      expect(found.every((titles) => titles[0] === 'About heating')).toBe(true)
    })
  })

const template = inject('template')
if (template.kind === 'embedded')
  describe('an embedded folder', () => {
    const home = mkdtempSync(join(tmpdir(), 'quad-folder-'))
    const folder = join(home, 'data')
    const data = join(folder, 'campus')
    const lock = `${data}.pid`
    const open = async () =>
      openDatabase({
        kind: 'embedded',
        folder: data,
        ...(existsSync(data) ? {} : { image: await openAsBlob(template.image) }),
      })

    afterEach(() => rmSync(folder, { recursive: true, force: true }))
    afterAll(() => rmSync(home, { recursive: true, force: true }))

    test('is locked while it is open, and kept for the next time', async () => {
      const first = await open()
      expect(readFileSync(lock, 'utf8')).toBe(String(process.pid))
      await expect(open()).rejects.toThrow('is open in this process already')
      await first.db.insert(departments).values({ slug: 'it', name: 'IT', purpose: 'Computers.' })
      await first.close()
      expect(existsSync(lock)).toBe(false)
      const second = keep(await open())
      expect(await second.pending()).toBe(0)
      expect(await second.db.$count(departments)).toBe(1)
    })

    test('that a living process holds is refused, with its number and what to do', async () => {
      mkdirSync(folder)
      writeFileSync(lock, String(process.ppid))
      await expect(open()).rejects.toThrow(
        `The data folder ${data} is in use by process ${process.ppid}. Stop that one first. (If it is no Quad process, delete ${lock}.)`,
      )
      expect(readFileSync(lock, 'utf8')).toBe(String(process.ppid))
      expect(existsSync(data)).toBe(false)
    })

    test.each<[what: string, left: () => string]>([
      ['a process that died', () => String(spawnSync(process.execPath, ['-e', '']).pid)],
      ['one of our own number in an earlier life', () => String(process.pid)],
      ['nobody, half written', () => ''],
    ])('with a lock left by %s is taken over', async (_what, left) => {
      mkdirSync(folder)
      writeFileSync(lock, left())
      const database = keep(await open())
      expect(readFileSync(lock, 'utf8')).toBe(String(process.pid))
      expect(await database.pending()).toBe(0)
    })
  })

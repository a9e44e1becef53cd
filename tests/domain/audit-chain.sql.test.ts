import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asc, eq, sql, type SQL } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { hashOf, readChain, readHead, verifyChain } from '#app/domain/people/audit-chain.server.ts'
import { record } from '#app/domain/people/audit.server.ts'
import type { Campus } from '#app/domain/campus.ts'
import { erase } from '#app/domain/privacy/erase.server.ts'
import { projectRoot } from '#app/platform/root.ts'
import { auditLog, departments } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { withoutRules } from '../support/rules.ts'
import { aCampus, aStudent, onPostgres } from './campus.ts'

const here = aCampus()

/** Holds what JSON and PostgreSQL might write differently. */
const AWKWARD = 'a "quoted"\n\ttab \u0001 \u007f back\\slash </script> \u2028 Zoë 😀'

const write = (n: number, campus: Campus = here.campus) =>
  record(campus, {
    actorId: n % 2 ? AWKWARD : null,
    event: `test.${n}`,
    subject: AWKWARD,
    details: { n, [AWKWARD]: n / 3 },
  })
async function aLog(lines: number) {
  for (let n = 1; n <= lines; n += 1) await write(n)
}
const inTransaction = <T>(work: (campus: Campus) => Promise<T>) =>
  here.campus.db.transaction((db) => work({ ...here.campus, db }))
const tamper = (...changes: Array<SQL>) => withoutRules(here.campus.db, ...changes)
const faults = async (noted: Parameters<typeof verifyChain>[1] = null) =>
  (await verifyChain(here.campus, noted)).faults
const linesOf = () => here.campus.db.select().from(auditLog).orderBy(asc(auditLog.sequence))

describe('the chain', () => {
  test('begins with nothing, and has no head then', async () => {
    expect(await verifyChain(here.campus)).toEqual({ lines: 0, head: null, faults: [] })
    expect(await readHead(here.campus)).toBeNull()
    expect(await faults({ sequence: 2n, hash: 'a'.repeat(64) })).toEqual([
      { kind: 'missing', from: 1n, to: 2n },
    ])
  })

  test('of 200 written at once is one, without gaps or forks', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, n) => write(n)))
    const lines = await linesOf()
    expect(lines.map(({ sequence }) => Number(sequence))).toEqual(
      Array.from({ length: 200 }, (_, n) => n + 1),
    )
    for (const [n, { previous }] of lines.entries())
      expect(previous).toBe(n === 0 ? '0'.repeat(64) : lines[n - 1]!.hash)
    const head = await readHead(here.campus)
    expect(head).toEqual({ sequence: 200n, hash: lines.at(-1)!.hash })
    expect(await verifyChain(here.campus, head)).toEqual({ lines: 200, head, faults: [] })
  })

  test('is read over several pages', async () => {
    await run(
      here.campus.db,
      sql`insert into audit_log (at, event, subject) select now(), 'a.test', n::text from generate_series(1, 2001) as n`,
    )
    expect(await verifyChain(here.campus)).toMatchObject({
      lines: 2001,
      head: { sequence: 2001n },
      faults: [],
    })
    await tamper(sql`update audit_log set event = 'other' where sequence in (1000, 1001)`)
    expect((await faults()).map((fault) => 'sequence' in fault && fault.sequence)).toEqual([1000n, 1001n])
  })

  test('has several lines of one transaction in the order they were written', async () => {
    await inTransaction(async (campus) => {
      for (const n of [1, 2, 3]) await write(n, campus)
    })
    expect((await linesOf()).map(({ event }) => event)).toEqual(['test.1', 'test.2', 'test.3'])
    expect(await faults()).toEqual([])
  })

  test('has no gap where a transaction, or a part of one, was rolled back', async () => {
    await write(1)
    await expect(
      inTransaction(async (campus) => {
        await write(2, campus)
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    await inTransaction(async (campus) => {
      await campus.db
        .transaction((db) => write(3, { ...campus, db }).then(() => db.rollback()))
        .catch(() => {})
      await write(4, campus)
    })
    await write(5)
    expect((await linesOf()).map(({ sequence, event }) => [Number(sequence), event])).toEqual([
      [1, 'test.1'],
      [2, 'test.4'],
      [3, 'test.5'],
    ])
    expect(await faults()).toEqual([])
  })

  test('can be taken anew from what is exported', async () => {
    await aLog(3)
    let previous = '0'.repeat(64)
    for await (const line of readChain(here.campus)) {
      expect(line.at).toBe('2026-03-02T10:00:00.000000Z')
      expect(hashOf({ ...line, previous })).toBe(line.hash)
      previous = line.hash
    }
    expect(previous).toBe((await readHead(here.campus))!.hash)
  })

  test('stays whole when somebody of it is erased', async () => {
    const sam = await aStudent(here.campus)
    await record(here.campus, { actorId: sam.personId, event: 'a.test', subject: 'nothing' })
    await erase(here.campus, sam.personId, { words: 'keep', votes: 'keep' })
    expect(await verifyChain(here.campus)).toMatchObject({ lines: 2, faults: [] })
  })

  if (onPostgres)
    test('makes no two wait for each other, whatever else they hold', async () => {
      const rename = (campus: Campus, id: number) =>
        campus.db.update(departments).set({ purpose: 'Changed.' }).where(eq(departments.id, id))
      let wrote = () => {}
      const written = new Promise<void>((resolve) => (wrote = resolve))
      let hold = () => {}
      const held = new Promise<void>((resolve) => (hold = resolve))
      await Promise.all([
        inTransaction(async (campus) => {
          await write(1, campus)
          wrote()
          await held
          await rename(campus, here.library)
        }),
        inTransaction(async (campus) => {
          await rename(campus, here.library)
          hold()
          await written
          await write(2, campus)
        }),
      ])
      expect(await verifyChain(here.campus)).toMatchObject({ lines: 2, faults: [] })
    })
})

describe('the table refuses', () => {
  test.each([
    ['a change', sql`update audit_log set event = 'other'`],
    ['a removal', sql`delete from audit_log`],
    ['being emptied', sql`truncate audit_log`],
    ['another place for a line', sql`update audit_log set sequence = sequence + 10`],
    ['taking a line out of the chain', sql`update audit_log set sequence = null`],
    [
      'a line that brings its own place',
      sql`insert into audit_log (at, event, subject, sequence, previous, hash) values (now(), 'a', 'b', 9, 'c', 'd')`,
    ],
  ])('%s', async (_what, change) => {
    await aLog(2)
    const before = await linesOf()
    const error = await run(here.campus.db, change).then(
      () => null,
      (caught: Error) => caught,
    )
    expect(String(error?.cause)).toContain('The audit log is append-only')
    expect(await linesOf()).toEqual(before)
  })

  test('a change within the transaction that wrote the line', async () => {
    await expect(
      inTransaction(async (campus) => {
        await write(1, campus)
        await run(campus.db, sql`update audit_log set event = 'other'`)
      }),
    ).rejects.toThrow()
    expect(await linesOf()).toEqual([])
  })
})

describe('whoever gets around the table is found:', () => {
  const shift = [
    sql`update audit_log set sequence = -sequence - 1 where sequence >= 3`,
    sql`update audit_log set sequence = -sequence where sequence < 0`,
  ]
  const hashed = (sequence: number) =>
    sql`update audit_log as a set hash = encode(sha256(convert_to(quad_log_line(a), 'UTF8')), 'hex') where sequence = ${sequence}`

  test.each<[what: string, changes: Array<SQL>, found: Array<object>]>([
    [
      'event',
      [sql`update audit_log set event = 'other' where sequence = 3`],
      [{ kind: 'changed', sequence: 3n, id: 3n }],
    ],
    [
      'millisecond',
      [sql`update audit_log set at = at + interval '1 millisecond' where sequence = 3`],
      [{ kind: 'changed', sequence: 3n, id: 3n }],
    ],
    [
      'actor',
      [sql`update audit_log set actor_id = 'null' where sequence = 2`],
      [{ kind: 'changed', sequence: 2n, id: 2n }],
    ],
    [
      'subject',
      [sql`update audit_log set subject = subject || ' ' where sequence = 5`],
      [{ kind: 'changed', sequence: 5n, id: 5n }],
    ],
    [
      'detail',
      [sql`update audit_log set details = details || '{"n":9}' where sequence = 1`],
      [{ kind: 'changed', sequence: 1n, id: 1n }],
    ],
    [
      'event, with its hash made right',
      [sql`update audit_log set event = 'other' where sequence = 3`, hashed(3)],
      [{ kind: 'out-of-order', sequence: 4n, id: 4n }],
    ],
    [
      'removed line',
      [sql`delete from audit_log where sequence = 3`],
      [{ kind: 'missing', from: 3n, to: 3n }],
    ],
    [
      'removed beginning',
      [sql`delete from audit_log where sequence <= 2`],
      [{ kind: 'missing', from: 1n, to: 2n }],
    ],
    [
      'removed line, the rest moved up',
      [
        sql`delete from audit_log where sequence = 4`,
        sql`update audit_log set sequence = 4 where sequence = 5`,
      ],
      [{ kind: 'out-of-order', sequence: 4n, id: 5n }],
    ],
    [
      'line without a place',
      [sql`insert into audit_log (at, event, subject) values (now(), 'a.test', 'nothing')`],
      [{ kind: 'inserted', sequence: null, id: 6n }],
    ],
    [
      'inserted line, linked and hashed right, the rest moved down',
      [
        ...shift,
        sql`insert into audit_log (at, event, subject, sequence, previous) select now(), 'a.test', 'nothing', 3, hash from audit_log where sequence = 2`,
        hashed(3),
      ],
      [
        { kind: 'inserted', sequence: 3n, id: 6n },
        { kind: 'changed', sequence: 5n, id: 4n },
        { kind: 'changed', sequence: 6n, id: 5n },
      ],
    ],
    [
      'swapped pair',
      [
        sql`update audit_log set sequence = -sequence where sequence in (2, 3)`,
        sql`update audit_log set sequence = 5 + sequence where sequence < 0`,
      ],
      [
        { kind: 'out-of-order', sequence: 2n, id: 3n },
        { kind: 'out-of-order', sequence: 3n, id: 2n },
        { kind: 'out-of-order', sequence: 4n, id: 4n },
      ],
    ],
  ])('%s', async (_what, changes, found) => {
    await aLog(5)
    await tamper(...changes)
    expect(await faults()).toEqual(found)
  })

  test('two lines of one sequence', async () => {
    await aLog(3)
    await expect(
      tamper(
        sql`insert into audit_log (at, event, subject, sequence, previous, hash) select at, 'other', subject, sequence, previous, hash from audit_log where sequence = 2`,
      ),
    ).rejects.toThrow()
    const { db } = here.campus
    await run(db, sql`alter table audit_log drop constraint audit_log_sequence_unique`)
    try {
      await tamper(
        sql`insert into audit_log (at, event, subject, sequence, previous, hash) select at, 'other', subject, sequence, previous, hash from audit_log where sequence = 2`,
      )
      // The next id was spent by the one that was refused.
      expect(await faults()).toEqual([{ kind: 'inserted', sequence: 2n, id: 5n }])
    } finally {
      await tamper(sql`delete from audit_log where id = 5`)
      await run(db, sql`alter table audit_log add constraint audit_log_sequence_unique unique (sequence)`)
    }
  })

  test('an end that was cut off, by a head that was noted', async () => {
    await aLog(5)
    const noted = (await readHead(here.campus))!
    await tamper(sql`delete from audit_log where sequence >= 4`)
    expect(await faults()).toEqual([])
    expect(await faults(noted)).toEqual([{ kind: 'missing', from: 4n, to: 5n }])
    await aLog(3)
    expect(await faults()).toEqual([])
    expect(await faults(noted)).toEqual([{ kind: 'not-as-noted', sequence: 5n, id: 7n }])
  })

  test('so many faults that the rest is not looked at', async () => {
    await aLog(30)
    await tamper(sql`update audit_log set event = 'other'`)
    expect(await faults()).toHaveLength(20)
  })
})

test('lines that were there before the chain become its beginning, by the migration', async () => {
  await aLog(3)
  const before = await linesOf()
  const migration = readFileSync(join(projectRoot, 'db', 'migrations', '0017_audit_chain.sql'), 'utf8')
  const block = migration.split('--> statement-breakpoint').find((statement) => statement.includes('DO $$'))!
  await tamper(sql`update audit_log set sequence = null, previous = null, hash = null`, sql.raw(block))
  expect(await linesOf()).toEqual(before)
  await write(4)
  expect(await verifyChain(here.campus)).toMatchObject({ lines: 4, faults: [] })
})

import { openDatabase } from '#db/client.server.ts'
import { generate, sizeFor } from './data.ts'
import { startPostgres } from '../scripts/postgres.mjs'
import { run } from '#db/statement.ts'
import { sql } from 'drizzle-orm'
const pg = await startPostgres()
for (const d of [await openDatabase({ kind: 'postgres', url: pg.url }), await openDatabase({ kind: 'embedded', folder: null })]) {
await d.migrate()
const t = Date.now()
const c = await generate(d.db, sizeFor(10000), new Date('2026-11-01T00:00:00Z'))
console.log('ms', Date.now() - t, c.sessions.length, c.open.slice(0, 5), c.open.length, c.sessions[3], c.sessions[3]!.length)
console.log((await run<any>(d.db, sql`select (select count(*)::int from tickets) t, (select count(*)::int from votes) v, (select count(*)::int from follows) f, (select count(*)::int from entries where kind='comment') c, (select count(*)::int from entries) e, (select count(*)::int from people) p, (select count(*)::int from posts) posts, (select count(*)::int from tickets x where votes <> (select count(*) from votes where ticket_number = number)) wrongv, (select count(*)::int from tickets x where comments <> (select count(*) from entries where ticket_number = number and kind='comment')) wrongc, (select max(votes) from tickets) top, (select count(*)::int from ticket_search where document @@ quad_query('heating library')) found, (select md5(string_agg(number || title || body || votes || comments, ',' order by number)) from tickets) sum`))[0])
await d.close()
}
await pg.stop()

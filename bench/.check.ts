import { openDatabase } from '#db/client.server.ts'
import { seedDemo } from '#db/demo/seed.server.ts'
import { demoNetworkAt } from '#db/demo/network.ts'
import { createSeal } from '#app/platform/seal.ts'
import { run } from '#db/statement.ts'
import { sql } from 'drizzle-orm'
const d = await openDatabase({ kind: 'embedded', folder: null })
await d.migrate()
for (const now of process.argv.slice(2).map((x) => new Date(x))) {
const out = await seedDemo({ db: d.db, clock: { now: () => now }, zone: 'Europe/London', seal: createSeal('x'.repeat(40)) })
console.log(now, out)
const w = demoNetworkAt(now)
for (const r of await run<any>(d.db, sql`select text, external_id from deliveries order by id`)) {
  const p = w.posts.find((p) => p.id === r.external_id)!
  if (p.text !== r.text) console.log('DIFF', p.id, '\n ', p.text, '\n ', r.text)
}
console.log(await run(d.db, sql`select count(*)::int n, (select count(*)::int from tickets where votes <> (select count(*) from votes where ticket_number = number)) wrong_votes, (select count(*)::int from announcements where addressed_at is null) open_ann, (select count(*)::int from deliveries where state='sent') sent, (select count(*)::int from posts where kind='reply') replies, (select count(*)::int from tickets where promised_at < ${now.toISOString()}::timestamptz) late from tickets`))
console.table(await run(d.db, sql`select number, source, status, votes, comments, answers, d.slug dep, left(title, 50) title, to_char(t.created_at,'Dy MM-DD HH24:MI') created, to_char(promised_at,'Dy MM-DD') promised from tickets t left join departments d on d.id=department_id order by number`))
for (const e of await run<any>(d.db, sql`select ticket_number n, id, kind, created_at from entries e where exists (select from entries f where f.ticket_number=e.ticket_number and f.id>e.id and f.created_at<e.created_at)`)) console.log('order', e)
break }
await d.close()

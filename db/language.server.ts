import { sql } from 'drizzle-orm'
import type { SearchLanguage } from '#app/vocabulary.ts'
import type { Database } from './client.server.ts'
import { run } from './statement.ts'

/** What PostgreSQL 15 calls the languages whose grammar it knows. */
const CONFIGURATIONS: Record<SearchLanguage, string> = {
  ar: 'arabic',
  ca: 'catalan',
  da: 'danish',
  de: 'german',
  el: 'greek',
  en: 'english',
  es: 'spanish',
  eu: 'basque',
  fi: 'finnish',
  fr: 'french',
  ga: 'irish',
  hi: 'hindi',
  hu: 'hungarian',
  hy: 'armenian',
  id: 'indonesian',
  it: 'italian',
  lt: 'lithuanian',
  nb: 'norwegian',
  ne: 'nepali',
  nl: 'dutch',
  nn: 'norwegian',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sr: 'serbian',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
  yi: 'yiddish',
  simple: 'simple',
}

const ROWS_AT_ONCE = 200

/** Whether the campus is indexed and asked in this language. Without one, whatever it speaks is right. */
export async function speaks(db: Database, language: SearchLanguage | undefined): Promise<boolean> {
  if (!language) return true
  const [row] = await run<{ language: string }>(db, sql`select quad_language()::text as language`)
  return row?.language === CONFIGURATIONS[language]
}

/** From here on, the campus indexes and asks in this language. */
export async function speak(db: Pick<Database, 'execute'>, language: SearchLanguage | undefined) {
  if (!language || (await speaks(db as Database, language))) return
  const configuration = sql.raw(`'pg_catalog.${CONFIGURATIONS[language]}'::regconfig`)
  await db.execute(
    sql`create or replace function quad_language() returns regconfig language sql immutable parallel safe return ${configuration}`,
  )
}

/**
 * Indexes what was indexed in another language. Few rows at a time, so that nobody waits long for one; meanwhile
 * those not reached yet are found by their words as they are written. Cut short, the next time goes on from there;
 * two at once share the work.
 */
export async function indexAnew(db: Pick<Database, 'execute'>): Promise<void> {
  for (;;) {
    const done = await run(
      db as Database,
      sql`select quad_index(ticket_number) from (
            select ticket_number from ticket_search where language <> quad_language()::text
            order by ticket_number limit ${ROWS_AT_ONCE} for update skip locked
          ) as stale`,
    )
    if (done.length === 0) return
  }
}

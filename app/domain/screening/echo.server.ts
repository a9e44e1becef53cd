import { lt, sql } from 'drizzle-orm'
import { after, DAY } from '#app/platform/clock.ts'
import type { HeldThing } from '#app/vocabulary.ts'
import { echoes } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import type { Campus, InTransaction } from '../campus.ts'

/** How often within a day the same words are public at once: from one author, and from all of them. */
const TIMES = { one: 2, all: 5 }

/** Of fewer characters than these many people make the same sentence: "The Wi-Fi is down again." */
const FEW = 40

/** How many of the same words are told apart. What comes after them waits as they do. */
const MOST = 200

/** How long it is remembered that somebody sent these words. */
const LASTS = DAY

type Sent = {
  what: HeldThing
  title: string | null
  text: string
  /** Who sent it: one person, or one account of a network. */
  author: string
  /** The form or the post, which may come again and is still the same one. */
  sentAs: string
}

/**
 * Notes what was sent, and tells whether the same words were sent so often that a person should look at them first. It
 * does not read what they say. What comes twice (a form pressed again, a post read again) has the place it had.
 * @returns what these words are known by, or null
 */
export async function echoOf(campus: InTransaction, sent: Sent): Promise<string | null> {
  const { seal, clock, db } = campus
  const said = plain(sent.text)
  const few = said.length < FEW
  // Thanks are said in the same words, too.
  if (said === '' || (few && sent.what === 'comment')) return null
  const words = sent.title === null ? said : plain(`${sent.title} ${sent.text}`)
  const all = seal.mark('words', words)
  const own = seal.mark('words of one', `${sent.author} ${words}`)
  const sender = seal.mark('sent as', sent.sentAs)
  const now = clock.now()
  const at = sql`${now.toISOString()}::timestamptz`
  const isOver = sql`${echoes.since} <= ${after(now, -LASTS).toISOString()}::timestamptz`
  // In one order, so that two of them never wait for each other.
  const marks = [own, ...(few ? [] : [all])].toSorted()
  const places = await run<{ words: string; place: number | null }>(
    db,
    sql`insert into ${echoes} (words, senders, since)
        values ${sql.join(
          marks.map((mark) => sql`(${mark}, array[${sender}], ${at})`),
          sql`, `,
        )}
        on conflict (words) do update set
          senders = case
            when ${isOver} then excluded.senders
            when ${sender} = any(${echoes.senders}) or cardinality(${echoes.senders}) >= ${MOST}::int then ${echoes.senders}
            else ${echoes.senders} || excluded.senders end,
          since = case when ${isOver} then excluded.since else ${echoes.since} end
        returning words, array_position(senders, ${sender}) as place`,
  )
  const tooMany = places.some(
    ({ words, place }) => (place ?? Infinity) > (words === own ? TIMES.one : TIMES.all),
  )
  return tooMany ? all : null
}

export async function forgetEchoes(campus: Campus): Promise<void> {
  await campus.db.delete(echoes).where(lt(echoes.since, after(campus.clock.now(), -LASTS)))
}

/** Words without what a program changes between one copy and the next: case, dots, whom it names and where it leads. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/https?:\/\/\S+|@[\w.-]+/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

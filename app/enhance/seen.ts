/*
 * "New since your last visit". The newest entry read of each ticket is remembered on this device alone; nothing
 * is sent. Entries are compared by their ids and not by time, so a page from a cache, or a clock that is wrong,
 * marks nothing that was read. Where nothing can be stored, nothing happens.
 */

const KEY = 'quad:seen'
/** The least recently read tickets are forgotten. */
const KEPT = 200

/** Ticket number and newest entry read, the ticket read last at the end. */
type Seen = Array<[number, number]>

const conversation = document.querySelector<HTMLElement>('[data-seen]')
if (conversation) markNew(conversation)

function markNew(part: HTMLElement) {
  const ticket = Number(part.dataset.seen)
  const entries = [...part.querySelectorAll<HTMLElement>('.entry')]
  const newest = Math.max(0, ...entries.map(idOf))
  const before = read()
  if (before === null || newest === 0) return
  const last = before.find(([number]) => number === ticket)?.[1]
  // A page from a cache may be older than what was read since.
  remember(ticket, Math.max(newest, last ?? 0))
  if (last === undefined) return
  const fresh = entries.filter((entry) => idOf(entry) > last)
  const [first] = fresh
  if (!first) return
  for (const entry of fresh) entry.dataset.new = ''

  const divider = document.createElement('li')
  divider.className = 'seen-divider'
  divider.id = 'new'
  divider.textContent = part.dataset.divider ?? ''
  first.before(divider)

  // All of this page is new, and there are pages before it: how many more is not known here.
  const more = fresh.length === entries.length && part.querySelector('a[rel="prev"]') !== null
  const text = (more ? part.dataset.jumpMany : part.dataset.jump) ?? ''
  const jump = document.createElement('p')
  jump.className = 'seen-jump'
  const link = document.createElement('a')
  link.href = '#new'
  link.textContent = text.replace('{n}', String(fresh.length))
  jump.append(link)
  ;(document.querySelector('.ticket-head') ?? part).append(jump)
}

function idOf(entry: HTMLElement): number {
  return Number(entry.id.slice('entry-'.length))
}

/** Null where this device keeps nothing for us. */
function read(): Seen | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isLine) : []
  } catch (error) {
    return error instanceof SyntaxError ? [] : null
  }
}

function isLine(line: unknown): line is [number, number] {
  return Array.isArray(line) && line.length === 2 && line.every(Number.isSafeInteger)
}

function remember(ticket: number, newest: number) {
  try {
    // Read again: another tab may have remembered something meanwhile.
    const others = (read() ?? []).filter(([number]) => number !== ticket)
    localStorage.setItem(KEY, JSON.stringify([...others, [ticket, newest]].slice(-KEPT)))
  } catch {
    // Full, or forbidden.
  }
}

export {}

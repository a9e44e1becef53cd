/** What was said on the networks, what the campus has, and what stands on the networks: laid side by side. */
export type Books = {
  /** Every post that names us or replies in such a conversation: `network id`. */
  said: Array<string>
  /** The answers each post has to have got, by slot. */
  promised: Map<string, Array<string>>
  posts: Array<{ id: bigint; key: string; kind: string; ticket: number | null }>
  /** Lines of timelines that stem from posts. */
  lines: Array<{ postId: bigint; kind: string }>
  /** Comments as each ticket counts them. */
  counted: Map<number, number>
  /** `parts`: an answer may go on in further posts. */
  deliveries: Array<{ postId: bigint; slot: string; state: string; key: string | null; parts: number }>
  /** Our own posts as the campus keeps them. */
  kept: Array<string>
  /** Our own posts as the networks show them. */
  out: Array<{ key: string; inReplyTo: string; parts: number }>
  /** Announcements that nobody has turned into deliveries. */
  unaddressed: number
  /** Refused second sendings. */
  doubles: number
}

/** Every line on which the books do not agree, in a sentence each. */
export function disagreements(books: Books): Array<string> {
  const wrong: Array<string> = []
  const said = new Set(books.said)
  if (said.size !== books.said.length) wrong.push('a network gave one id to two posts')

  const taken = counted(books.posts.map(({ key }) => key))
  for (const key of said) {
    const times = taken.get(key) ?? 0
    if (times === 0) wrong.push(`post ${key} was not taken in`)
    if (times > 1) wrong.push(`post ${key} was taken in ${times} times`)
  }
  for (const key of taken.keys()) if (!said.has(key)) wrong.push(`post ${key} was taken in and never said`)

  const lines = grouped(books.lines, ({ postId }) => postId)
  const comments = new Map<number, number>()
  const raised = new Set<number>()
  for (const post of books.posts) {
    const kinds = (lines.get(post.id) ?? []).map(({ kind }) => kind).join()
    const wanted = post.kind === 'concern' ? 'raised' : 'comment'
    if (kinds !== wanted) wrong.push(`post ${post.key} has the lines ${kinds || 'none'}, not ${wanted}`)
    if (post.ticket === null) wrong.push(`post ${post.key} has no ticket`)
    else if (post.kind === 'comment') comments.set(post.ticket, (comments.get(post.ticket) ?? 0) + 1)
    else if (raised.has(post.ticket)) wrong.push(`ticket ${post.ticket} was raised twice`)
    else raised.add(post.ticket)
  }
  for (const [ticket, count] of books.counted)
    if (count !== (comments.get(ticket) ?? 0))
      wrong.push(`ticket ${ticket} counts ${count} comments and has ${comments.get(ticket) ?? 0}`)

  if (books.unaddressed > 0) wrong.push(`${books.unaddressed} announcements were never addressed`)
  const deliveries = grouped(books.deliveries, ({ postId }) => postId)
  const out = grouped(books.out, ({ inReplyTo }) => inReplyTo)
  for (const post of books.posts) {
    const own = deliveries.get(post.id) ?? []
    const wanted = (books.promised.get(post.key) ?? []).toSorted().join()
    const slots = own.map(({ slot }) => slot).toSorted().join() // prettier-ignore
    if (slots !== wanted)
      wrong.push(`post ${post.key} was promised ${wanted || 'nothing'} and has ${slots || 'nothing'}`)
    for (const { slot, state } of own)
      if (state !== 'sent') wrong.push(`the ${slot} to post ${post.key} is ${state}`)
    const there = (out.get(post.key) ?? []).map(({ key }) => key).toSorted().join() // prettier-ignore
    const known = own.flatMap(({ key }) => key ?? []).toSorted().join() // prettier-ignore
    if (there !== known)
      wrong.push(`below post ${post.key} stands ${there || 'nothing'}, not ${known || 'nothing'}`)
  }
  const kept = counted(books.kept)
  const partsOf = new Map(books.deliveries.map(({ key, parts }) => [key, parts]))
  for (const { key, inReplyTo, parts } of books.out) {
    const wanted = partsOf.get(key) ?? 0
    if (wanted > 0 && wanted !== parts)
      wrong.push(`our post ${key} stands there in ${parts} parts, not ${wanted}`)
    if (kept.get(key) !== 1) wrong.push(`our post ${key} is kept ${kept.get(key) ?? 0} times`)
    if (!said.has(inReplyTo)) wrong.push(`our post ${key} answers ${inReplyTo}, which nobody said`)
  }
  if (kept.size !== books.out.length)
    wrong.push(`${books.out.length} posts of ours stand there, and ${kept.size} are kept`)
  if (books.doubles > 0) wrong.push(`${books.doubles} sendings were second ones`)
  return wrong
}

function grouped<T, K>(items: Array<T>, keyOf: (item: T) => K): Map<K, Array<T>> {
  const groups = new Map<K, Array<T>>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

function counted(keys: Array<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/** Counts of an open ticket move as they change, and a line says when there is something new to read. */

const news = document.querySelector<HTMLElement>('[data-live-from]')
const HIDDEN_FOR = 5_000

if (news) {
  const { liveFrom = '', newest = '0', status = '' } = news.dataset
  let source: EventSource | undefined
  let closing: ReturnType<typeof setTimeout> | undefined

  const open = () => {
    clearTimeout(closing)
    // A browser has few connections to one host: a page that nobody sees takes none.
    if (document.visibilityState !== 'visible') return
    if (source && source.readyState !== EventSource.CLOSED) return
    source = new EventSource(liveFrom)
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const told = JSON.parse(data) as { votes: number; newest: string; status: string }
      const votes = String(told.votes)
      // Not while a vote of one's own is under way: its answer tells the count.
      for (const place of document.querySelectorAll<HTMLElement>('[data-live="votes"]'))
        if (place.textContent !== votes && !place.closest('[aria-busy="true"]')) place.textContent = votes
      if (BigInt(told.newest) > BigInt(newest) || told.status !== status) news.hidden = false
    }
  }
  // A page in the background asks for nothing.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') open()
    else closing = setTimeout(() => source?.close(), HIDDEN_FOR)
  })
  addEventListener('pagehide', () => source?.close())
  addEventListener('pageshow', open)
  if (document.readyState === 'complete') open()
}

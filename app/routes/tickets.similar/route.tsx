import { renderToStaticMarkup } from 'react-dom/server'
import { findSimilar } from '#app/domain/tickets/similar.server.ts'
import { Similar } from '#app/ui/similar.tsx'
import { openBare } from '#app/web/door.server.ts'

/** The similar tickets of a title, as a piece of the page of a new ticket. Empty when there are none. */
export const loader = openBare('visit', async ({ campus, url, passSearch }) => {
  await passSearch()
  const tickets = await findSimilar(campus, url.searchParams.get('title') ?? '')
  return new Response(tickets.length > 0 ? renderToStaticMarkup(<Similar tickets={tickets} />) : '', {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
  })
})

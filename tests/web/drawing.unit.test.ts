import type { AppLoadContext, EntryContext, ServerBuild } from '@remix-run/node'
import { expect, test } from 'vitest'
import { drawing } from '#app/web/drawing.server.ts'

/** A site that draws, of every page, which routes it knows and what it was drawn from and would send to a script. */
const page = (id: string, parentId: string | undefined, path: string | undefined, handle = {}) => ({
  id,
  parentId,
  path,
  index: path === undefined,
  module: { default: () => null, handle, loader: () => ({ from: id }) },
})
const routes = Object.fromEntries(
  [
    { ...page('root', undefined, ''), index: false },
    page('board', 'root', undefined),
    page('ticket', 'root', 'tickets/:number'),
    page('new', 'root', 'tickets/new'),
    page('desk', 'root', 'desk', { hydrate: true }),
    page('desk/ticket', 'desk', 'tickets/:number'),
    page('none', 'root', '*'),
  ].map((route) => [route.id, route]),
)
const build = {
  entry: {
    module: {
      default: async (_: Request, status: number, headers: Headers, context: EntryContext) =>
        Response.json(
          {
            drawn: context.staticHandlerContext.matches.at(-1)?.route.id,
            from: (
              context.staticHandlerContext.loaderData[
                context.staticHandlerContext.matches.at(-1)!.route.id
              ] as { from: string }
            ).from,
            known: Object.keys(context.routeModules).sort(),
            sent: await new Response(context.serverHandoffStream).text(),
          },
          { status, headers },
        ),
    },
  },
  routes,
  assets: { routes: {}, entry: { module: '', imports: [] }, url: '', version: '1' },
  basename: '/',
  publicPath: '/',
  assetsBuildDirectory: '',
  future: { v3_singleFetch: true },
  isSpaMode: false,
  mode: 'production',
} as unknown as ServerBuild

const draw = async (path: string) => {
  const response = await drawing(build)(new Request(`http://quad.example${path}`), {} as AppLoadContext)
  return (await response.json()) as { drawn: string; from: string; known: Array<string>; sent: string }
}
const all = Object.keys(routes).sort()

test.each([
  ['/', 'board', ['board', 'none', 'root']],
  ['/?sort=newest', 'board', ['board', 'none', 'root']],
  ['/tickets/7', 'ticket', ['new', 'none', 'root', 'ticket']],
  ['/tickets/new?draft=1', 'new', ['new', 'none', 'root', 'ticket']],
  ['/tickets/7/8/9', 'none', ['new', 'none', 'root', 'ticket']],
  ['/Tickets/7', 'ticket', all],
  ['/%74ickets/7', 'ticket', all],
  ['//tickets/7', 'none', all],
  ['/elsewhere', 'none', all],
])('%s is drawn by the route of its address', async (path, drawn, known) => {
  expect(await draw(path)).toMatchObject({ drawn, from: drawn, known })
})

test('a page without the framework’s script sends it nothing, but is drawn from everything', async () => {
  expect((await draw('/tickets/7')).sent).not.toContain('"from"')
})

test('a page with it knows all other pages, and sends what it was drawn from', async () => {
  const { known, sent, drawn } = await draw('/desk/tickets/7')
  expect({ known, drawn }).toEqual({ known: all, drawn: 'desk/ticket' })
  expect(sent).toContain('"from"')
})

test('what its script asks for is answered whole', async () => {
  const response = await drawing(build)(
    new Request('http://quad.example/tickets/7.data'),
    {} as AppLoadContext,
  )
  expect(await response.text()).toContain('"from"')
})

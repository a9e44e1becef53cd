import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { findViolations, type Rules } from './support/arrows.ts'

const common = ['app/vocabulary.ts', 'app/platform', 'app/catalogue']
const everything = ['app', 'db', 'sandbox', 'bench', 'tests', 'scripts', 'server.ts']
const drawing = [
  'app/routes',
  'app/web',
  'app/ui',
  'app/root.tsx',
  'app/entry.*.tsx',
  'app/catalogue/text.ts',
]

/** The arrows of docs/architecture.md. What a row does not name, its files may not import. */
const rules: Rules = {
  arrows: {
    'app/routes': [...common, 'app/web', 'app/domain', 'app/ui', 'app/app.server.ts'],
    'app/routes/hooks.$channel': ['app/inbound'],
    'app/routes/desk.channels*': ['app/outbound', 'app/inbound'],
    'app/routes/desk.tickets.*': ['app/outbound'],
    'app/web': [
      ...common,
      'app/domain/people',
      'app/domain/campus.ts',
      'app/domain/insights',
      'app/providers/*.ts',
    ],
    // A page drawn once for many: its counts, and what differs between those who look at it.
    'app/web/live-counts.server.ts': ['app/domain/tickets'],
    'app/web/p*.server.ts': ['app/domain/tickets', 'app/domain/votes', 'app/ui/slots.tsx'],
    'app/web/votes.server.ts': ['app/domain/votes'],
    'app/web/gate.server.ts': ['app/domain/integrity'],
    'app/web/sender.server.ts': ['app/domain/integrity'],
    'app/enhance': [],
    // lucia brings its own adapter, so the one file that knows it also knows the two tables it keeps.
    'app/web/session.server.ts': ['db'],
    'app/ui': ['app/vocabulary.ts', 'app/catalogue', 'app/domain/*/views.ts', 'app/*bound/views.ts'],
    'app/jobs': [
      ...common,
      'app/accounts',
      'app/inbound',
      'app/outbound',
      'app/domain',
      'app/channels/*.ts',
      'db',
    ],
    'app/accounts': [...common, 'app/channels/*.ts', 'app/domain/campus.ts', 'db'],
    'app/inbound': [
      ...common,
      'app/accounts',
      'app/channels/*.ts',
      'app/domain/intake',
      'app/domain/campus.ts',
      'db',
    ],
    'app/outbound': [...common, 'app/accounts', 'app/channels/*.ts', 'app/domain', 'app/outbox', 'db'],
    'app/domain': [...common, 'app/outbox', 'db'],
    'app/outbox': [...common, 'db'],
    'app/channels/*': [...common, 'app/channels/*.ts'],
    'app/channels/registry*': ['app/channels'],
    'app/providers/*': [...common, 'app/providers/*.ts'],
    'app/providers/registry*': ['app/providers'],
    'app/catalogue': ['app/vocabulary.ts'],
    'app/platform': ['app/vocabulary.ts'],
    'app/vocabulary.ts': [],
    db: common,
    sandbox: common,

    // The composition root and the entries, where everything is put together.
    'app/app.server.ts': ['app', 'db'],
    'app/root.tsx': [...common, 'app/web', 'app/domain', 'app/ui', 'app/app.server.ts'],
    'app/entry.*.tsx': [...common, 'app/web', 'app/ui', 'app/app.server.ts'],
    'server.ts': ['app', 'db'],
    'db/migrate.ts': ['app'],
    'db/seed.ts': ['app'],
    // A demonstration is told through the domain, so that its counts are true by construction.
    'db/demo': ['app'],
    'sandbox/main.ts': ['db/demo/network.ts'],
    'worker.ts': ['app', 'db'],
    scripts: everything,
    bench: everything,
    tests: everything,
  },
  packages: [
    { rule: 'react', named: /^(react|react-dom|@conform-to\/react)(\/|$)/, only: [...drawing, 'tests'] },
    { rule: 'remix', named: /^(@remix-run\/|remix)/, only: [...drawing, 'server.ts', 'tests'] },
  ],
  folders: [
    'app/*',
    'app/domain/*',
    'app/channels/*',
    'app/providers/*',
    'db',
    'db/migrate.ts',
    'db/seed.ts',
    'db/demo',
    'sandbox/x',
    'bench',
    'scripts',
  ],
  leaves: ['app/vocabulary.ts'],
  names: ['util', 'utils', 'helper', 'helpers', 'misc', 'manager', 'managers'],
}

test('the house stands as planned', async () => {
  const found = await findViolations(path.resolve(import.meta.dirname, '..'), rules)
  expect(found.map(({ rule, from, to }) => `${rule}: ${from} → ${to}`)).toEqual([])
}, 60_000)

// What keeps the test above honest: each kind of broken rule, in a tree that is sound but for one file.
const sound = {
  'app/vocabulary.ts': 'export const WORD = 1',
  'app/platform/log.ts': 'export const log = 1',
  'app/domain/tickets/views.ts': 'export type View = string',
  'app/domain/tickets/raise.ts': "import '#app/outbox/announce.ts'; import '#db/client.server.ts'",
  'app/domain/votes/vote.ts': "import '../tickets/raise.ts'",
  'app/outbox/announce.ts': "import '#db/client.server.ts'",
  'app/inbound/poll.ts': "import '#app/channels/channel.ts'; import '#app/domain/intake/take.ts'",
  'app/outbound/deliver.ts': "import '#app/outbox/announce.ts'",
  'app/domain/intake/take.ts': "import '#app/platform/log.ts'",
  'app/channels/channel.ts': "import '#app/vocabulary.ts'",
  'app/channels/registry.ts': "import './x/index.server.ts'; import './bluesky/index.server.ts'",
  'app/channels/x/index.server.ts': "import 'twitter-api-v2'; import '../channel.ts'; import './shape.ts'",
  'app/channels/x/shape.ts': "import '#app/platform/log.ts'",
  'app/channels/bluesky/index.server.ts': "import '../channel.ts'",
  'app/ui/card.tsx': "import 'react'; import type { View } from '#app/domain/tickets/views.ts'",
  'app/web/guards.ts': "import '@remix-run/node'",
  'app/routes/_index/route.tsx':
    "import '#app/ui/card.tsx'; import '#app/app.server.ts'; import '@remix-run/react'",
  'app/routes/hooks.$channel/route.ts': "import '#app/inbound/poll.ts'",
  'app/app.server.ts': "import '#app/channels/registry.ts'; import '#db/client.server.ts'",
  'db/client.server.ts': "import '#app/vocabulary.ts'",
  'server.ts': "import '#app/app.server.ts'; import '@remix-run/express'",
  'sandbox/main.ts': "import '#app/platform/log.ts'",
  'tests/support/people.ts': "import '#db/client.server.ts'",
}

test.each<[what: string, file: string, text: string, rule: string | null]>([
  ['nothing is wrong', 'app/domain/people/find.ts', "import '#db/client.server.ts'", null],
  ['a route imports the database', 'app/routes/a/route.tsx', "import '#db/client.server.ts'", 'arrow'],
  ['a route imports the outbox', 'app/routes/a/route.tsx', "import '#app/outbox/announce.ts'", 'arrow'],
  ['a route imports a channel', 'app/routes/a/route.tsx', "import '#app/channels/x/shape.ts'", 'arrow'],
  ['any route imports inbound', 'app/routes/a/route.tsx', "import '#app/inbound/poll.ts'", 'arrow'],
  [
    'a type is imported the wrong way',
    'app/routes/a/route.tsx',
    "import type { A } from '#db/client.server.ts'",
    'arrow',
  ],
  ['an import is dynamic', 'app/routes/a/route.tsx', "void import('../../outbox/announce.ts')", 'arrow'],
  [
    'an export comes from elsewhere',
    'app/routes/a/route.tsx',
    "export * from '#app/outbox/announce.ts'",
    'arrow',
  ],
  ['domain knows a channel', 'app/domain/votes/a.ts', "import '#app/channels/channel.ts'", 'arrow'],
  ['a channel knows a ticket', 'app/channels/x/a.ts', "import '#app/domain/tickets/views.ts'", 'arrow'],
  ['a channel imports another', 'app/channels/x/a.ts', "import '../bluesky/index.server.ts'", 'arrow'],
  ['inbound opens a channel itself', 'app/inbound/a.ts', "import '#app/channels/x/index.server.ts'", 'arrow'],
  ['the outbox reads the domain', 'app/outbox/a.ts', "import '#app/domain/tickets/raise.ts'", 'arrow'],
  ['web reads tickets', 'app/web/a.ts', "import '#app/domain/tickets/raise.ts'", 'arrow'],
  ['ui does more than draw', 'app/ui/a.tsx', "import '#app/domain/tickets/raise.ts'", 'arrow'],
  [
    'domain sees the composition root',
    'app/domain/votes/a.ts',
    "import type { App } from '#app/app.server.ts'",
    'arrow',
  ],
  ['the database knows the product', 'db/a.ts', "import '#app/domain/tickets/raise.ts'", 'arrow'],
  ['the product needs the sandbox', 'app/jobs/a.ts', "import '#sandbox/main.ts'", 'arrow'],
  ['the server needs the tests', 'db/a.ts', "import '#tests/support/people.ts'", 'arrow'],
  ['a folder stands nowhere in the plan', 'app/extras/a.ts', "import '#app/platform/log.ts'", 'no-row'],
  ['domain imports React', 'app/domain/votes/a.ts', "import 'react'", 'react'],
  ['jobs import Remix', 'app/jobs/a.ts', "import { json } from '@remix-run/node'", 'remix'],
  ['vocabulary imports a package', 'app/vocabulary.ts', "import 'zod'", 'leaf'],
  ['a file is named for nothing', 'app/domain/votes/vote-utils.ts', '', 'file-name'],
  [
    'two folders of the domain need each other',
    'app/domain/tickets/a.ts',
    "import '../votes/vote.ts'",
    'circle',
  ],
  ['platform needs the catalogue', 'app/platform/a.ts', "import '#app/catalogue/text.ts'", 'arrow'],
])('%s', async (_what, file, text, rule) => {
  const root = await mkdtemp(path.join(tmpdir(), 'quad-tree-'))
  try {
    const imports = Object.fromEntries(
      ['app', 'db', 'sandbox', 'tests'].map((name) => [`#${name}/*`, `./${name}/*`]),
    )
    const tree = { ...sound, 'package.json': JSON.stringify({ type: 'module', imports }), [file]: text }
    for (const [name, content] of Object.entries(tree)) {
      await mkdir(path.dirname(path.join(root, name)), { recursive: true })
      await writeFile(path.join(root, name), content)
    }
    const found = await findViolations(root, rules)
    if (rule === null) expect(found).toEqual([])
    else expect(found[0]).toMatchObject(rule === 'circle' ? { rule } : { rule, from: file })
  } finally {
    await rm(root, { recursive: true })
  }
})

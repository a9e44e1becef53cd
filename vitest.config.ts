import { defineConfig } from 'vitest/config'

const own = {
  contract: ['tests/contract/**/*.test.ts', 'tests/channels/**/*.test.ts', 'tests/providers/**/*.test.ts'],
  sql: ['**/*.sql.test.ts'],
  flows: ['tests/flows/**/*.test.ts'],
  bluesky: ['tests/bluesky/**/*.test.ts'],
  idp: ['tests/idp/**/*.test.ts'],
}
const never = ['node_modules/**', 'bluesky-network/**', 'build/**']

const onDriver = (name: string, driver: 'pglite' | 'postgres') => ({
  test: {
    name,
    include: own.sql,
    exclude: never,
    env: { TEST_DRIVER: driver },
    globalSetup: 'tests/support/template.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})

// Beside vite.config.ts and not in it, because the Remix plug-in cannot be loaded by tests.
export default defineConfig({
  test: {
    projects: [
      // Everything that is not somebody else's, so that no test file is left out.
      {
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...never, ...Object.values(own).flat()],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'contract',
          include: own.contract,
          exclude: [...never, ...own.sql],
          testTimeout: 20_000,
        },
      },
      onDriver('sql-embedded', 'pglite'),
      onDriver('sql-postgres', 'postgres'),
      // They start whole servers: one at a time, after everything else.
      {
        test: {
          name: 'flows',
          include: own.flows,
          exclude: [...never, ...own.sql],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      // Against LemonLDAP::NG, which `npm run test:idp` starts.
      { test: { name: 'idp', include: own.idp, exclude: never, testTimeout: 120_000 } },
      // Against Bluesky's own servers, which `npm run test:bluesky` starts.
      {
        test: {
          name: 'bluesky',
          include: own.bluesky,
          exclude: never,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})

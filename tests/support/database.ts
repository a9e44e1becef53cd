import { openAsBlob } from 'node:fs'
import { inject } from 'vitest'
import { openDatabase, type OpenDatabase } from '#db/client.server.ts'
import { createDatabase } from './postgres.ts'

/** `url` is set on PostgreSQL only, for tests that need a second connection. */
export type TestDatabase = OpenDatabase & { url?: string }

/** A migrated database of its own for one test or one file: empty of rows, on the driver this project runs with. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = inject('template')
  if (template.kind === 'embedded') {
    return openDatabase({ kind: 'embedded', folder: null, image: await openAsBlob(template.image) })
  }
  const { url, stop } = await createDatabase(template.server, template.name)
  const campus = await openDatabase({ kind: 'postgres', url })
  return {
    ...campus,
    url,
    async close() {
      await campus.close()
      await stop()
    },
  }
}

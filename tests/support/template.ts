import { PGlite } from '@electric-sql/pglite'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '#db/client.server.ts'
import { createDatabase, startPostgres } from './postgres.ts'

/** What every test copies its database from, so that migrations run once and not once per test. */
export type Template =
  { kind: 'embedded'; image: string } | { kind: 'postgres'; server: string; name: string }

declare module 'vitest' {
  interface ProvidedContext {
    template: Template
  }
}

/** Vitest runs this once per run, before the tests of a project with a database. */
export default async function prepareTemplate(project: TestProject) {
  const made = project.config.env.TEST_DRIVER === 'postgres' ? await onPostgres() : await embedded()
  project.provide('template', made.template)
  return made.remove
}

async function onPostgres() {
  const server = await startPostgres()
  const template = await createDatabase(server.url)
  const campus = await openDatabase({ kind: 'postgres', url: template.url })
  await campus.migrate()
  await campus.close()
  return {
    template: {
      kind: 'postgres',
      server: server.url,
      name: new URL(template.url).pathname.slice(1),
    } as const,
    async remove() {
      await template.stop()
      await server.stop()
    },
  }
}

async function embedded() {
  const folder = await mkdtemp(path.join(tmpdir(), 'quad-template-'))
  const dataDir = path.join(folder, 'data')
  const campus = await openDatabase({ kind: 'embedded', folder: dataDir })
  await campus.migrate()
  await campus.close()
  const client = await PGlite.create({ dataDir })
  const dump = await client.dumpDataDir('none')
  await client.close()
  await rm(dataDir, { recursive: true })
  const image = path.join(folder, 'image.tar')
  await writeFile(image, Buffer.from(await dump.arrayBuffer()))
  return {
    template: { kind: 'embedded', image } as const,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

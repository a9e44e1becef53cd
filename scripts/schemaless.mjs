// Runs after `drizzle-kit generate`, which names the schema "public": a campus may live in any.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { inRoot } from './freshness.mjs'

const folder = inRoot('db', 'migrations')
for (const name of readdirSync(folder).filter((one) => one.endsWith('.sql'))) {
  const file = inRoot('db', 'migrations', name)
  const text = readFileSync(file, 'utf8')
  const freed = text.replaceAll('"public".', '')
  // Written only when it changes: a migration that ran somewhere keeps its bytes.
  if (freed !== text) writeFileSync(file, freed)
}

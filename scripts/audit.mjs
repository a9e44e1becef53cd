// `npm run audit`: asks the registry for known holes in what runs in production. Fails on each that docs/security/audit.json
// does not explain, and on an explanation nobody needs any more. Ends with 2, and says so, where the registry tells nothing.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { inRoot, root } from './freshness.mjs'

/** @typedef {{ url?: string, title?: string, severity?: string }} Advisory */
/** @typedef {{ vulnerabilities?: Record<string, { via: Array<string | Advisory> }> }} Report */

/**
 * @param {Report} report as `npm audit --json` writes it
 * @param {Record<string, string>} explained by the id of the advisory
 */
export function judge({ vulnerabilities = {} }, explained) {
  const found = new Map()
  for (const [name, { via }] of Object.entries(vulnerabilities))
    for (const advisory of via) {
      // A name alone only says by which other part this one is affected.
      if (typeof advisory === 'string') continue
      const id = advisory.url?.split('/').at(-1) ?? name
      found.set(id, `${id}: ${name}, ${advisory.severity}: ${advisory.title}`)
    }
  return {
    unexplained: [...found].filter(([id]) => !Object.hasOwn(explained, id)).map(([, line]) => line),
    idle: Object.keys(explained).filter((id) => !found.has(id)),
  }
}

function main() {
  const explained = JSON.parse(readFileSync(inRoot('docs', 'security', 'audit.json'), 'utf8'))
  const asked = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 120_000,
  })
  const report = parsed(asked.stdout)
  if (!report?.vulnerabilities) {
    console.error(`NOT RUN: the registry answers no audits. ${report?.message ?? asked.error?.message ?? ''}`)
    return 2
  }
  const { unexplained, idle } = judge(report, explained)
  for (const line of unexplained) console.error(`Not explained in docs/security/audit.json: ${line}`)
  for (const id of idle) console.error(`Explained in docs/security/audit.json, and not found any more: ${id}`)
  if (unexplained.length + idle.length > 0) return 1
  console.log(`No known hole that is not explained (${Object.keys(explained).length} explained).`)
  return 0
}

/** @param {string | null} text */
function parsed(text) {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return null
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = main()

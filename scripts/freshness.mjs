// Tells whether what lies in node_modules and build/ still belongs to these sources. Needs no package.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** @param {...string} names */
export const inRoot = (...names) => path.join(root, ...names)

export const BUILD_MARK = inRoot('build', '.sources')
export const INSTALL_MARK = inRoot('node_modules', '.quad-install')
/** npm writes this file when an installation is complete, and only then. */
export const NPM_MARK = inRoot('node_modules', '.package-lock.json')

const SOURCES = [
  'app',
  'db',
  'public',
  'sandbox',
  'scripts',
  'server.ts',
  'worker.ts',
  'vite.config.ts',
  'remix.config.js',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
]

/**
 * By content, not by time: a fresh clone or a switch of branches changes every time but few files.
 * @param {string} [from]
 */
export function sourcesHash(from = root) {
  const hash = createHash('sha256')
  /** @param {string} name */
  const add = (name) => {
    const file = path.join(from, name)
    if (!existsSync(file)) return
    if (statSync(file).isDirectory()) {
      for (const entry of readdirSync(file).sort()) add(path.posix.join(name, entry))
    } else {
      const content = readFileSync(file)
      hash.update(`${name}\0${content.length}\0`).update(content)
    }
  }
  SOURCES.forEach(add)
  return hash.digest('hex')
}

export const buildIsFresh = () => read(BUILD_MARK) === sourcesHash()

export const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex')

export function installIsFresh() {
  return read(INSTALL_MARK) === lockHash() || npmInstalledTheLock()
}

/** Someone ran `npm ci` by hand: every package that must be there is, in the version asked for. */
function npmInstalledTheLock() {
  const installed = read(NPM_MARK)
  if (!installed) return false
  /** @type {Record<string, { version?: string }>} */
  const there = JSON.parse(installed).packages
  /** @type {Record<string, { version?: string; dev?: boolean; devOptional?: boolean; optional?: boolean }>} */
  const wanted = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages
  return Object.entries(wanted).every(
    ([name, one]) =>
      name === '' || one.dev || one.devOptional || one.optional || there[name]?.version === one.version,
  )
}

/** @param {string} file */
function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null
}

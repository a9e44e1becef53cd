// Runs before `npm start`: installs and builds what is missing or out of date. Needs nothing but Node and npm.
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { buildIsFresh, inRoot, INSTALL_MARK, installIsFresh, lockHash, NPM_MARK, root } from './freshness.mjs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  stop(`Quad needs Node 20.19 or newer; this is Node ${process.versions.node}. Node 24 is recommended.`)
}

if (!installIsFresh()) {
  console.log('Installing packages (npm ci); this takes a minute the first time.')
  // Gone first, so that an installation cut short is never taken for a whole one.
  rmSync(INSTALL_MARK, { force: true })
  rmSync(NPM_MARK, { force: true })
  if (!npm('ci')) stop('The packages could not be installed: npm says why above. Then run `npm start` again.')
  writeFileSync(INSTALL_MARK, lockHash())
}

if (!buildIsFresh()) {
  console.log('Building Quad; this takes some seconds, and only when something changed.')
  if (!node(inRoot('scripts', 'build.mjs'))) stop('The build failed: the message is above.')
}

/** @param {...string} args */
function npm(...args) {
  // Set by npm itself. Without it, a shell finds npm, which on Windows is a .cmd file.
  const cli = process.env.npm_execpath
  if (cli?.endsWith('npm-cli.js')) return node(cli, ...args)
  return spawnSync(['npm', ...args].join(' '), { cwd: root, stdio: 'inherit', shell: true }).status === 0
}

/** @param {...string} args */
function node(...args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0
}

/** @param {string} sentence */
function stop(sentence) {
  console.error(sentence)
  process.exit(1)
}

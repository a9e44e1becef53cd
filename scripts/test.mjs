// `npm test`: every check there is, in order, and at the end what came of each.
// `npm test -- --only=unit,lint` runs some of them.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { buildIsFresh, inRoot, root } from './freshness.mjs'

/**
 * @typedef {{ passed: number; failed: number; skipped: number }} Counts
 * @typedef {{ name: string; state: 'ok' | 'FAILED' | 'NOT RUN'; seconds: number; counts?: Counts }} Outcome
 * @typedef {{ name: string; run(): Promise<boolean>; needs?: Array<'postgres' | 'browser' | 'build'>; counts?(): Counts | null }} Step
 */

const onCi = Boolean(process.env.CI)
const cache = inRoot('.cache')
const reports = inRoot('.cache', 'reports')
const tool = (/** @type {Array<string>} */ ...names) => inRoot('node_modules', ...names)
const report = (/** @type {string} */ name) => inRoot('.cache', 'reports', `${name}.json`)

/** @type {Array<Step>} */
const steps = [
  {
    name: 'format',
    run: () =>
      node(
        tool('prettier', 'bin', 'prettier.cjs'),
        '--check',
        '.',
        '--cache',
        '--cache-location',
        `${cache}/prettier`,
      ),
  },
  {
    name: 'lint',
    run: () =>
      node(
        tool('eslint', 'bin', 'eslint.js'),
        '.',
        '--max-warnings=0',
        '--cache',
        '--cache-location',
        `${cache}/eslint`,
      ),
  },
  {
    name: 'types',
    run: () =>
      node(
        tool('typescript', 'bin', 'tsc'),
        '--incremental',
        '--tsBuildInfoFile',
        `${cache}/types.tsbuildinfo`,
      ),
  },
  vitest('unit'),
  vitest('contract'),
  vitest('sql-embedded'),
  vitest('sql-postgres', ['postgres']),
  { name: 'build', run: async () => buildIsFresh() || (await node(inRoot('scripts', 'build.mjs'))) },
  vitest('flows', ['build']),
  {
    name: 'journeys',
    needs: ['build', 'browser'],
    run: () => node(tool('@playwright', 'test', 'cli.js'), 'test', '--reporter=list,json'),
    counts: () => {
      const stats = read(report('journeys'))?.stats
      return stats
        ? { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped }
        : null
    },
  },
]

/**
 * @param {string} name
 * @param {Step['needs']} [needs]
 * @returns {Step}
 */
function vitest(name, needs) {
  return {
    name,
    needs,
    run: () =>
      node(
        tool('vitest', 'vitest.mjs'),
        'run',
        `--project=${name}`,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report(name)}`,
      ),
    counts: () => {
      const all = read(report(name))
      return all
        ? {
            passed: all.numPassedTests,
            failed: all.numFailedTests,
            skipped: all.numPendingTests + all.numTodoTests,
          }
        : null
    },
  }
}

const asked = process.argv
  .find((word) => word.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',')
const unknown = asked?.filter((name) => !steps.some((step) => step.name === name)) ?? []
if (unknown.length > 0) {
  console.error(
    `There is no step ${unknown.join(', ')}. The steps are ${steps.map((step) => step.name).join(', ')}.`,
  )
  process.exit(2)
}
if (!existsSync(tool('vitest'))) {
  console.error('The packages for development are missing: run `npm ci --include=dev` first.')
  process.exit(2)
}
const wanted = steps.filter((step) => !asked || asked.includes(step.name))
const chosen = steps.filter(
  (step) =>
    wanted.includes(step) || (step.name === 'build' && wanted.some((one) => one.needs?.includes('build'))),
)
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

/** What children are told: where PostgreSQL and the browser are. */
const env = /** @type {Record<string, string | undefined>} */ ({
  ...process.env,
  PLAYWRIGHT_JSON_OUTPUT_FILE: report('journeys'),
})
// The shell's choice would reach React and Vite inside the tests.
delete env.NODE_ENV

/** @type {import('node:child_process').ChildProcess | null} */
let running = null
/** @type {(() => Promise<void>) | undefined} */
let stopPostgres
/** @type {Partial<Record<string, string>>} */
const missing = {}
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    stopRunning()
    // PostgreSQL stops itself on the way out.
    process.exit(1)
  })
}

/** @type {Array<Outcome>} */
const outcomes = []
if (chosen.some((step) => ['sql-postgres', 'flows', 'journeys'].includes(step.name))) await setUp()
for (const step of chosen) {
  heading(step.name)
  const why = step.needs?.map((need) => missing[need]).find(Boolean)
  if (why) {
    console.log(why)
    outcomes.push({ name: step.name, state: onCi ? 'FAILED' : 'NOT RUN', seconds: 0 })
    continue
  }
  const began = Date.now()
  const ok = await step.run()
  const seconds = (Date.now() - began) / 1000
  const counts = step.counts?.() ?? undefined
  // A file that cannot be loaded, or a runner that breaks, counts no failed test by itself.
  if (counts && !ok && counts.failed === 0) counts.failed = 1
  if (step.name === 'build' && !ok) missing.build = 'The build failed, so there is nothing to start.'
  outcomes.push({
    name: step.name,
    state: ok ? 'ok' : 'FAILED',
    seconds,
    counts: counts ?? (step.counts && !ok ? { passed: 0, failed: 1, skipped: 0 } : undefined),
  })
}
await stopPostgres?.()
summarise()

async function setUp() {
  heading('set-up')
  const began = Date.now()
  const { havePostgres, startPostgres, HOW_TO_GET_POSTGRES } = await import('./postgres.mjs')
  let ok = true
  try {
    if (havePostgres()) {
      const { url, stop } = await startPostgres()
      stopPostgres = stop
      env.TEST_DATABASE_URL = url
    } else missing.postgres = HOW_TO_GET_POSTGRES
  } catch (error) {
    ok = false
    missing.postgres = error instanceof Error ? error.message : String(error)
  }
  console.log(missing.postgres ?? 'PostgreSQL is running.')
  if (chosen.some((step) => step.needs?.includes('browser'))) {
    const { findChromium, installChromium, HOW_TO_GET_CHROMIUM } = await import('./chromium.mjs')
    const found = findChromium() ?? installChromium()
    if (found) env.CHROMIUM_PATH = found
    else missing.browser = HOW_TO_GET_CHROMIUM
    console.log(found ? `The browser is ${found}.` : HOW_TO_GET_CHROMIUM)
  }
  outcomes.push({
    name: 'set-up',
    state: ok && !(onCi && missing.browser) ? 'ok' : 'FAILED',
    seconds: (Date.now() - began) / 1000,
  })
}

/**
 * In a process group of its own, so that whatever it started can be stopped with it.
 * @param {...string} args
 * @returns {Promise<boolean>}
 */
function node(...args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: /** @type {NodeJS.ProcessEnv} */ (env),
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: process.platform !== 'win32',
    })
    running = child
    child.once('error', () => resolve(false))
    child.once('exit', (code) => {
      stopRunning()
      running = null
      resolve(code === 0)
    })
  })
}

function stopRunning() {
  if (!running?.pid) return
  try {
    if (process.platform === 'win32') running.kill()
    else process.kill(-running.pid, 'SIGTERM')
  } catch {
    // The group is empty: nothing was left behind.
  }
}

function heading(/** @type {string} */ name) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`)
}

function read(/** @type {string} */ file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

function summarise() {
  heading('summary')
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const { name, state, seconds, counts } of outcomes) {
    const told = counts
      ? `${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} SKIPPED` : ''}`
      : ''
    console.log(
      `${name.padEnd(14)}${state.padEnd(9)}${`${seconds.toFixed(1)} s`.padStart(8)}   ${told}`.trimEnd(),
    )
    for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) total[key] += counts?.[key] ?? 0
  }
  if (outcomes.some((one) => one.state === 'NOT RUN') || missing.postgres) {
    console.log(
      '\nNOT EVERYTHING WAS CHECKED: parts were not run because something is missing on this machine.',
    )
    for (const why of new Set(Object.values(missing))) console.log(why)
  }
  const skippedOnCi = onCi && total.skipped > 0
  if (skippedOnCi) console.log('\nSkipped tests count as a failure on CI.')
  const broken = outcomes.filter((one) => one.state === 'FAILED').map((one) => one.name)
  if (broken.length > 0) console.log(`\nFailed: ${broken.join(', ')}`)
  console.log(`\n${total.passed} passed, ${total.failed} failed`)
  process.exitCode = broken.length > 0 || skippedOnCi ? 1 : 0
}

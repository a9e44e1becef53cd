// `npm run test:bluesky`: the Bluesky channel against Bluesky's own servers, started here and removed afterwards.
// Words behind `--` go to the test runner. Apart from `npm test`, because its package is large and compiles a database.
import { spawn } from 'node:child_process'
import { installNetwork, startNetwork } from './bluesky.mjs'
import { buildIsFresh, inRoot, root } from './freshness.mjs'
import { HOW_TO_GET_POSTGRES, havePostgres, startPostgres } from './postgres.mjs'
import { HOW_TO_GET_REDIS, haveRedis, startRedis } from './redis.mjs'

/** @type {Array<() => Promise<void>>} */
const stops = []
/** @type {import('node:child_process').ChildProcess | null} */
let running = null
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    running?.kill()
    void stopAll().then(() => process.exit(1))
  })
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await stopAll()
}

async function main() {
  // Under CI `havePostgres` fails by itself.
  const missing = [
    ...(havePostgres() ? [] : [HOW_TO_GET_POSTGRES]),
    ...(haveRedis() ? [] : [HOW_TO_GET_REDIS]),
  ]
  if (missing.length > 0) {
    console.error(`The Bluesky tests were NOT RUN.\n${missing.join('\n')}`)
    return 1
  }
  installNetwork()
  if (!buildIsFresh() && (await node([inRoot('scripts', 'build.mjs')])) !== 0) return 1

  const postgres = await startPostgres()
  stops.unshift(postgres.stop)
  const redis = await startRedis()
  stops.unshift(redis.stop)
  const network = await startNetwork({ postgres: postgres.url, redis: redis.host })
  stops.unshift(network.stop)
  console.log(`Bluesky's servers are running: ${network.service}`)
  const words = ['run', '--project=bluesky', ...process.argv.slice(2)]
  return node([inRoot('node_modules', 'vitest', 'vitest.mjs'), ...words], {
    TEST_DATABASE_URL: postgres.url,
    TEST_BLUESKY_SERVICE: network.service,
    TEST_BLUESKY_APP_VIEW: network.appView,
  })
}

/**
 * @param {Array<string>} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<number>}
 */
function node(args, env) {
  return new Promise((resolve) => {
    const { NODE_ENV: _ours, ...inherited } = process.env
    running = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: /** @type {any} */ ({ ...inherited, ...env }),
    })
    running.once('error', () => resolve(1))
    running.once('exit', (code) => resolve(code ?? 1))
  })
}

async function stopAll() {
  for (const stop of stops.splice(0)) await stop().catch(() => {})
}

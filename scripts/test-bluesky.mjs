// `npm run test:bluesky`: the Bluesky channel against Bluesky's own servers, started here and removed afterwards.
// Words behind `--` go to the test runner. Apart from `npm test`, because its package is large and compiles a database.
import { installNetwork, startNetwork } from './bluesky.mjs'
import { buildIsFresh, inRoot } from './freshness.mjs'
import { HOW_TO_GET_POSTGRES, havePostgres, startPostgres } from './postgres.mjs'
import { HOW_TO_GET_REDIS, haveRedis, startRedis } from './redis.mjs'
import { atEnd, node, onStage } from './stage.mjs'

await onStage(async () => {
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
  atEnd(postgres.stop)
  const redis = await startRedis()
  atEnd(redis.stop)
  const network = await startNetwork({ postgres: postgres.url, redis: redis.host })
  atEnd(network.stop)
  console.log(`Bluesky's servers are running: ${network.service}`)
  const words = ['run', '--project=bluesky', ...process.argv.slice(2)]
  return node([inRoot('node_modules', 'vitest', 'vitest.mjs'), ...words], {
    TEST_DATABASE_URL: postgres.url,
    TEST_BLUESKY_SERVICE: network.service,
    TEST_BLUESKY_APP_VIEW: network.appView,
  })
})

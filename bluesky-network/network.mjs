// Bluesky's own servers (directory, personal data server, AppView) on this machine. `scripts/bluesky.mjs` starts this
// as a process of its own; it writes one line of JSON when all of them answer, and ends when its input does.
import { createServer, Server } from 'node:net'
import { TestNetwork } from '@atproto/dev-env'

// These servers would listen on every address of the machine, with passwords that everybody knows.
const { listen } = Server.prototype
/** @type {any} */
const onLoopback = function (/** @type {any} */ port, /** @type {Array<any>} */ ...rest) {
  return listen.call(
    this,
    ...(typeof port === 'number' ? [port, '127.0.0.1', ...rest.filter(isNoHost)] : [port, ...rest]),
  )
}
Server.prototype.listen = onLoopback

const bskyPort = await freePort()
const network = await TestNetwork.create({
  pds: { hostname: 'localhost' },
  // Addresses of pictures begin with it.
  bsky: { port: bskyPort, publicUrl: `http://localhost:${bskyPort}` },
})
console.log(JSON.stringify({ service: network.pds.url, appView: network.bsky.url }))

process.stdin.resume().once('end', stop)
process.once('SIGTERM', stop)

async function stop() {
  await network.close().catch(() => {})
  process.exit(0)
}

function isNoHost(/** @type {unknown} */ argument) {
  return typeof argument !== 'string'
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

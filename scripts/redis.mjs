// A throw-away Redis for the local Bluesky network: nothing is kept.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from './postgres.mjs'

export const HOW_TO_GET_REDIS =
  'Redis was not found. Install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis).'

export function haveRedis() {
  return spawnSync('redis-server', ['--version']).status === 0
}

/**
 * On a free port of the loopback address, in a folder of its own.
 * @returns {Promise<{ host: string; stop(): Promise<void> }>} `host` with its port
 */
export async function startRedis() {
  const folder = mkdtempSync(path.join(tmpdir(), 'quad-redis-'))
  const port = await freePort()
  const settings = { bind: '127.0.0.1', port, dir: folder, save: '', appendonly: 'no', daemonize: 'no' }
  const server = spawn(
    'redis-server',
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { cwd: folder, stdio: 'ignore' },
  )
  const ended = new Promise((resolve) => server.once('exit', resolve).once('error', resolve))
  const killNow = () => server.kill('SIGKILL')
  process.once('exit', killNow)
  const stop = async () => {
    process.off('exit', killNow)
    server.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  for (let tries = 0; tries < 100; tries += 1) {
    if (await answers(port)) return { host: `127.0.0.1:${port}`, stop }
    if (server.exitCode !== null) break
    await pause(50)
  }
  await stop()
  throw new Error('Redis did not start.')
}

/** @returns {Promise<boolean>} */
function answers(/** @type {number} */ port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
      .once('error', () => resolve(false))
      .once('connect', () => socket.write('PING\r\n'))
      .once('data', (data) => {
        socket.destroy()
        resolve(data.toString().startsWith('+PONG'))
      })
  })
}

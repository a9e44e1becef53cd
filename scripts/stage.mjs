// What is started for a test run and has to be gone after it, however that ends.
import { spawn } from 'node:child_process'
import { root } from './freshness.mjs'

/** @type {Array<() => void | Promise<void>>} */
const stops = []
/** @type {import('node:child_process').ChildProcess | null} */
let running = null

/** Called when all is over; the last one first. @param {() => void | Promise<void>} stop */
export function atEnd(stop) {
  stops.unshift(stop)
}

/**
 * Runs `main` to the code this process ends with, and takes down what it set up.
 * @param {() => Promise<number>} main
 */
export async function onStage(main) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      running?.kill()
      void takeDown().then(() => process.exit(1))
    })
  }
  try {
    process.exitCode = await main()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  } finally {
    await takeDown()
  }
}

/**
 * Runs a script to its end, without the shell's NODE_ENV, which would reach React and Vite.
 * @param {Array<string>} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<number>}
 */
export function node(args, env) {
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

async function takeDown() {
  for (const stop of stops.splice(0)) await Promise.resolve(stop()).catch(() => {})
}

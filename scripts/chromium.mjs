// Finds the browser for the journeys and the screens, and knows how to start it quietly.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright'
import { inRoot } from './freshness.mjs'

export const HOW_TO_GET_CHROMIUM =
  'Chromium was not found. Install it (npx playwright install --with-deps chromium; Debian: apt-get install chromium; ' +
  'macOS: brew install --cask chromium), or set CHROMIUM_PATH to the program of a Chromium or Chrome.'

/** The browser's program: CHROMIUM_PATH, else Playwright's own, else the system's. Null when there is none. */
export function findChromium() {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH
  const own = chromium.executablePath()
  if (existsSync(own)) return own
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const places = [
    ...names.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ]
  return places.find(existsSync) ?? null
}

/** Lets Playwright fetch its own. Fails within a minute where the network is closed. */
export function installChromium() {
  const playwright = inRoot('node_modules', 'playwright', 'cli.js')
  spawnSync(process.execPath, [playwright, 'install', 'chromium'], { timeout: 60_000, stdio: 'ignore' })
  return findChromium()
}

/** For Playwright's `launch`. */
export function launchOptions() {
  const executablePath = findChromium()
  if (!executablePath) throw new Error(HOW_TO_GET_CHROMIUM)
  return {
    executablePath,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // Chromium has no sandbox for root
    ],
  }
}

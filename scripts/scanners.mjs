// The two scanners of `npm run test:scan`. Needs no package.
import { spawnSync } from 'node:child_process'

export const SCANNER_PACKAGES = ['wapiti', 'sqlmap']

export const HOW_TO_GET_SCANNERS = `wapiti and sqlmap were not found. Install them (Debian, Ubuntu: apt-get install --no-install-recommends ${SCANNER_PACKAGES.join(' ')}).`

export function haveScanners() {
  return SCANNER_PACKAGES.every((name) => spawnSync(name, ['--version'], { timeout: 20_000 }).status === 0)
}

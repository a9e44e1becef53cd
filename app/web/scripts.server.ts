import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENHANCEMENTS, type Enhancement } from '#app/vocabulary.ts'

export type Scripts = Record<Enhancement, string>

/**
 * The addresses of the small scripts. Each carries a mark of its content, so that a browser may keep it for ever.
 * @param folder where the built files lie
 * @throws when one was not built
 */
export function readScripts(folder: string): Scripts {
  return Object.fromEntries(
    ENHANCEMENTS.map((name) => {
      const file = readFileSync(join(folder, 'enhance', `${name}.js`))
      const mark = createHash('sha256').update(file).digest('base64url').slice(0, 10)
      return [name, `/enhance/${name}.js?v=${mark}`]
    }),
  ) as Scripts
}

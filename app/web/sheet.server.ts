import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The style sheet of the public pages, written into them. */
export type Sheet = {
  /** What the security policy lets it in by. */
  hash: string
  into(html: string): string
}

/**
 * A page that is kept brings its style sheet along: one journey to the server less before a first reader sees
 * anything, which on a slow line is a third of the wait.
 * @param folder where the built files lie
 */
export function readSheet(folder: string): Sheet {
  const name = readdirSync(join(folder, 'assets')).find((file) => /^styles-.*\.css$/.test(file))
  if (!name) throw new Error(`There is no style sheet in ${folder}. Run: npm run build`)
  const style = readFileSync(join(folder, 'assets', name), 'utf8').trim()
  const link = `<link rel="stylesheet" href="/assets/${name}"/>`
  return {
    hash: `'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    into: (html) => html.replace(link, () => `<style>${style}</style>`),
  }
}

// Builds everything that runs: the Remix app with Vite, then the processes around it with esbuild.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { BUILD_MARK, inRoot, root, sourcesHash } from './freshness.mjs'

/** The list stands in app/vocabulary.ts too, which this file cannot read before it is built. */
const ENHANCEMENTS = ['passkey', 'raise', 'ticket', 'vote']

const PROCESSES = {
  server: 'server.ts',
  worker: 'worker.ts',
  migrate: 'db/migrate.ts',
  seed: 'db/seed.ts',
  sandbox: 'sandbox/main.ts',
  start: 'scripts/start.ts',
  quad: 'scripts/quad.ts',
  tether: 'scripts/tether.ts',
}

const absent = Object.values(PROCESSES).filter((file) => !existsSync(inRoot(file)))
if (absent.length > 0) {
  console.error(`Cannot build: ${absent.join(', ')} ${absent.length === 1 ? 'is' : 'are'} missing.`)
  process.exit(1)
}

// Taken before the build: a file saved meanwhile makes the result stale, as it should.
const hash = sourcesHash()
rmSync(inRoot('build'), { recursive: true, force: true })

const remix = inRoot('node_modules', '@remix-run', 'dev', 'dist', 'cli.js')
const vite = spawnSync(process.execPath, [remix, 'vite:build', '--logLevel', 'warn'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, NODE_ENV: 'production' },
})
if (vite.status !== 0) process.exit(1)

await build({
  absWorkingDir: root,
  entryPoints: ENHANCEMENTS.map((name) => `app/enhance/${name}.ts`),
  outdir: 'build/client/enhance',
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  ignoreAnnotations: true,
  logLevel: 'warning',
})
compressFiles(inRoot('build', 'client'))

await build({
  absWorkingDir: root,
  entryPoints: PROCESSES,
  outdir: 'build/process',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  // package.json's sideEffects speaks to Vite; a process runs every import it names.
  ignoreAnnotations: true,
  logLevel: 'warning',
})

writeFileSync(BUILD_MARK, hash)

/** Once, here: doing it for each request costs more than drawing a page. A font is compressed already. @param {string} folder */
function compressFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!/\.(js|css|svg|json|txt)$/.test(entry.name)) continue
    const file = join(entry.parentPath, entry.name)
    const content = readFileSync(file)
    writeFileSync(`${file}.br`, brotliCompressSync(content))
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
  }
}

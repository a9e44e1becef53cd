import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '#app/platform/root.ts'

type Component = { name: string; group?: string; version: string; purl: string }

test('`npm run sbom` names every part that is needed to run, in its exact version', () => {
  const written = execFileSync('npm', ['run', '--silent', 'sbom'], {
    cwd: projectRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
  })
  const { bomFormat, components } = JSON.parse(written) as { bomFormat: string; components: Array<Component> }
  expect(bomFormat).toBe('CycloneDX')
  const { dependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const named = new Set(components.map(({ purl }) => decodeURIComponent(purl.split('?')[0]!)))
  expect(
    Object.entries(dependencies).filter(([name, version]) => !named.has(`pkg:npm/${name}@${version}`)),
  ).toEqual([])
  // Theirs, too.
  expect(components.length).toBeGreaterThan(Object.keys(dependencies).length)
}, 90_000)

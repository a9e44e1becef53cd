import { existsSync } from 'node:fs'
import path from 'node:path'
import { cruise, type IDependency, type IModule } from 'dependency-cruiser'

/** Who may import whom: paths from the root, where a star stands for anything within one name. */
export type Arrows = Record<string, Array<string>>

export type Rules = {
  /** A file may import what any row covering it allows, and whatever lies below the path that row matched. */
  arrows: Arrows
  /** Packages that belong to some places only. */
  packages: Array<{ rule: string; named: RegExp; only: Array<string> }>
  /** Each of these paths is one folder where circles are looked for. */
  folders: Array<string>
  /** Files that import nothing at all. */
  leaves: Array<string>
  /** Words no file is named after. */
  names: Array<string>
}

export type Violation = { rule: string; from: string; to: string }

const CODE = ['app', 'db', 'sandbox', 'bench', 'tests', 'scripts', 'server.ts', 'worker.ts']

/** Every broken rule in the tree below `root`. Imports of types count like any other. */
export async function findViolations(root: string, rules: Rules): Promise<Array<Violation>> {
  const modules = await readModules(root)
  return [
    ...modules.flatMap((module) => [
      ...fileName(module.source, rules),
      ...module.dependencies.flatMap((dependency) =>
        isLocal(dependency)
          ? arrow(module.source, dependency.resolved, rules)
          : packageUse(module.source, dependency.module, rules),
      ),
      ...leaf(module, rules),
    ]),
    ...circles(modules, rules),
  ]
}

async function readModules(root: string): Promise<Array<IModule>> {
  const { output } = await cruise(
    CODE.filter((name) => existsSync(path.join(root, name))),
    { baseDir: root, tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' } },
  )
  if (typeof output === 'string')
    throw new Error('dependency-cruiser answered with a report instead of modules.')
  // Tests lie beside some of the code, and may import anything.
  return output.modules.filter(
    (module) => CODE.some((name) => covers(name, module.source)) && !/\.test\.tsx?$/.test(module.source),
  )
}

const isLocal = (dependency: IDependency) => /^[.#]/.test(dependency.module)

function arrow(from: string, to: string, { arrows }: Rules): Array<Violation> {
  const rows = Object.keys(arrows).filter((row) => covers(row, from))
  if (rows.length === 0) return [{ rule: 'no-row', from, to }]
  const allowed = rows.flatMap((row) => [...(arrows[row] ?? []), matched(row, from)])
  return allowed.some((one) => covers(one, to)) ? [] : [{ rule: 'arrow', from, to }]
}

function packageUse(from: string, to: string, { packages }: Rules): Array<Violation> {
  return packages
    .filter(({ named, only }) => named.test(to) && !only.some((place) => covers(place, from)))
    .map(({ rule }) => ({ rule, from, to }))
}

function leaf({ source, dependencies }: IModule, { leaves }: Rules): Array<Violation> {
  if (!leaves.includes(source)) return []
  return dependencies.map((dependency) => ({ rule: 'leaf', from: source, to: dependency.module }))
}

function fileName(file: string, { names }: Rules): Array<Violation> {
  const words = path.posix.basename(file).split(/[^a-z]+/i)
  return words
    .filter((word) => names.includes(word.toLowerCase()))
    .map((to) => ({ rule: 'file-name', from: file, to }))
}

/** Every folder from which a way leads back to it, told once, by the way. */
function circles(modules: Array<IModule>, { folders }: Rules): Array<Violation> {
  const folderOf = (file: string) => {
    const fitting = folders.filter((folder) => covers(folder, file)).map((folder) => matched(folder, file))
    return fitting.sort((a, b) => b.length - a.length)[0] ?? file
  }
  const graph = new Map<string, Set<string>>()
  for (const { source, dependencies } of modules) {
    const from = folderOf(source)
    for (const to of dependencies.filter(isLocal).map((one) => folderOf(one.resolved))) {
      if (to !== from) graph.set(from, (graph.get(from) ?? new Set()).add(to))
    }
  }
  const found = new Map<string, Violation>()
  const done = new Set<string>()
  const walk = (folder: string, way: Array<string>) => {
    if (way.includes(folder)) {
      const circle = way.slice(way.indexOf(folder))
      found.set([...circle].sort().join(), {
        rule: 'circle',
        from: folder,
        to: [...circle.slice(1), folder].join(' → '),
      })
      return
    }
    if (done.has(folder)) return
    for (const next of graph.get(folder) ?? []) walk(next, [...way, folder])
    done.add(folder)
  }
  for (const folder of graph.keys()) walk(folder, [])
  return [...found.values()]
}

const covers = (pattern: string, file: string) => matched(pattern, file) !== ''

/** The part of `file` that `pattern` names, or nothing. Patterns end at a slash or at the end of the path. */
function matched(pattern: string, file: string): string {
  const source = pattern.replace(/[.$+?()[\]{}|^\\]/g, '\\$&').replaceAll('*', '[^/]*')
  return new RegExp(`^${source}(?=/|$)`).exec(file)?.[0] ?? ''
}

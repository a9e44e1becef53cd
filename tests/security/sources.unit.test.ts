import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ESLint } from 'eslint'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { projectRoot } from '#app/platform/root.ts'

/** What serves, without what builds, tries and measures it. */
const sources = ['app', 'db']
  .flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(folder, file),
    ),
  )
  .concat('server.ts', 'worker.ts')
  .filter((file) => /\.tsx?$/.test(file))
  .sort()
  .map((file) => ({ file, tree: parse(file) }))

function parse(file: string) {
  return ts.createSourceFile(
    file,
    readFileSync(join(projectRoot, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  )
}

/** Where something stands in the code, and not in a comment or a text. */
function filesWith(is: (node: ts.Node) => boolean): Array<string> {
  const has = (node: ts.Node): boolean =>
    is(node) || (ts.forEachChild(node, (child) => has(child) || undefined) ?? false)
  return sources.filter(({ tree }) => has(tree)).map(({ file }) => file)
}

const named = (node: ts.Node, ...names: Array<string>) => names.includes(node.getText())
const calls = (node: ts.Node, ...names: Array<string>) =>
  (ts.isCallExpression(node) || ts.isNewExpression(node)) && named(node.expression, ...names)
const imports =
  (...packages: Array<string>) =>
  (node: ts.Node) =>
    ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined &&
      packages.includes((node.moduleSpecifier as ts.StringLiteral).text)) ||
    (calls(node, 'import', 'require') &&
      packages.some((name) => (node as ts.CallExpression).arguments[0]?.getText().slice(1, -1) === name))

test('all of it is looked at', () => {
  expect(sources.length).toBeGreaterThan(200)
  expect(filesWith(imports('lucia'))).toEqual(['app/web/session.server.ts'])
  expect(filesWith((node) => calls(node, 'createHash'))).toContain('app/web/session.server.ts')
})

test('nothing that answers starts a program, or runs a text as code', () => {
  expect(
    filesWith(imports('child_process', 'node:child_process', 'cluster', 'node:cluster', 'vm', 'node:vm')),
  ).toEqual([])
  expect(filesWith((node) => calls(node, 'eval', 'Function', 'globalThis.eval'))).toEqual([])
})

test('patterns are made of our own words, and of words of the campus whose signs mean themselves', () => {
  expect(filesWith((node) => calls(node, 'RegExp'))).toEqual([
    'app/domain/screening/pattern.ts',
    'app/web/bound-cookie.ts',
    'app/web/brand.server.ts',
    'app/web/browser-mark.ts',
  ])
})

test('HTML comes from React, but for our style sheet, a QR code and what our own address answers', () => {
  const raw = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'dangerouslySetInnerHTML', 'document.write']
  const found = filesWith(
    (node) =>
      (ts.isJsxAttribute(node) && named(node.name, ...raw)) ||
      (ts.isPropertyAccessExpression(node) && (named(node.name, ...raw) || named(node, ...raw))),
  )
  expect(found).toEqual(['app/enhance/similar.ts', 'app/root.tsx', 'app/routes/me_.security_.app/route.tsx'])
})

test('chance comes from the system; what needs none to be secret, the wait before another try, does not', () => {
  expect(filesWith((node) => ts.isPropertyAccessExpression(node) && named(node, 'Math.random'))).toEqual([
    'app/jobs/list.server.ts',
  ])
})

test('lines of the log are written in one place, to standard output', () => {
  expect(filesWith(imports('pino'))).toEqual(['app/platform/log.ts'])
  expect(
    filesWith((node) => ts.isPropertyAccessExpression(node) && named(node.expression, 'console')),
  ).toEqual([])
  // What cannot be logged any more, and what a command says to whoever started it.
  expect(
    filesWith(
      (node) => ts.isPropertyAccessExpression(node) && named(node, 'process.stdout', 'process.stderr'),
    ),
  ).toEqual(['app/platform/process.ts', 'db/migrate.ts', 'db/seed.ts'])
})

test('a file that is kept has a name of ours', () => {
  const names: Array<ts.Node> = []
  filesWith((node) => {
    if (calls(node, 'asFile')) names.push((node as ts.CallExpression).arguments[0]!)
    return false
  })
  expect(names.length).toBeGreaterThan(1)
  for (const name of names) {
    expect(ts.isStringLiteral(name), name.getText()).toBe(true)
    expect(name.getText()).toMatch(/^'[a-z-]+\.(?:csv|json)'$/)
  }
})

test('types are checked strictly, and so are comparisons', async () => {
  const { config } = ts.readConfigFile(join(projectRoot, 'tsconfig.json'), ts.sys.readFile) as {
    config: { compilerOptions: Record<string, unknown> }
  }
  expect(config.compilerOptions).toMatchObject({ strict: true, noUncheckedIndexedAccess: true })
  const [found] = await new ESLint({
    cwd: projectRoot,
    overrideConfigFile: true,
    overrideConfig: await eqeqeqOf(),
  }).lintText('export const same = (one, other) => one == other\n')
  expect(found!.messages.map(({ ruleId }) => ruleId)).toEqual(['eqeqeq'])
})

/** The rule as it holds for a file that answers requests. */
async function eqeqeqOf() {
  const { rules } = (await new ESLint({ cwd: projectRoot }).calculateConfigForFile(
    join(projectRoot, 'server.ts'),
  )) as {
    rules: Record<string, ESLint.ConfigData['rules'] & Array<unknown>>
  }
  return { rules: { eqeqeq: rules.eqeqeq as never } }
}

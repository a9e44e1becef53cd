import js from '@eslint/js'
// @ts-expect-error it brings no types
import a11y from 'eslint-plugin-jsx-a11y'
import hooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import typescript from 'typescript-eslint'

const xLibrary = {
  name: 'twitter-api-v2',
  message: 'A network’s library is imported in its own channel only: app/channels/x.',
}
const blueskyLibrary = {
  name: '@atproto/api',
  message: 'A network’s library is imported in its own channel only: app/channels/bluesky.',
}
const lucia = {
  name: 'lucia',
  message: 'Only app/web/session.server.ts knows lucia, so that it can be replaced in a day.',
}
/**
 * @param {...{ name: string; message: string }} paths
 * @returns {import('eslint').Linter.RulesRecord}
 */
const banned = (...paths) => ({ 'no-restricted-imports': ['error', { paths }] })

export default defineConfig(
  globalIgnores([
    'build/',
    '.data/',
    '.cache/',
    'test-results/',
    'playwright-report/',
    'bench/results/',
    // A package of its own, whose libraries are not installed here.
    'bluesky-network/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  typescript.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // The rules that need types and that have caught real faults: a lost promise is a lost error.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // TypeScript knows every name, and knows which exist where.
      'no-undef': 'off',
      'no-throw-literal': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      ...banned(xLibrary, blueskyLibrary, lucia),
    },
  },
  {
    files: ['**/*.tsx'],
    extends: [hooks.configs.flat.recommended, a11y.flatConfigs.recommended],
  },
  {
    files: ['app/**'],
    rules: {
      'no-console': 'error', // platform/log.ts writes lines a machine can read
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='request'][property.name='signal']",
          message: 'Remix 2 aborts it at the wrong moment: use AbortSignal.timeout(ms).',
        },
      ],
    },
  },
  { files: ['app/channels/x/**'], rules: banned(blueskyLibrary, lucia) },
  { files: ['app/channels/bluesky/**'], rules: banned(xLibrary, lucia) },
  { files: ['app/web/session.server.ts'], rules: banned(xLibrary, blueskyLibrary) },
  { files: ['tests/**'], rules: banned() },
)

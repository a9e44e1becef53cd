// `npm run asvs`: writes docs/security/asvs.md from docs/security/asvs.json. A test compares the two.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { projectRoot } from '#app/platform/root.ts'

const STATUSES = ['met', 'partly', 'missing', 'not applicable'] as const
type Status = (typeof STATUSES)[number]

const tenWords = (words: string) => words.split(/\s+/).length <= 10

const Matrix = z.object({
  standard: z.string(),
  /** Of each section, the level of each of its requirements, in their order. */
  levels: z.record(z.string().regex(/^\d+\.\d+$/), z.string().regex(/^[123]+$/)),
  requirements: z.array(
    z
      .strictObject({
        number: z.string().regex(/^\d+\.\d+\.\d+$/),
        status: z.enum(STATUSES),
        asks: z.string().min(1).refine(tenWords, 'more than ten words'),
        proof: z.array(z.strictObject({ file: z.string(), test: z.string().min(1).optional() })).optional(),
        note: z.string().min(1).optional(),
      })
      .refine(({ status, proof }) => status === 'missing' || status === 'not applicable' || proof, 'no proof')
      .refine(({ status, note }) => status === 'met' || note, 'nothing is said of what is left'),
  ),
})
export type Matrix = z.infer<typeof Matrix>
type Requirement = Matrix['requirements'][number]

const CHAPTERS = [
  'Encoding and sanitization',
  'Validation and business logic',
  'Web frontend',
  'API and web service',
  'File handling',
  'Authentication',
  'Session management',
  'Authorization',
  'Self-contained tokens',
  'OAuth and OIDC',
  'Cryptography',
  'Secure communication',
  'Configuration',
  'Data protection',
  'Secure coding and architecture',
  'Logging and error handling',
  'WebRTC',
]

const FOLDER = join(projectRoot, 'docs', 'security')
const PAGE = join(FOLDER, 'asvs.md')

export function readMatrix(): Matrix {
  return Matrix.parse(JSON.parse(readFileSync(join(FOLDER, 'asvs.json'), 'utf8')))
}

export const readPage = () => readFileSync(PAGE, 'utf8')

/** Every number of level 1 or 2, and which of the two. */
export function numbersOf({ levels }: Matrix): Map<string, number> {
  const all = Object.entries(levels).flatMap(([section, each]) =>
    [...each].map((level, index): [string, number] => [`${section}.${index + 1}`, Number(level)]),
  )
  return new Map(all.filter(([, level]) => level < 3))
}

export function countsOf({ requirements }: Matrix): Record<Status, number> {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>
  for (const { status } of requirements) counts[status] += 1
  return counts
}

export function pageOf(matrix: Matrix): string {
  const levels = numbersOf(matrix)
  const counts = STATUSES.map((status) => `${countsOf(matrix)[status]} ${status}`).join(', ')
  const chapters = CHAPTERS.map((title, index) => {
    const within = matrix.requirements.filter(({ number }) => number.startsWith(`${index + 1}.`))
    const rows = within.map((one) => rowOf(one, levels.get(one.number)))
    return [
      `## V${index + 1} ${title}`,
      '',
      '| Number | Level | Asks | Status | Proof | Remarks |',
      '| --- | --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n')
  })
  return `${[
    `# ${matrix.standard}, levels 1 and 2`,
    `Made from [asvs.json](asvs.json) by \`npm run asvs\`; change that file. What a requirement asks is told in our own words: read the standard for its own. A proof is a source file, or a test with its name; \`tests/security/asvs.unit.test.ts\` checks that each is there. We judged ourselves; nobody else has.`,
    `${matrix.requirements.length} requirements: ${counts}.`,
    ...chapters,
  ].join('\n\n')}\n`
}

function rowOf({ number, asks, status, proof = [], note = '' }: Requirement, level: number | undefined) {
  const proofs = proof.map(({ file, test }) => (test ? `\`${file}\`: ${test}` : `\`${file}\``)).join('<br>')
  return `| ${[number, level, asks, status, proofs, note].map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const matrix = readMatrix()
  writeFileSync(PAGE, pageOf(matrix))
  console.log(countsOf(matrix))
}

import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { AFFILIATIONS, SEARCH_LANGUAGES, type Affiliation, type SearchLanguage } from '#app/vocabulary.ts'
import { nearestReadable, READABLE, worstReading } from './colour.ts'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

const port = z.coerce.number().int().min(1).max(65535)
const origin = z.url({ protocol: /^https?$/, error: 'must be an address such as https://quad.example.edu' })

const Variables = z.object({
  PORT: port.default(3000),
  HOST: z.string().optional(),
  SANDBOX_PORT: port.default(3001),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must begin with postgres://' }).optional(),
  CAMPUS_SCHEMA: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,50}$/, 'must be a plain lower-case name')
    .default('public'),
  PUBLIC_URL: origin.optional(),
  SECRET_KEY: z.string().min(32, 'must be at least 32 characters').optional(),
  SECRET_KEY_BEFORE: z.string().min(32, 'must be at least 32 characters').optional(),
  CAMPUS_NAME: z.string().min(1).max(60).default('Quad University'),
  CAMPUS_TIME_ZONE: z
    .string()
    .default('Europe/London')
    .refine(isTimeZone, 'must be an IANA zone such as Europe/London'),
  CAMPUS_LANGUAGE: z.enum(SEARCH_LANGUAGES, `must be one of ${SEARCH_LANGUAGES.join(', ')}`).default('en'),
  CAMPUS_BRAND: z
    .string()
    .toLowerCase()
    .regex(/^#[0-9a-f]{6}$/, 'must be a colour such as #0b4f5c')
    .superRefine((brand, context) => {
      const { what, ratio } = worstReading(brand)
      if (ratio < READABLE) context.addIssue(tooFaint(brand, what, ratio))
    })
    .optional(),
  CAMPUS_LOGO: z.string().optional(),
  CAMPUS_CONTACT: z.email('must be a mail address').optional(),
  SECURITY_CONTACT: z
    .union(
      [z.email(), z.url({ protocol: /^(https|mailto|tel)$/ })],
      'must be a mail address or an https address',
    )
    .optional(),
  CAMPUS_VOTERS: z
    .string()
    .default('student')
    .transform((list) =>
      list
        .toLowerCase()
        .split(/[\s,]+/)
        .filter(Boolean),
    )
    .pipe(
      z.array(z.enum(AFFILIATIONS, `may only name ${AFFILIATIONS.join(', ')}`)).min(1, 'must name somebody'),
    ),
  CAMPUS_MAIL_DOTS: z.enum(['count', 'ignored'], 'must be count or ignored').default('count'),
  CAMPUS_NETWORKS: z
    .string()
    .default('')
    .transform((list) => list.split(/[\s,]+/).filter(Boolean))
    .refine((list) => list.every(isNetwork), 'may only name networks such as 192.0.2.0/24 or 2001:db8::/32'),
  TRUST_PROXY: z.coerce.number().int().min(0).max(5).default(0),
  FORM_SECONDS: z.coerce.number().min(0).max(60).default(2),
  CAMPUS_MAIL_DOMAINS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .toLowerCase()
        .split(/[\s,]+/)
        .filter(Boolean),
    ),
  CAMPUS_MAIL_COUNTS: z.enum(['always', 'alone', 'never']).optional(),
  FRAMED_BY: z
    .string()
    .default('')
    .transform((list) => list.split(/[\s,]+/).filter(Boolean))
    .pipe(
      z.array(
        z
          .string()
          .regex(/^https:\/\/[a-z0-9.-]+(:\d+)?$/i, 'may only name sites such as https://www.example.edu'),
      ),
    ),
  ADMIN_EMAIL: z
    .email()
    .toLowerCase()
    // Whoever has the mailbox would be the administrator.
    .refine((address) => !address.includes('+'), 'must be the mailbox itself, without a + and what follows')
    .optional(),
  PROVIDERS_FILE: z.string().optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must begin with smtp:// or smtps://' }).optional(),
  MAIL_FROM: z.string().min(3).optional(),
  X_APP_KEY: z.string().optional(),
  X_APP_SECRET: z.string().optional(),
  X_CLIENT_ID: z.string().optional(),
  X_CLIENT_SECRET: z.string().optional(),
  X_API_URL: origin.optional(),
  X_WEBHOOKS: z.enum(['on', 'off'], 'must be on or off').default('off'),
  X_WEBHOOK_SECRET: z.string().optional(),
  X_POLL_SECONDS: z.coerce.number().int().min(1).max(3600).default(60),
  BLUESKY: z.enum(['on', 'off'], 'must be on or off').default('off'),
  BLUESKY_SERVICE: origin.default('https://bsky.social'),
  BLUESKY_POLL_SECONDS: z.coerce.number().int().min(1).max(3600).default(15),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

/** Every variable there is; `.env.example` explains each. */
export const VARIABLES = Object.keys(Variables.shape)

/** Half of any of these is a mistake: the boot stops and names the other half. */
const TOGETHER: Array<{ when: Name; needs: Array<Name> }> = [
  { when: 'X_APP_KEY', needs: ['X_APP_SECRET', 'SECRET_KEY'] },
  { when: 'X_APP_SECRET', needs: ['X_APP_KEY'] },
  { when: 'X_CLIENT_ID', needs: ['X_CLIENT_SECRET', 'SECRET_KEY'] },
  { when: 'X_CLIENT_SECRET', needs: ['X_CLIENT_ID'] },
  { when: 'SMTP_URL', needs: ['MAIL_FROM', 'SECRET_KEY'] },
  { when: 'MAIL_FROM', needs: ['SMTP_URL'] },
  { when: 'DATABASE_URL', needs: ['PUBLIC_URL', 'SECRET_KEY'] },
  { when: 'ADMIN_EMAIL', needs: ['SECRET_KEY'] },
  { when: 'PROVIDERS_FILE', needs: ['SECRET_KEY'] },
]

/** Setting any of these says: this is no demonstration. */
const CONFIGURED: Array<Name> = [
  'DATABASE_URL',
  'SMTP_URL',
  'MAIL_FROM',
  'X_APP_KEY',
  'X_APP_SECRET',
  'X_CLIENT_ID',
  'X_CLIENT_SECRET',
  'ADMIN_EMAIL',
  'PROVIDERS_FILE',
  'SECRET_KEY',
]

type Name = keyof z.infer<typeof Variables>

export type Env = {
  demo: boolean
  port: number
  host: string
  sandboxPort: number
  /** Absolute. */
  dataDir: string
  database: { kind: 'postgres'; url: string; schema: string } | { kind: 'embedded'; folder: string }
  /** Without a slash at the end. */
  publicUrl: string
  secretKey: string
  /** Only for `npx quad keys change`. */
  secretKeyBefore: string | null
  campus: {
    name: string
    zone: string
    language: SearchLanguage
    mailDomains: Array<string>
    /** Whether a proven address alone counts as a student's; `alone`: while there is no other way to sign in. */
    mailCounts: 'always' | 'alone' | 'never'
    mailDots: 'count' | 'ignored'
    /** Networks of the campus, such as `192.0.2.0/24`: thousands of people behind a few addresses. */
    networks: Array<string>
    /** Whose affiliation makes them a voter. */
    voters: Array<Affiliation>
  }
  /** `colour` as in `#0b4f5c`, `logo` a file; null where the campus has set none of its own. */
  brand: { colour: string | null; logo: string | null }
  /** Who answers for the site, by mail. */
  /** Sites whose pages may hold ours in a frame. */
  framedBy: Array<string>
  contact: string | null
  /** Whom to tell of a weakness, as a URI. */
  securityContact: string | null
  adminEmail: string | null
  /** Where people sign in besides by mail: see `providers/file.server.ts`. */
  providersFile: string | null
  mail: { smtpUrl: string; from: string } | null
  x: {
    /** For accounts whose tokens are typed in. */
    appKey: string | null
    appSecret: string | null
    /** For accounts that sign in on X's page. */
    clientId: string | null
    clientSecret: string | null
    apiUrl: string | null
    pollSeconds: number
    /** What X signs its calls with; null: it does not call us. */
    hookSecret: string | null
    /** How many times as often as usual posts are looked up. */
    hurry: number
  } | null
  bluesky: { service: string; pollSeconds: number } | null
  /** How many proxies stand before us, each adding to `X-Forwarded-For` whom it heard. */
  proxies: number
  /** How long somebody writes on a form at least, in seconds; 0: nobody is asked. */
  formSeconds: number
  logLevel: string
}

/** The environment cannot be used. The message names every variable at fault, one a line. */
export class EnvError extends Error {
  constructor(readonly faults: Array<string>) {
    super(
      `Quad cannot start with this configuration:\n${faults.map((fault) => `  ${fault}`).join('\n')}\nSee .env.example.`,
    )
    this.name = 'EnvError'
  }
}

/** Reads and checks the whole configuration. A variable set to nothing is not set. @throws {EnvError} */
export function readEnv(source: Record<string, string | undefined> = environment()): Env {
  const parsed = Variables.safeParse(
    Object.fromEntries(Object.entries(source).filter(([, value]) => value !== '')),
  )
  if (!parsed.success) {
    throw new EnvError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
  }
  const v = parsed.data
  const given = (name: Name) => v[name] !== undefined
  const faults = TOGETHER.filter(({ when }) => given(when)).flatMap(({ when, needs }) =>
    needs.filter((name) => !given(name)).map((name) => `${name} is missing: ${when} is set and needs it`),
  )
  const xKeys = given('X_APP_KEY') || given('X_CLIENT_ID')
  for (const name of ['X_API_URL', 'X_WEBHOOK_SECRET'] as const)
    if (given(name) && !xKeys)
      faults.push(`X_CLIENT_ID is missing: ${name} is set and needs it, or X_APP_KEY`)
  const bluesky = v.BLUESKY === 'on'
  if (bluesky && !given('SECRET_KEY')) faults.push('SECRET_KEY is missing: BLUESKY is on and needs it')
  const demo = !CONFIGURED.some(given) && !bluesky
  if (demo && faults.length === 0) {
    if (v.PUBLIC_URL && !isLoopback(v.PUBLIC_URL)) {
      faults.push(
        `PUBLIC_URL is ${v.PUBLIC_URL}, but nothing else is configured: the demonstration, where anyone may sign in as anyone, only runs on this machine. Set DATABASE_URL and SECRET_KEY, or unset PUBLIC_URL`,
      )
    }
    if (v.HOST && !LOOPBACK.has(v.HOST) && v.HOST !== '::1') {
      faults.push(`HOST is ${v.HOST}: the demonstration only listens on this machine. Unset HOST`)
    }
  }
  if (!demo && !given('SECRET_KEY') && faults.length === 0) faults.push('SECRET_KEY is missing')
  if (v.X_API_URL && !isLoopback(v.X_API_URL)) {
    faults.push(
      'X_API_URL may only name this machine: it sends credentials to a stand-in of X over plain HTTP',
    )
  }
  if (!v.BLUESKY_SERVICE.startsWith('https:') && !isLoopback(v.BLUESKY_SERVICE)) {
    faults.push('BLUESKY_SERVICE must be an https address: passwords are sent to it')
  }
  if (faults.length > 0) throw new EnvError([...new Set(faults)])

  const dataDir = resolve(v.DATA_DIR)
  const publicUrl = (v.PUBLIC_URL ?? `http://localhost:${v.PORT}`).replace(/\/+$/, '')
  return {
    demo,
    port: v.PORT,
    host: v.HOST ?? (demo ? '127.0.0.1' : '0.0.0.0'),
    sandboxPort: v.SANDBOX_PORT,
    dataDir,
    database: v.DATABASE_URL
      ? { kind: 'postgres', url: v.DATABASE_URL, schema: v.CAMPUS_SCHEMA }
      : { kind: 'embedded', folder: join(dataDir, 'campus') },
    publicUrl,
    secretKey: v.SECRET_KEY ?? keptKey(dataDir),
    secretKeyBefore: v.SECRET_KEY_BEFORE ?? null,
    campus: {
      name: v.CAMPUS_NAME,
      zone: v.CAMPUS_TIME_ZONE,
      language: v.CAMPUS_LANGUAGE,
      mailDomains: v.CAMPUS_MAIL_DOMAINS,
      // Without domains anybody who has a mailbox would be a student.
      mailCounts: v.CAMPUS_MAIL_COUNTS ?? (demo || v.CAMPUS_MAIL_DOMAINS.length > 0 ? 'alone' : 'never'),
      mailDots: v.CAMPUS_MAIL_DOTS,
      networks: v.CAMPUS_NETWORKS,
      voters: v.CAMPUS_VOTERS,
    },
    brand: { colour: v.CAMPUS_BRAND ?? null, logo: v.CAMPUS_LOGO ? resolve(v.CAMPUS_LOGO) : null },
    framedBy: v.FRAMED_BY,
    contact: v.CAMPUS_CONTACT ?? null,
    securityContact: asUri(v.SECURITY_CONTACT ?? v.CAMPUS_CONTACT),
    adminEmail: v.ADMIN_EMAIL ?? null,
    providersFile: v.PROVIDERS_FILE ? resolve(v.PROVIDERS_FILE) : null,
    mail: v.SMTP_URL && v.MAIL_FROM ? { smtpUrl: v.SMTP_URL, from: v.MAIL_FROM } : null,
    x: xKeys
      ? {
          appKey: v.X_APP_KEY ?? null,
          appSecret: v.X_APP_SECRET ?? null,
          clientId: v.X_CLIENT_ID ?? null,
          clientSecret: v.X_CLIENT_SECRET ?? null,
          apiUrl: v.X_API_URL ?? null,
          pollSeconds: v.X_POLL_SECONDS,
          hookSecret:
            v.X_WEBHOOKS === 'on'
              ? (v.X_WEBHOOK_SECRET ?? v.X_APP_SECRET ?? v.X_CLIENT_SECRET ?? null)
              : null,
          hurry: 1,
        }
      : demo
        ? {
            ...DEMO_APP,
            apiUrl: `http://127.0.0.1:${v.SANDBOX_PORT}`,
            pollSeconds: DEMO_POLL_SECONDS,
            hookSecret: v.X_WEBHOOKS === 'on' ? DEMO_APP.appSecret : null,
            hurry: DEMO_HURRY,
          }
        : null,
    bluesky: bluesky
      ? { service: v.BLUESKY_SERVICE.replace(/\/+$/, ''), pollSeconds: v.BLUESKY_POLL_SECONDS }
      : null,
    proxies: v.TRUST_PROXY,
    formSeconds: v.FORM_SECONDS,
    logLevel: v.LOG_LEVEL,
  }
}

/** This process's variables, and from a `.env` in the folder it was started in those that are not among them. */
function environment() {
  try {
    process.loadEnvFile()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return process.env
}

/** What is said of a brand on which text could not be read. */
function tooFaint(brand: string, what: string, ratio: number): string {
  const [has, needs] = [ratio, READABLE].map((each) => `${Math.floor(each * 100) / 100}:1`)
  return `${brand} cannot be read everywhere: ${what} has a contrast of ${has}, and WCAG 2.2 AA asks for ${needs}. The nearest shade that passes is ${nearestReadable(brand)}`
}

/** X, and so the practice network, answers 300 readings in 15 minutes: any faster would be told to wait. */
const DEMO_POLL_SECONDS = 3

/** What is deleted on the practice network is gone from the demonstration within seconds. */
const DEMO_HURRY = 360

/** The application the practice network of the demonstration knows. No secret: it opens nothing else. */
export const DEMO_APP = {
  appKey: 'quad-demo-app',
  appSecret: 'quad-demo-app-secret',
  clientId: 'quad-demo-client',
  clientSecret: 'quad-demo-client-secret',
}

/** A demonstration makes its own key once and keeps it beside its data. */
function keptKey(dataDir: string): string {
  const file = join(dataDir, 'secret.key')
  mkdirSync(dataDir, { recursive: true })
  try {
    writeFileSync(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file, 'utf8')
}

export function isLoopback(url: string): boolean {
  return LOOPBACK.has(new URL(url).hostname)
}

/** A mail address becomes a URI. */
function asUri(contact: string | undefined): string | null {
  if (contact === undefined) return null
  return URL.canParse(contact) ? contact : `mailto:${contact}`
}

function isNetwork(network: string): boolean {
  const [address = '', bits = ''] = network.split('/')
  const family = isIP(address)
  return family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

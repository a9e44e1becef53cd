import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { EnvError, readEnv, VARIABLES } from '#app/platform/env.server.ts'
import { projectRoot } from '#app/platform/root.ts'

const folder = mkdtempSync(join(tmpdir(), 'quad-env-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Given = Record<string, string>

/** Whole: everything a campus in earnest needs. */
const earnest: Given = {
  DATABASE_URL: 'postgres://quad:pass-of-the-database@db.example.edu/quad',
  PUBLIC_URL: 'https://quad.example.edu',
  SECRET_KEY: 'a-secret-key-of-more-than-thirty-two-characters',
  SMTP_URL: 'smtps://quad:pass-of-the-mail@mail.example.edu',
  MAIL_FROM: 'Quad <quad@example.edu>',
  X_CLIENT_ID: 'id-of-the-client',
  X_CLIENT_SECRET: 'secret-of-the-client',
  X_APP_KEY: 'key-of-the-app',
  X_APP_SECRET: 'secret-of-the-app',
  ADMIN_EMAIL: 'ada@example.edu',
}
const read = (given: Given) => readEnv({ DATA_DIR: folder, ...given })
const without = (...names: Array<string>): Given =>
  Object.fromEntries(Object.entries(earnest).filter(([name]) => !names.includes(name)))

/** What is said to whoever starts Quad with this. */
function refusal(given: Given): string {
  try {
    read(given)
  } catch (error) {
    if (error instanceof EnvError) return error.message
    throw error
  }
  return 'nothing was refused'
}

describe('a campus in earnest', () => {
  it('is no demonstration, listens everywhere, and speaks to X itself', () => {
    const env = read(earnest)
    expect(env).toMatchObject({ demo: false, host: '0.0.0.0', publicUrl: 'https://quad.example.edu' })
    expect(env.x).toEqual({
      appKey: 'key-of-the-app',
      appSecret: 'secret-of-the-app',
      clientId: 'id-of-the-client',
      clientSecret: 'secret-of-the-client',
      apiUrl: null,
      pollSeconds: 60,
      hookSecret: null,
      hurry: 1,
    })
    expect(env.database).toEqual({ kind: 'postgres', url: earnest.DATABASE_URL, schema: 'public' })
  })

  it('is called by X where that is switched on, with the secret X signs with', () => {
    expect(read({ ...earnest, X_WEBHOOKS: 'on' }).x?.hookSecret).toBe('secret-of-the-app')
    const own = { ...earnest, X_WEBHOOKS: 'on', X_WEBHOOK_SECRET: 'client-secret' }
    expect(read(own).x?.hookSecret).toBe('client-secret')
    expect(read({ ...own, X_WEBHOOKS: 'off' }).x?.hookSecret).toBeNull()
    expect(() => read({ ...earnest, X_WEBHOOKS: 'yes' })).toThrow('X_WEBHOOKS: must be on or off')
  })

  it('may use the embedded database, and the address it listens on', () => {
    const env = read({ SECRET_KEY: earnest.SECRET_KEY!, PORT: '8080', HOST: '10.1.2.3' })
    expect(env).toMatchObject({ demo: false, host: '10.1.2.3', publicUrl: 'http://localhost:8080', x: null })
    expect(env.database).toEqual({ kind: 'embedded', folder: join(folder, 'campus') })
  })

  it('takes a variable set to nothing for one that is not set', () => {
    const blank = Object.fromEntries(VARIABLES.map((name) => [name, '']))
    expect(read({ ...blank, DATA_DIR: folder })).toEqual(read({}))
  })
})

describe('a brand', () => {
  it('is the site’s own when none is set', () => {
    expect(read({})).toMatchObject({ brand: { colour: null, logo: null }, contact: null })
  })

  it('is taken when it can be read, and keeps a demonstration one', () => {
    const env = read({
      CAMPUS_BRAND: '#7A003C',
      CAMPUS_LOGO: 'crest.svg',
      CAMPUS_CONTACT: 'access@example.edu',
    })
    expect(env).toMatchObject({ demo: true, contact: 'access@example.edu' })
    expect(env.brand).toEqual({ colour: '#7a003c', logo: join(process.cwd(), 'crest.svg') })
  })

  it('that is too faint stops the start, with the ratio and a shade that passes', () => {
    const said = refusal({ CAMPUS_BRAND: '#ff8800' })
    expect(said).toContain('CAMPUS_BRAND: #ff8800 cannot be read everywhere')
    expect(said).toMatch(/a contrast of \d\.\d+:1, and WCAG 2\.2 AA asks for 4\.5:1/)
    const shade = /nearest shade that passes is (#[\da-f]{6})/.exec(said)?.[1]
    expect(read({ CAMPUS_BRAND: shade! }).brand.colour).toBe(shade)
  })

  it.each(['teal', '#fff', '#12345', 'url(#a)', '#123456;}'])('%s is no colour', (brand) => {
    expect(refusal({ CAMPUS_BRAND: brand })).toContain('must be a colour such as')
  })
})

describe('whom to tell of a weakness', () => {
  it.each([
    [{}, null],
    [{ CAMPUS_CONTACT: 'a@example.edu' }, 'mailto:a@example.edu'],
    [{ CAMPUS_CONTACT: 'a@example.edu', SECURITY_CONTACT: 'b@example.edu' }, 'mailto:b@example.edu'],
    [{ SECURITY_CONTACT: 'https://example.edu/security' }, 'https://example.edu/security'],
  ])('%j is %s', (set, contact) => {
    expect(read(set).securityContact).toBe(contact)
  })

  it.each(['somebody', 'http://example.edu/security', 'a@example.edu\nExpires: never'])(
    '%j is nobody',
    (set) => {
      expect(refusal({ SECURITY_CONTACT: set })).toContain(
        'SECURITY_CONTACT: must be a mail address or an https',
      )
    },
  )
})

describe('half of what belongs together', () => {
  it.each([
    [['X_APP_SECRET'], 'X_APP_SECRET is missing: X_APP_KEY is set'],
    [['X_APP_KEY'], 'X_APP_KEY is missing: X_APP_SECRET is set'],
    [['X_CLIENT_SECRET'], 'X_CLIENT_SECRET is missing: X_CLIENT_ID is set'],
    [['X_CLIENT_ID'], 'X_CLIENT_ID is missing: X_CLIENT_SECRET is set'],
    [['MAIL_FROM'], 'MAIL_FROM is missing: SMTP_URL is set'],
    [['SMTP_URL'], 'SMTP_URL is missing: MAIL_FROM is set'],
    [['PUBLIC_URL'], 'PUBLIC_URL is missing: DATABASE_URL is set'],
    [['SECRET_KEY'], 'SECRET_KEY is missing: DATABASE_URL is set'],
  ])('without %s names it', (names, sentence) => {
    expect(refusal(without(...names))).toContain(sentence)
  })

  it.each(['X_APP_KEY', 'X_CLIENT_ID', 'SMTP_URL', 'ADMIN_EMAIL', 'DATABASE_URL'])(
    '%s alone needs SECRET_KEY',
    (name) => {
      expect(refusal({ [name]: earnest[name]! })).toContain('SECRET_KEY is missing')
    },
  )

  it('is none with either pair of keys for X, with a stand-in too', () => {
    const stand = { X_API_URL: 'http://127.0.0.1:3001' }
    expect(read({ ...without('X_APP_KEY', 'X_APP_SECRET'), ...stand }).x).toMatchObject({
      appKey: null,
      clientId: 'id-of-the-client',
    })
    expect(read({ ...without('X_CLIENT_ID', 'X_CLIENT_SECRET'), ...stand }).x).toMatchObject({
      appKey: 'key-of-the-app',
      clientId: null,
    })
  })

  it('of a stand-in for X names the key', () => {
    expect(refusal({ X_API_URL: 'http://127.0.0.1:3001' })).toContain(
      'X_CLIENT_ID is missing: X_API_URL is set and needs it, or X_APP_KEY',
    )
  })

  it('of several things names each, one a line', () => {
    const lines = refusal({ X_APP_KEY: 'k', MAIL_FROM: 'Quad <q@example.edu>' }).split('\n')
    expect(
      lines
        .filter((line) => line.startsWith('  '))
        .map((line) => line.trim().split(' ')[0])
        .toSorted(),
    ).toEqual(['SECRET_KEY', 'SMTP_URL', 'X_APP_SECRET'])
    expect(lines.at(-1)).toBe('See .env.example.')
  })
})

describe('Bluesky', () => {
  it('is off until it is turned on, and then signs in at Bluesky itself', () => {
    expect(read(earnest).bluesky).toBeNull()
    expect(read({ ...earnest, BLUESKY: 'off' }).bluesky).toBeNull()
    expect(read({ ...earnest, BLUESKY: 'on' }).bluesky).toEqual({
      service: 'https://bsky.social',
      pollSeconds: 15,
    })
  })

  it('is never part of a demonstration, where anyone may sign in as anyone', () => {
    expect(refusal({ BLUESKY: 'on' })).toContain('SECRET_KEY is missing: BLUESKY is on and needs it')
    expect(read({ BLUESKY: 'on', SECRET_KEY: earnest.SECRET_KEY! }).demo).toBe(false)
  })

  it('is spoken to without encryption on this machine only', () => {
    const at = (BLUESKY_SERVICE: string) => ({ ...earnest, BLUESKY: 'on', BLUESKY_SERVICE })
    expect(read(at('http://localhost:2583/')).bluesky).toMatchObject({ service: 'http://localhost:2583' })
    expect(refusal(at('http://pds.example.edu'))).toContain('BLUESKY_SERVICE must be an https address')
  })
})

describe('the demonstration', () => {
  it('is when nothing is configured, and stays on this machine', () => {
    const env = read({})
    expect(env).toMatchObject({
      demo: true,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      mail: null,
    })
    expect(env.x?.apiUrl).toBe('http://127.0.0.1:3001')
  })

  it('is not when any one thing is configured', () => {
    for (const name of [
      'DATABASE_URL',
      'SMTP_URL',
      'MAIL_FROM',
      'X_APP_KEY',
      'X_APP_SECRET',
      'X_CLIENT_ID',
      'X_CLIENT_SECRET',
      'ADMIN_EMAIL',
    ]) {
      expect(read({ ...earnest, [name]: earnest[name]! }).demo, name).toBe(false)
      // Alone it is half of something, and never a demonstration.
      expect(refusal({ [name]: earnest[name]! }), name).toContain('is missing')
    }
    expect(read({ SECRET_KEY: earnest.SECRET_KEY! }).demo).toBe(false)
  })

  it('reads as often as the practice network answers, and not more', () => {
    const { pollSeconds } = read({}).x!
    expect((15 * 60) / pollSeconds).toBeLessThanOrEqual(300)
    expect(pollSeconds).toBeLessThanOrEqual(4)
  })

  it('keeps its key between two starts', () => {
    const key = read({}).secretKey
    expect(key.length).toBeGreaterThanOrEqual(32)
    expect(read({}).secretKey).toBe(key)
  })

  it.each(['https://quad.example.edu', 'http://192.168.1.5:3000', 'http://localhost.example.edu'])(
    'is not shown to others at %s',
    (url) => expect(refusal({ PUBLIC_URL: url })).toContain('only runs on this machine'),
  )

  it.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000/'])('may be at %s', (url) => {
    expect(read({ PUBLIC_URL: url }).publicUrl).toBe(url.replace(/\/$/, ''))
  })

  it.each(['0.0.0.0', '::', '192.168.1.5'])('does not listen on %s', (host) => {
    expect(refusal({ HOST: host })).toContain(
      `HOST is ${host}: the demonstration only listens on this machine`,
    )
  })

  it.each(['127.0.0.1', 'localhost', '::1'])('may listen on %s', (host) => {
    expect(read({ HOST: host }).host).toBe(host)
  })
})

describe('what is wrong by itself', () => {
  it.each([
    [{ X_API_URL: 'https://api.example.com' }, 'X_API_URL may only name this machine'],
    [{ X_API_URL: 'http://127.0.0.1.example.com' }, 'X_API_URL may only name this machine'],
    [{ CAMPUS_TIME_ZONE: 'Mars/Olympus' }, 'CAMPUS_TIME_ZONE: must be an IANA zone'],
    [{ PORT: '0' }, 'PORT: '],
    [{ PORT: '70000' }, 'PORT: '],
    [{ PORT: 'eighty' }, 'PORT: '],
    [{ PORT: '80.5' }, 'PORT: '],
    [{ SANDBOX_PORT: '-1' }, 'SANDBOX_PORT: '],
    [{ X_POLL_SECONDS: '0' }, 'X_POLL_SECONDS: '],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: '],
    [{ CAMPUS_SCHEMA: 'Robert"; drop' }, 'CAMPUS_SCHEMA: must be a plain lower-case name'],
    [{ DATABASE_URL: 'mysql://db.example.edu/quad' }, 'DATABASE_URL: must begin with postgres://'],
    [{ SMTP_URL: 'https://mail.example.edu' }, 'SMTP_URL: must begin with smtp://'],
    [{ PUBLIC_URL: 'ftp://quad.example.edu' }, 'PUBLIC_URL: must be an address'],
    [{ SECRET_KEY: 'too short' }, 'SECRET_KEY: must be at least 32 characters'],
    [{ ADMIN_EMAIL: 'ada' }, 'ADMIN_EMAIL: '],
    [{ ADMIN_EMAIL: 'ada+quad@example.edu' }, 'ADMIN_EMAIL: must be the mailbox itself'],
  ])('%j', (wrong, sentence) => {
    expect(refusal({ ...earnest, ...wrong })).toContain(sentence)
  })

  it('is told without any secret', () => {
    const secrets = [
      'pass-of-the-database',
      'pass-of-the-mail',
      'secret-of-the-app',
      'secret-of-the-client',
      'a-short-secret',
      'key-of-the-app',
    ]
    const wrongs: Array<Given> = [
      { SECRET_KEY: 'a-short-secret' },
      { DATABASE_URL: 'mysql://quad:pass-of-the-database@db.example.edu/quad' },
      { DATABASE_URL: 'postgres://quad:pass-of-the-database@' },
      { SMTP_URL: 'http://quad:pass-of-the-mail@mail.example.edu' },
      { X_API_URL: 'https://api.example.com' },
    ]
    for (const wrong of wrongs) {
      const told = refusal({ ...earnest, ...wrong })
      expect(told).toContain(Object.keys(wrong)[0])
      for (const secret of secrets) expect(told).not.toContain(secret)
    }
  })
})

describe('.env', () => {
  const before = process.cwd()
  afterEach(() => {
    process.chdir(before)
    vi.unstubAllEnvs()
  })

  it('in the folder Quad is started in fills in what the environment does not say', () => {
    writeFileSync(
      join(folder, '.env'),
      `PORT=4711\nCAMPUS_NAME="Northfield"\nDATA_DIR=${folder}\nSANDBOX_PORT=\n`,
    )
    for (const name of VARIABLES) vi.stubEnv(name, undefined)
    vi.stubEnv('CAMPUS_NAME', 'Southfield')
    process.chdir(folder)
    expect(readEnv()).toMatchObject({ port: 4711, sandboxPort: 3001, campus: { name: 'Southfield' } })
  })

  it('has an example that names every variable there is, each with its default', () => {
    const example = parseEnv(readFileSync(join(projectRoot, '.env.example'), 'utf8')) as Given
    expect(Object.keys(example).toSorted()).toEqual(VARIABLES.toSorted())
    expect(read({ ...example, DATA_DIR: folder })).toEqual(read({}))
    expect(example.DATA_DIR).toBe('.data')
  })
})

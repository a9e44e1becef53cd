#!/usr/bin/env node
import { MINUTE, systemClock } from '#app/platform/clock.ts'
import { readEnv } from '#app/platform/env.server.ts'
import { Refusal, reasonOf } from '#app/platform/errors.ts'
import { createSeal } from '#app/platform/seal.ts'
import type { Campus } from '#app/domain/campus.ts'
import { findAdmin, listAdmins, makeAdmin } from '#app/domain/people/admins.server.ts'
import { disable, resetFactors } from '#app/domain/people/look-after.server.ts'
import { requestSignIn, SIGN_IN_LASTS } from '#app/domain/people/sign-in.server.ts'
import { openDatabase } from '#db/client.server.ts'

/** `npx quad admin ...`: the way in that needs neither a mailbox nor a provider, only this machine and its settings. */
const USAGE = `Usage:
  npx quad admin create --email ADDRESS    makes an administrator, or finds them, and prints a link that signs in once
  npx quad admin reset --email ADDRESS     the same, for one who lost the second factor: they set up a new one
  npx quad admin disable --email ADDRESS   signs them out everywhere and lets them in no more
  npx quad admin list                      says who is an administrator
`

const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

type Command = (campus: Campus, email: string, publicUrl: string) => Promise<string>

const COMMANDS: Record<string, Command> = {
  async create(campus, email, publicUrl) {
    const made = await makeAdmin(campus, email)
    return `${made ? `${email} is an administrator now.` : `${email} is an administrator already.`}\n${await aLink(campus, email, publicUrl)}`
  },
  async reset(campus, email, publicUrl) {
    await resetFactors(campus, null, { personId: await findAdmin(campus, email), reason: 'lost' })
    return `The second factor of ${email} is reset.\n${await aLink(campus, email, publicUrl)}`
  },
  async disable(campus, email) {
    await disable(campus, null, await findAdmin(campus, email))
    return `${email} is signed out everywhere and cannot sign in any more.\n`
  },
  async list(campus) {
    const admins = await listAdmins(campus)
    if (admins.length === 0) return 'There is no administrator yet.\n'
    return admins
      .map(({ email, disabled, factor }) =>
        [
          email ?? 'no address known',
          factor ? 'second factor set up' : 'no second factor yet',
          disabled && 'disabled',
        ]
          .filter(Boolean)
          .join(', '),
      )
      .map((line) => `${line}\n`)
      .join('')
  },
}

/** What the domain refuses, said to whoever sits at the machine. */
const REFUSED: Partial<Record<Refusal['reason'], string>> = {
  'no-such-person': 'There is no administrator with this address.',
  'last-admin': 'This is the only administrator. Make another one first.',
  'account-disabled': 'This account is disabled. Another administrator can enable it at /desk/people.',
}

process.exitCode = await run(process.argv.slice(2))

async function run([what, name = '', ...rest]: Array<string>): Promise<number> {
  const command = what === 'admin' && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  const email = (rest[0] === '--email' ? (rest[1] ?? '') : '').trim().toLowerCase()
  const complete = name === 'list' ? rest.length === 0 : rest.length === 2 && MAIL.test(email)
  if (!command || !complete) {
    process.stderr.write(USAGE)
    return 2
  }
  try {
    process.stdout.write(await withCampus((campus, publicUrl) => command(campus, email, publicUrl)))
    return 0
  } catch (error) {
    const why = error instanceof Refusal ? REFUSED[error.reason] : undefined
    process.stderr.write(`${why ?? reasonOf(error)}\n`)
    return 1
  }
}

/** The embedded database belongs to one process: while the site runs, opening it says so. */
async function withCampus<T>(work: (campus: Campus, publicUrl: string) => Promise<T>): Promise<T> {
  const env = readEnv()
  const database = await openDatabase({ ...env.database, language: env.campus.language })
  try {
    const pending = await database.pending()
    if (pending > 0) throw new Error(`${pending} database migrations have not been run. Run: npm run migrate`)
    const campus = {
      db: database.db,
      clock: systemClock,
      zone: env.campus.zone,
      seal: createSeal(env.secretKey),
      voters: env.campus.voters,
    }
    return await work(campus, env.publicUrl)
  } finally {
    await database.close()
  }
}

async function aLink(campus: Campus, email: string, publicUrl: string): Promise<string> {
  const { mail } = await requestSignIn(campus, { email, next: '/me/security?back=%2Fdesk' })
  if (mail === null) return 'Too many links were made for this address. Wait a quarter of an hour.\n'
  return `Open this within ${SIGN_IN_LASTS / MINUTE} minutes, in the browser of whoever it is for. It works once:\n  ${publicUrl}/sign-in/link/${mail.token}\nThere they set up a passkey or an authenticator app, and the desk is open.\n`
}

#!/usr/bin/env node
import { pipeline } from 'node:stream/promises'
import { withCampus } from '#app/app.server.ts'
import { MINUTE } from '#app/platform/clock.ts'
import { readEnv, type Env } from '#app/platform/env.server.ts'
import { Refusal, reasonOf } from '#app/platform/errors.ts'
import type { Campus } from '#app/domain/campus.ts'
import { latestSign } from '#app/domain/insights/workers.server.ts'
import { findAdmin, listAdmins, makeAdmin } from '#app/domain/people/admins.server.ts'
import {
  MOST_FAULTS,
  readChain,
  verifyChain,
  type Fault,
  type Head,
} from '#app/domain/people/audit-chain.server.ts'
import { changeSecretKey, rotateKeys } from '#app/domain/people/keys.server.ts'
import { disable, resetFactors } from '#app/domain/people/look-after.server.ts'
import { endEverySession } from '#app/domain/people/sessions.server.ts'
import { requestSignIn, SIGN_IN_LASTS } from '#app/domain/people/sign-in.server.ts'

/** The way in that needs neither a mailbox nor a provider, only this machine and its settings; and what auditors run. */
const USAGE = `Usage:
  npx quad admin create --email ADDRESS    makes an administrator, or finds them, and prints a link that signs in once
  npx quad admin reset --email ADDRESS     the same, for one who lost the second factor: they set up a new one
  npx quad admin disable --email ADDRESS   signs them out everywhere and lets them in no more
  npx quad admin list                      says who is an administrator
  npx quad sessions end --all              signs everybody out everywhere, also who runs this
  npx quad audit verify                    looks whether a line of the log was changed, removed, inserted or moved
  npx quad audit verify --head NUMBER:HASH the same, and whether a head that was noted earlier is still in it
  npx quad audit export                    writes the log to standard output, a line of JSON each
  npx quad keys change                     seals the keys with a new SECRET_KEY; SECRET_KEY_BEFORE is the one before it
  npx quad keys rotate                     makes a new key and seals every secret with it, while the site is stopped
`

const MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
const HEAD = /^([1-9]\d{0,17}):([\da-f]{64})$/i

/** @returns the code the process ends with */
type Work = (campus: Campus, env: Env) => Promise<number>

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

async function run(args: Array<string>): Promise<number> {
  const work =
    args[0] === 'audit'
      ? auditWork(args.slice(1))
      : args[0] === 'keys'
        ? keysWork(args.slice(1))
        : args.join(' ') === 'sessions end --all'
          ? endAll
          : adminWork(args)
  if (work === null) {
    process.stderr.write(USAGE)
    return 2
  }
  try {
    const env = readEnv()
    // The embedded database belongs to one process: while the site runs, opening it says so.
    return await withCampus(openedBy(work, env), (campus) => work(campus, env))
  } catch (error) {
    const why = error instanceof Refusal ? REFUSED[error.reason] : undefined
    process.stderr.write(`${why ?? reasonOf(error)}\n`)
    return 1
  }
}

/** Until its keys are changed, a campus is opened with the key before. */
function openedBy(work: Work, env: Env): Env {
  if (work !== changeKey) return env
  if (env.secretKeyBefore === null)
    throw new Error('SECRET_KEY_BEFORE is missing: the key that is to be replaced.')
  return { ...env, secretKey: env.secretKeyBefore }
}

function adminWork([what, name = '', ...rest]: Array<string>): Work | null {
  const command = what === 'admin' && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  const email = (rest[0] === '--email' ? (rest[1] ?? '') : '').trim().toLowerCase()
  const complete = name === 'list' ? rest.length === 0 : rest.length === 2 && MAIL.test(email)
  if (!command || !complete) return null
  return async (campus, { publicUrl }) => {
    process.stdout.write(await command(campus, email, publicUrl))
    return 0
  }
}

function auditWork([name, ...rest]: Array<string>): Work | null {
  if (name === 'export' && rest.length === 0) return exportLog
  if (name !== 'verify') return null
  if (rest.length === 0) return (campus) => verifyLog(campus, null)
  const noted = rest.length === 2 && rest[0] === '--head' ? HEAD.exec(rest[1]!) : null
  if (!noted) return null
  return (campus) => verifyLog(campus, { sequence: BigInt(noted[1]!), hash: noted[2]!.toLowerCase() })
}

async function verifyLog(campus: Campus, noted: Head | null): Promise<number> {
  const { lines, head, faults } = await verifyChain(campus, noted)
  const said = [
    `${lines} ${lines === 1 ? 'line' : 'lines'}${head ? `, head ${head.sequence}:${head.hash}` : ''}`,
    ...faults.map(sayFault),
    faults.length === 0
      ? `The log is whole${noted ? `, and ${noted.sequence} is the line that was noted` : ''}.`
      : faults.length < MOST_FAULTS
        ? 'The log is NOT whole.'
        : `The log is NOT whole. After ${MOST_FAULTS} faults the rest was not looked at.`,
  ]
  process.stdout.write(said.map((line) => `${line}\n`).join(''))
  return faults.length === 0 ? 0 : 1
}

function sayFault(fault: Fault): string {
  if (fault.kind === 'missing')
    return fault.from === fault.to
      ? `Line ${fault.from} is missing.`
      : `Lines ${fault.from} to ${fault.to} are missing.`
  const line = `${fault.sequence === null ? 'A line' : `Line ${fault.sequence}`} (id ${fault.id})`
  switch (fault.kind) {
    case 'changed':
      return `${line} was changed: its hash is not that of what it says.`
    case 'inserted':
      return `${line} was inserted: the chain has no place for it.`
    case 'out-of-order':
      return `${line} is out of order: it does not follow the line before it. One of the two was moved or replaced.`
    case 'not-as-noted':
      return `${line} is not the one that was noted: the log was written anew from there or before.`
  }
}

/** One line of JSON for each line of the log. `details` stays a text, because its hash is taken of it as it is. */
async function exportLog(campus: Campus): Promise<number> {
  const asJson = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
  await pipeline(
    readChain(campus),
    async function* (lines) {
      for await (const line of lines) yield `${JSON.stringify(line, asJson)}\n`
    },
    process.stdout,
    { end: false },
  )
  return 0
}

async function endAll(campus: Campus): Promise<number> {
  const ended = await endEverySession(campus)
  process.stdout.write(
    `${ended} ${ended === 1 ? 'session is' : 'sessions are'} ended. Everybody signs in anew.\n`,
  )
  return 0
}

function keysWork([name, ...rest]: Array<string>): Work | null {
  if (rest.length > 0) return null
  if (name === 'change') return changeKey
  return name === 'rotate' ? rotate : null
}

async function changeKey(campus: Campus, { secretKey, secretKeyBefore }: Env): Promise<number> {
  await changeSecretKey(campus, { before: secretKeyBefore!, now: secretKey })
  process.stdout.write(
    'The keys of this campus are sealed with the new SECRET_KEY. Restart the site with it, and throw the old one away.\n',
  )
  return 0
}

async function rotate(campus: Campus, { secretKey }: Env): Promise<number> {
  const seen = await latestSign(campus)
  // A process that runs knows the keys it began with: it could not open what is sealed with a new one.
  if (seen !== null && campus.clock.now().getTime() - seen.getTime() < MINUTE)
    throw new Error('A worker runs. Stop the site and its workers first, and start them again afterwards.')
  const anew = await rotateKeys(campus, secretKey)
  process.stdout.write(
    `A new key is made, and ${anew} ${anew === 1 ? 'secret is' : 'secrets are'} sealed with it.\n`,
  )
  return 0
}

async function aLink(campus: Campus, email: string, publicUrl: string): Promise<string> {
  const { mail } = await requestSignIn(campus, { email, next: '/me/security?back=%2Fdesk' })
  if (mail === null) return 'Too many links were made for this address. Wait a quarter of an hour.\n'
  return `Open this within ${SIGN_IN_LASTS / MINUTE} minutes, in the browser of whoever it is for. It works once:\n  ${publicUrl}/sign-in/link/${mail.token}\nThere they set up a passkey or an authenticator app, and the desk is open.\n`
}

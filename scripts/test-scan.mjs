// `npm run test:scan`: wapiti and sqlmap against the built site, signed out and as each kind of person, as a demonstration
// and in the form of production. Both scanners first have to find the holes of a site made to have some. Everything runs
// on this machine and is removed afterwards. Apart from `npm test`, because it needs packages of Debian and some minutes.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createServer, request as askSite } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { PGlite } from '@electric-sql/pglite'
import { buildIsFresh, inRoot, root } from './freshness.mjs'
import { freePort } from './postgres.mjs'
import { haveScanners, HOW_TO_GET_SCANNERS } from './scanners.mjs'
import { atEnd, node, onStage } from './stage.mjs'

/** Seconds: what one crawl, each kind of attack and one request's tries may take, and all of it together. */
const CRAWL = 22
const ATTACK = 2
const TRIES = 30
const ALL_WITHIN = 600

/**
 * What wapiti tries. Left out: `csrf`, which looks for tokens where the site compares origins (`guard.unit.test.ts`), and
 * what asks a server elsewhere (`ssrf`, `xxe`, `wapp`) or guesses names (`buster`, `nikto`, `backup`).
 */
const ATTACKS = {
  demonstration: 'cookieflags,csp,http_headers,permanentxss,redirect,sql,xss',
  production:
    'blindsql,cookieflags,crlf,csp,exec,file,htaccess,http_headers,methods,permanentxss,redirect,sql,xss',
}

/** Where wapiti begins beside the board: it reads slowly, and small pages have the forms. */
const BEGINNINGS = {
  nobody: ['/sign-in', '/tickets/new', '/departments', '/resolved', '/tickets/1001', '/feed.xml'],
  student: ['/tickets/new', '/me', '/tickets/1001', '/mine/1001', '/me/security', '/departments/library'],
  responder: ['/desk', '/desk/tickets/1001', '/desk/channels', '/desk/privacy', '/tickets/1001'],
  admin: ['/desk/departments', '/desk/sign-in', '/desk/people', '/desk/audit', '/desk/tickets/1001'],
}

/**
 * Where a form of a scanner would end its own session, erase itself or disable others it scans as. Kept out by a gate in front of the
 * site, because what Debian's wapiti is told to leave out stops it (`-x`, Python 3.11).
 */
const KEPT_OUT = /^\/(?:sign-out|demo\/sign-in|me\/erase|me\/sessions|me\/security|desk\/people)\b/

/** What wapiti finds and is none: headers that browsers have given up, and one that only HTTPS can have. */
const NO_FINDING = [
  { says: 'X-Frame-Options is not set', where: /./, why: 'frame-ancestors says it' },
  { says: 'X-XSS-Protection is not set', where: /./, why: 'no browser has that filter any more' },
  { says: 'Strict-Transport-Security is not set', where: /demonstration/, why: 'it is spoken to by HTTP' },
]

/** So few places would mean that a scanner did not get in. */
const FEWEST_PLACES = 6

const WHO = { nobody: null, student: 'sam', responder: 'dana', admin: 'admin' }
/** @typedef {keyof typeof WHO} Who */

/** Where words come in; sqlmap tries each field, and `*` in a path. @type {Array<{ path: string, form?: string, as?: Who }>} */
const INPUTS = [
  { path: '/?q=heating&department=library&status=planned&sort=newest' },
  { path: '/tickets/similar?title=heating' },
  { path: '/departments/library*' },
  { path: '/sign-in?index', form: 'email=somebody%40demo.quad.example&back=%2F' },
  { path: '/votes/1001*', form: 'intent=vote&back=%2F', as: 'student' },
  {
    path: '/tickets/new',
    form: 'title=Cold+rooms&text=It+is+cold+in+every+room&similar=seen',
    as: 'student',
  },
  { path: '/desk?department=library', as: 'responder' },
  { path: '/desk/audit?event=person.exported&before=1', as: 'admin' },
  { path: '/desk/people?q=dana&role=responder&after=1', as: 'admin' },
]

/** wapiti fetches lists when it starts, and sqlmap looks for a newer one: neither gets out. */
const ON_THIS_MACHINE = {
  ...process.env,
  http_proxy: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
  no_proxy: '127.0.0.1,localhost',
}

let began = Date.now()
const left = () => ALL_WITHIN - (Date.now() - began) / 1000
/** @type {Array<string>} */
const findings = []

await onStage(async () => {
  if (!haveScanners()) {
    console.error(`The scans were NOT RUN.\n${HOW_TO_GET_SCANNERS}`)
    return 1
  }
  if (!buildIsFresh() && (await node([inRoot('scripts', 'build.mjs')])) !== 0) return 1
  began = Date.now()
  const folder = mkdtempSync(path.join(tmpdir(), 'quad-scan-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  if (!(await findsWhatIsThere(folder))) {
    console.error(
      'The scanners did not find the holes that were made for them, so their silence would say nothing.',
    )
    return 1
  }

  const seeded = path.join(folder, 'seeded')
  const env = { DATA_DIR: seeded, SANDBOX_PORT: String(await freePort()) }
  if ((await runBuilt('migrate', env)) !== 0 || (await runBuilt('seed', env)) !== 0)
    throw new Error('The made-up campus could not be made.')
  const first = await startSite(env)
  const sessions = await signInEach(first.url)
  await first.stop()

  const only = process.argv
    .find((word) => word.startsWith('--only='))
    ?.slice('--only='.length)
    .split(',')
  for (const form of /** @type {const} */ (['demonstration', 'production'])) {
    if (only && only[0] !== form) continue
    const data = path.join(folder, form)
    cpSync(seeded, data, { recursive: true })
    const production = form === 'production'
    if (production) await proveEach(path.join(data, 'campus'))
    const site = await startSite({
      ...env,
      DATA_DIR: data,
      ...(production
        ? {
            PUBLIC_URL: 'https://quad.example.edu',
            SECRET_KEY: 'a key of thirty-two characters or more, for scans',
          }
        : {}),
    })
    for (const who of /** @type {Array<Who>} */ (Object.keys(WHO))) {
      if (only?.[1] && only[1] !== who) continue
      const cookie = sessions[who] && `${production ? '__Host-session' : 'session'}=${sessions[who]}`
      const reaches = who === 'nobody' || who === 'student' ? '/me' : '/desk'
      const wanted = who === 'nobody' ? 303 : 200
      const there = async () => (await ask(site.url, reaches, cookie)).status === wanted
      if (!(await there())) throw new Error(`${who} is not signed in as expected before the scan (${form}).`)
      const gate = await openGate(site.url)
      await scanPages(`${form}, ${who}`, gate.url, cookie, folder, ATTACKS[form], BEGINNINGS[who])
      if (gate.places.size < FEWEST_PLACES)
        throw new Error(`wapiti saw only ${[...gate.places].join(', ')} (${form}, ${who}).`)
      if (production) {
        for (const input of INPUTS.filter(({ as = 'nobody' }) => as === who))
          await tryInput(`${form}, ${who}`, gate.url, cookie, input, folder)
      }
      gate.close()
      for (const broken of gate.broken) findings.push(`${form}, ${who}: ${broken}`)
      console.log(
        `${form}, ${who}: ${gate.passed()} requests to ${gate.places.size} places, ${gate.broken.size} broken`,
      )
      if (!(await there()))
        throw new Error(`${who} did not stay signed in, so the scan says little (${form}).`)
    }
    await site.stop()
  }

  console.log(`\nThe scans took ${Math.round((Date.now() - began) / 1000)} s.`)
  if (findings.length === 0) {
    console.log('Nothing above “informational” was found.')
    return 0
  }
  console.error(`${findings.length} finding(s):\n${findings.map((finding) => `  ${finding}`).join('\n')}`)
  return 1
})

/** A site with one hole for each scanner. @param {string} folder */
async function findsWhatIsThere(folder) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const [words, number] = [searchParams.get('q') ?? '', searchParams.get('id') ?? '']
    response.setHeader('Content-Type', 'text/html')
    if (pathname === '/')
      return void response.end('<a href="/?q=a">q</a> <a href="/row?id=1">row</a>' + words)
    const bad = /['"()]/.test(number)
    // What a statement with the number pasted into it would come to.
    const [, left, right] = /^1\s+AND\s+(\d+)=(\d+)/i.exec(number) ?? []
    const found = number === '1' || (left !== undefined && left === right)
    response.statusCode = bad ? 500 : 200
    response.end(
      bad
        ? 'PostgreSQL query failed: ERROR: unterminated quoted string at or near "\'"'
        : found
          ? 'A row'
          : 'None',
    )
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)))
  atEnd(() => void server.close())
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const url = `http://127.0.0.1:${port}`
  await scanPages('a site with holes', url, null, folder, ATTACKS.demonstration)
  await tryInput('a site with holes', url, null, { path: '/row?id=1' }, folder)
  server.closeAllConnections()
  const found = findings.splice(0)
  return (
    found.some((one) => one.includes('Cross Site Scripting')) && found.some((one) => one.includes('sqlmap'))
  )
}

/** wapiti takes seconds to read a form, and a board has one for each ticket, all alike. @param {string} page */
function withOneVote(page) {
  let seen = 0
  return page.replace(/<form[^>]*action="\/votes\/\d+".*?<\/form>/gs, (form) =>
    (seen += 1) === 1 ? form : '',
  )
}

/**
 * Passes on what a scanner may ask, and notes where the site broke: an error of the server is a finding, whatever the
 * scanner makes of it.
 * @param {string} url
 */
async function openGate(url) {
  const { hostname, port } = new URL(url)
  /** @type {Set<string>} */
  const broken = new Set()
  /** @type {Set<string>} */
  const places = new Set()
  let passed = 0
  const gate = createServer((request, response) => {
    const [place = ''] = (request.url ?? '').split('?')
    if (request.method !== 'GET' && KEPT_OUT.test(place))
      return void request.resume().once('end', () => response.writeHead(404).end())
    passed += 1
    places.add(`${request.method} ${place}`)
    const { method, url: path } = request
    // wapiti asks for brotli and cannot read it.
    const { 'accept-encoding': _, ...headers } = request.headers
    const asked = askSite({ hostname, port, method, path, headers, timeout: 20_000 }, (answer) => {
      const { statusCode = 500 } = answer
      if (statusCode >= 500) broken.add(`${statusCode} for ${method} ${place}, first at ${path}`)
      if (!answer.headers['content-type']?.startsWith('text/html')) {
        response.writeHead(statusCode, answer.headers)
        return void answer.pipe(response)
      }
      const { 'content-length': _length, ...said } = answer.headers
      void text(answer).then(
        (page) => response.writeHead(statusCode, said).end(withOneVote(page)),
        () => response.destroy(),
      )
    })
    // A scanner that goes away in the middle is no fault of the site's.
    response.once('close', () => asked.destroy())
    asked.once('error', () => response.destroy())
    request.pipe(asked)
  })
  await new Promise((resolve) => gate.listen(0, '127.0.0.1', () => resolve(null)))
  const close = () => {
    gate.close()
    gate.closeAllConnections()
  }
  atEnd(close)
  const { port: own } = /** @type {import('node:net').AddressInfo} */ (gate.address())
  return { url: `http://127.0.0.1:${own}`, passed: () => passed, broken, places, close }
}

/**
 * @param {string} what
 * @param {string} url
 * @param {string | null} cookie
 * @param {string} folder
 * @param {string} attacks
 * @param {Array<string>} beginnings
 */
async function scanPages(what, url, cookie, folder, attacks, beginnings = []) {
  const report = path.join(mkdtempSync(path.join(folder, 'wapiti-')), 'report.json')
  const words = [
    ['-u', `${url}/`, '--scope', 'folder', '-m', attacks, '-d', '2', '--max-links-per-page', '40'],
    beginnings.flatMap((place) => ['-s', `${url}${place}`]),
    ['--max-scan-time', String(CRAWL), '--max-attack-time', String(ATTACK), '-t', '5', '-v', '0'],
    [
      '--flush-session',
      '--store-session',
      path.join(folder, 'store'),
      '--store-config',
      path.join(folder, 'config'),
    ],
    ['-H', `Origin: ${url}`, ...(cookie ? ['-H', `Cookie: ${cookie}`] : [])],
    ['-f', 'json', '-o', report, '--no-bugreport'],
  ].flat()
  const took = await within(CRAWL + ATTACK * attacks.split(',').length + 90, 'wapiti', words)
  if (!existsSync(report)) throw new Error(`wapiti wrote no report (${what}):\n${took.output.slice(-2000)}`)
  const { vulnerabilities, anomalies } = JSON.parse(readFileSync(report, 'utf8'))
  /** @type {Array<[string, Array<{ level: number, method: string, path: string, info: string, parameter: string }>]>} */
  const kinds = [...Object.entries(vulnerabilities), ...Object.entries(anomalies)]
  let count = 0
  for (const [kind, each] of kinds)
    for (const { level, method, path: at, info, parameter } of each) {
      if (level === 0 || NO_FINDING.some(({ says, where }) => info.startsWith(says) && where.test(what)))
        continue
      count += 1
      findings.push(`wapiti (${what}): ${kind}, ${method} ${at} ${parameter || ''} ${info}`)
    }
  console.log(`wapiti, ${what}: ${took.seconds} s, ${count} found`)
}
/**
 * @param {string} what
 * @param {string} url
 * @param {string | null} cookie
 * @param {(typeof INPUTS)[number]} input
 * @param {string} folder
 */
async function tryInput(what, url, cookie, { path: at, form }, folder) {
  const output = mkdtempSync(path.join(folder, 'sqlmap-'))
  const words = [
    ['-u', `${url}${at}`, ...(form ? ['--data', form] : [])],
    ['--headers', [`Origin: ${url}`, ...(cookie ? [`Cookie: ${cookie}`] : [])].join('\n')],
    ['--batch', '--flush-session', '--disable-coloring', '--output-dir', output, '--dbms', 'PostgreSQL'],
    ['--level', '1', '--risk', '1', '--timeout', '5', '--retries', '0', '--ignore-redirects'],
    ['--skip', 'back', '--skip-waf', '--ignore-code', '400,403,404,409,410,429'],
  ].flat()
  const took = await within(TRIES, 'sqlmap', words)
  const logs = readdirSync(output, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('log'),
  )
  const said = logs.map((name) => readFileSync(path.join(output, name), 'utf8')).join('')
  const hit = /is vulnerable|appears to be injectable|sqlmap identified the following injection/.test(
    took.output,
  )
  if (hit || said.trim() !== '')
    findings.push(`sqlmap (${what}): ${at} ${form ?? ''}\n${said || took.output.slice(-800)}`)
  const end = took.cutShort
    ? 'cut short'
    : /all tested parameters do not/.test(took.output)
      ? 'tried whole'
      : 'ended'
  console.log(
    `sqlmap, ${what}: ${form ? 'POST' : 'GET'} ${at}, ${took.seconds} s, ${hit ? 'FOUND' : 'nothing'} (${end})`,
  )
  if (!took.cutShort && !hit && end === 'ended')
    throw new Error(`sqlmap tried nothing:\n${took.output.slice(-1500)}`)
}

/**
 * Runs a scanner, and ends it when its time is over.
 * @param {number} seconds
 * @param {string} command
 * @param {Array<string>} words
 * @returns {Promise<{ output: string, seconds: number, cutShort: boolean }>}
 */
function within(seconds, command, words) {
  const time = Math.min(seconds, left())
  if (time < 5) throw new Error(`The scans take longer than the ${ALL_WITHIN} s they may.`)
  return new Promise((resolve, reject) => {
    const started = Date.now()
    const child = spawn(command, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      cwd: tmpdir(),
      env: ON_THIS_MACHINE,
    })
    atEnd(() => end())
    let output = ''
    let cutShort = false
    const end = () => {
      if (child.exitCode === null && child.signalCode === null && child.pid)
        process.kill(-child.pid, 'SIGKILL')
    }
    const over = setTimeout(() => {
      cutShort = true
      end()
    }, time * 1000)
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (more) => (output = (output + more).slice(-200_000)))
    child.once('error', reject)
    child.once('close', () => {
      clearTimeout(over)
      resolve({ output, cutShort, seconds: Math.round((Date.now() - started) / 1000) })
    })
  })
}

/** Each signs in as the demonstration lets them. @param {string} url @returns {Promise<Record<Who, string | null>>} */
async function signInEach(url) {
  const page = await (await ask(url, '/sign-in', null)).text()
  const buttons = page.slice(page.indexOf('name="person"'))
  /** @param {string} name */
  const enter = async (name) => {
    const person = new RegExp(`value="([^"]+)"[^>]*>(?:(?!</button>).)*?\\b${name}\\b`, 'is').exec(
      buttons,
    )?.[1]
    if (!person) throw new Error(`The sign-in page of the demonstration does not name ${name}.`)
    const answer = await fetch(`${url}/demo/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { Origin: url, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ person, back: '/' }).toString(),
      signal: AbortSignal.timeout(10_000),
    })
    const session = /(?:^|[;,\s])session=([a-z0-9]+)/.exec(answer.headers.getSetCookie().join(', '))?.[1]
    if (!session) throw new Error(`${name} could not sign in: ${answer.status}`)
    return session
  }
  return {
    nobody: null,
    student: await enter(WHO.student),
    responder: await enter(WHO.responder),
    admin: await enter(WHO.admin),
  }
}

/** Only a demonstration takes one press for a second factor. @param {string} folder */
async function proveEach(folder) {
  const database = new PGlite(folder)
  await database.exec('update sessions set strong_at = now()')
  await database.close()
}

/** @param {string} url @param {string} at @param {string | null} cookie */
function ask(url, at, cookie) {
  return fetch(`${url}${at}`, {
    redirect: 'manual',
    headers: cookie ? { Cookie: cookie } : {},
    signal: AbortSignal.timeout(10_000),
  })
}

/** @param {'migrate' | 'seed' | 'server'} name @param {Record<string, string>} env */
function startBuilt(name, env) {
  const child = spawn(process.execPath, [inRoot('build', 'process', `${name}.js`)], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', LOG_LEVEL: 'silent', ...env },
  })
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', () => resolve(1)))
  return { child, ended }
}

/** @param {'migrate' | 'seed'} name @param {Record<string, string>} env */
function runBuilt(name, env) {
  return startBuilt(name, env).ended
}

/** @param {Record<string, string>} env */
async function startSite(env) {
  const port = await freePort()
  const { child, ended } = startBuilt('server', { ...env, PORT: String(port) })
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  atEnd(stop)
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 300; tries += 1) {
    const up = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5_000) }).catch(() => null)
    if (up?.ok) return { url, stop }
    if (child.exitCode !== null) break
    await pause(200)
  }
  throw new Error('The site did not start.')
}

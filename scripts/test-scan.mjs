// `npm run test:scan`: wapiti and sqlmap against the built site, signed out and as each kind of person, as a demonstration
// and in the form of production. Both scanners first have to find the holes of a site made to have some. Everything runs
// on this machine and is removed afterwards. Apart from `npm test`, because it needs packages of Debian and some minutes.
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
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
const ALL_WITHIN = 900

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
  moderator: ['/desk/held', '/desk/moderation', '/desk/votes', '/desk/tickets/1001', '/tickets/1001'],
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
  { says: 'Secure flag is not set', where: /demonstration/, why: 'it is spoken to by HTTP' },
]

/** So few places or requests would mean that a scanner did not get in. */
const FEWEST_PLACES = 6
const FEWEST_REQUESTS = 150

/** Of 100 requests, so many may be put off by a limit: behind one, nothing of a form is tried. */
const MOST_PUT_OFF = 5

const WHO = /** @type {const} */ (['nobody', 'student', 'responder', 'moderator', 'admin'])
/** @typedef {typeof WHO[number]} Who */

/**
 * What one person may do in a minute or an hour, a scanner has done in a second. So it is many people of one kind in turn.
 */
const TWINS = 60

/** The field that people do not see (`TRAP` in `app/vocabulary.ts`). A scanner that fills it in is kept waiting. */
const TRAP = /<input[^>]*\bname="second-title"[^>]*>/g

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
  { path: '/desk/tickets/1001', form: 'intent=note&note=Looked+at+it+today', as: 'responder' },
  { path: '/desk/tickets/1001', form: 'intent=note&note=Looked+at+it+again', as: 'moderator' },
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
  const sessions = await makePeople(path.join(seeded, 'campus'))

  const only = process.argv
    .find((word) => word.startsWith('--only='))
    ?.slice('--only='.length)
    .split(',')
  let scans = 0
  for (const form of /** @type {const} */ (['demonstration', 'production'])) {
    if (only && only[0] !== form) continue
    const data = path.join(folder, form)
    cpSync(seeded, data, { recursive: true })
    const production = form === 'production'
    const site = await startSite({
      ...env,
      DATA_DIR: data,
      // A scanner fills in a form quicker than people.
      FORM_SECONDS: '0',
      ...(production
        ? {
            PUBLIC_URL: 'https://quad.example.edu',
            // The one that the made-up campus was set up with.
            SECRET_KEY: readFileSync(path.join(data, 'secret.key'), 'utf8').trim(),
          }
        : {}),
    })
    for (const who of WHO) {
      if (only?.[1] && only[1] !== who) continue
      const what = `${form}, ${who}`
      const cookies = sessions[who].map((token) => `${production ? '__Host-session' : 'session'}=${token}`)
      await expectThere(site.url, who, cookies, `${what}, before the scan`)
      const gate = await openGate(site.url, cookies)
      await scanPages(what, gate.url, folder, ATTACKS[form], BEGINNINGS[who])
      if (production) {
        for (const input of INPUTS.filter(({ as = 'nobody' }) => as === who))
          await tryInput(what, gate.url, input, folder)
      }
      gate.close()
      for (const broken of gate.broken) findings.push(`${what}: ${broken}`)
      console.log(
        `${what}: ${gate.passed} requests to ${gate.places.size} places, ${gate.taken} forms taken, ${gate.putOff} put off by a limit, ${gate.broken.size} broken`,
      )
      expectTried(what, who, gate)
      await expectThere(site.url, who, cookies, `${what}, after the scan`)
      scans += 1
    }
    await site.stop()
  }
  if (scans === 0)
    throw new Error(`Nobody was scanned as: --only=FORM or --only=FORM,WHO, of ${WHO.join(', ')}.`)

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
  await scanPages('a site with holes', url, folder, ATTACKS.demonstration)
  await tryInput('a site with holes', url, { path: '/row?id=1' }, folder)
  server.closeAllConnections()
  const found = findings.splice(0)
  return (
    found.some((one) => one.includes('Cross Site Scripting')) && found.some((one) => one.includes('sqlmap'))
  )
}

/**
 * A page as a scanner gets on with it. wapiti takes seconds to read a form, and a board has one for each ticket, all alike;
 * of a form it sends no button, where ours say what is to be done; and it would spend its time on the addresses of the
 * board, which it tries as a visitor already, and never come to the forms of who is signed in.
 * @param {string} page @param {boolean} signedIn
 */
function readable(page, signedIn) {
  let votes = 0
  const forms = page.replace(/<form\b.*?<\/form>/gs, (form) => {
    if (/action="\/votes\/\d+"/.test(form) && (votes += 1) > 1) return ''
    const [, button] = /<button\b([^>]*\bname="[^>]*)>/.exec(form) ?? []
    return button
      ? form.replace('</form>', `<input type="hidden"${button.replace(/\btype="\w+"/, '')}></form>`)
      : form
  })
  return signedIn
    ? forms.replace(/href="\/(?:resolved)?\?[^"]*"|href="\/tickets\/(?!1001\b|new\b)[^"]*"/g, 'href="/"')
    : forms
}

/**
 * Passes on what a scanner may ask, as one person after the other, and notes where the site broke: an error of the server
 * is a finding, whatever the scanner makes of it.
 * @param {string} url
 * @param {Array<string>} cookies of those it asks as; none: of a visitor
 */
async function openGate(url, cookies) {
  const { hostname, port } = new URL(url)
  /** @type {Set<string>} */
  const broken = new Set()
  /** @type {Set<string>} */
  const places = new Set()
  const seen = { passed: 0, taken: 0, putOff: 0, signedOut: 0, traps: 0 }
  const gate = createServer((request, response) => {
    const [place = ''] = (request.url ?? '').split('?')
    if (request.method !== 'GET' && KEPT_OUT.test(place))
      return void request.resume().once('end', () => response.writeHead(404).end())
    const cookie = cookies[seen.passed % cookies.length]
    seen.passed += 1
    places.add(`${request.method} ${place}`)
    const { method, url: path } = request
    // wapiti asks for brotli and cannot read it.
    const { 'accept-encoding': _, ...headers } = request.headers
    if (cookie) headers.cookie = headers.cookie ? `${cookie}; ${headers.cookie}` : cookie
    const asked = askSite({ hostname, port, method, path, headers, timeout: 20_000 }, (answer) => {
      const { statusCode = 500 } = answer
      const to = answer.headers.location ?? ''
      const putOff =
        statusCode === 429 ||
        to.startsWith('/challenge') ||
        answer.headers['set-cookie']?.some((set) => set.includes('said=too-often'))
      if (putOff) seen.putOff += 1
      else if (method === 'POST' && statusCode < 400) seen.taken += 1
      if (/^\/(?:sign-in\?back=|prove\?)/.test(to)) seen.signedOut += 1
      if (statusCode >= 500) broken.add(`${statusCode} for ${method} ${place}, first at ${path}`)
      if (!answer.headers['content-type']?.startsWith('text/html')) {
        response.writeHead(statusCode, answer.headers)
        return void answer.pipe(response)
      }
      const { 'content-length': _length, ...said } = answer.headers
      void text(answer).then(
        (page) => {
          const open = readable(page, cookies.length > 0).replace(TRAP, () => ((seen.traps += 1), ''))
          response.writeHead(statusCode, said).end(open)
        },
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
  return Object.assign(seen, { url: `http://127.0.0.1:${own}`, broken, places, close })
}

/**
 * @param {string} url
 * @param {Who} who
 * @param {Array<string>} cookies
 * @param {string} when
 */
async function expectThere(url, who, cookies, when) {
  if (who === 'nobody') {
    if ((await ask(url, '/me', null)).status !== 303) throw new Error(`A visitor is not one (${when}).`)
    return
  }
  if (cookies.length !== TWINS) throw new Error(`${cookies.length} people are signed in (${when}).`)
  for (const cookie of cookies) {
    const { status } = await ask(url, who === 'student' ? '/me' : '/desk', cookie)
    if (status !== 200) throw new Error(`${who} is not signed in: ${status} (${when}).`)
  }
}

/** That little was tried is no good news. @param {string} what @param {Who} who @param {Awaited<ReturnType<typeof openGate>>} gate */
function expectTried(what, who, { passed, places, taken, putOff, signedOut, traps }) {
  const faults = [
    places.size < FEWEST_PLACES && `only ${[...places].join(', ')} were seen`,
    passed < FEWEST_REQUESTS && `only ${passed} requests were made`,
    putOff * 100 > passed * MOST_PUT_OFF && `${putOff} of ${passed} requests were put off by a limit`,
    traps === 0 && 'no page had the field that people do not see, so it may have another name now',
    who !== 'nobody' && taken === 0 && 'no form was taken',
    who !== 'nobody' && signedOut > 0 && `${signedOut} requests were led to sign in or to a second factor`,
  ].filter(Boolean)
  if (faults.length > 0) throw new Error(`The scan says little (${what}): ${faults.join('; ')}.`)
}

/**
 * @param {string} what
 * @param {string} url
 * @param {string} folder
 * @param {string} attacks
 * @param {Array<string>} beginnings
 */
async function scanPages(what, url, folder, attacks, beginnings = []) {
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
    ['-H', `Origin: ${url}`],
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
 * @param {(typeof INPUTS)[number]} input
 * @param {string} folder
 */
async function tryInput(what, url, { path: at, form }, folder) {
  const output = mkdtempSync(path.join(folder, 'sqlmap-'))
  const words = [
    ['-u', `${url}${at}`, ...(form ? ['--data', form] : [])],
    ['--headers', `Origin: ${url}`],
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

/**
 * People of each kind, signed in with a second factor, while nothing runs. A responder answers for every department, so
 * that no form is out of reach.
 * @param {string} folder
 * @returns {Promise<Record<Who, Array<string>>>} what their browsers hold
 */
async function makePeople(folder) {
  const database = new PGlite(folder)
  /** @type {Record<Who, Array<string>>} */
  const tokens = { nobody: [], student: [], responder: [], moderator: [], admin: [] }
  for (const who of WHO) {
    if (who === 'nobody') continue
    for (let twin = 0; twin < TWINS; twin += 1) {
      const person = `scan-${who}-${twin}`
      // As `sessionIdOf` of `app/web/session.server.ts` keeps it.
      const token = randomBytes(20).toString('hex')
      const id = createHash('sha256').update(token).digest('base64url')
      await database.query(
        `insert into people (id, role, affiliations, created_at) values ($1, $2, '{student}', now())`,
        [person, who],
      )
      if (who === 'responder')
        await database.query(`insert into staff (person_id, department_id) select $1, id from departments`, [
          person,
        ])
      await database.query(
        `insert into sessions (id, user_id, provider, device, created_at, seen_at, strong_at, expires_at, ends_at)
         values ($1, $2, 'mail', 'A scanner', now(), now(), now(), now() + interval '6 days', now() + interval '6 days')`,
        [id, person],
      )
      tokens[who].push(token)
    }
  }
  await database.close()
  return tokens
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

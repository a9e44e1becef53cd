// `npm run test:idp`: sign-in at LemonLDAP::NG by each protocol, through the built site, both started here and removed
// afterwards. Words behind `--` go to the test runner. Apart from `npm test`, because it needs packages of Debian.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { buildIsFresh, inRoot, root } from './freshness.mjs'
import { HOW_TO_GET_IDP, haveIdp, makeKey, startIdp } from './idp.mjs'
import { freePort } from './postgres.mjs'
import { atEnd, node, onStage } from './stage.mjs'

const OIDC = { clientId: 'quad', secret: 'a-secret-of-the-client' }

await onStage(async () => {
  if (!haveIdp()) {
    console.error(`The tests against an identity provider were NOT RUN.\n${HOW_TO_GET_IDP}`)
    return 1
  }
  if (!buildIsFresh() && (await node([inRoot('scripts', 'build.mjs')])) !== 0) return 1
  const folder = mkdtempSync(path.join(tmpdir(), 'quad-idp-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const [port, idpPort] = [await freePort(), await freePort()]
  const idpUrl = `http://127.0.0.1:${idpPort}`
  const site = `http://127.0.0.1:${port}`
  makeKey(folder, 'quad')
  const scopes = ['northfield.example']
  const providers = [
    {
      slug: 'oidc', kind: 'oidc', name: 'OpenID', issuer: idpUrl, scopes,
      clientId: OIDC.clientId, secret: 'env:OIDC_SECRET', scope: 'openid email campus',
    },
    {
      slug: 'saml', kind: 'saml', name: 'SAML', metadata: `${idpUrl}/saml/metadata`, scopes,
      persistent: true, certificate: 'file:quad.crt', secret: 'file:quad.key',
    },
    { slug: 'cas', kind: 'cas', name: 'CAS', server: `${idpUrl}/cas`, scopes },
  ] // prettier-ignore
  writeFileSync(path.join(folder, 'providers.json'), JSON.stringify({ mail: true, providers }))
  await startSite(port, {
    DATA_DIR: path.join(folder, 'data'),
    PROVIDERS_FILE: path.join(folder, 'providers.json'),
    OIDC_SECRET: OIDC.secret,
    PUBLIC_URL: site,
  })
  const metadata = await (await fetch(`${site}/sign-in/with/saml/metadata`)).text()
  const idp = await startIdp({
    folder,
    port: idpPort,
    oidc: { ...OIDC, redirect: `${site}/sign-in/with/oidc/done` },
    saml: { metadata },
    cas: { service: `${site}/sign-in/with/cas/done` },
  })
  atEnd(idp.stop)
  console.log(`LemonLDAP::NG is running: ${idp.url}`)
  const words = ['run', '--project=idp', ...process.argv.slice(2)]
  return node([inRoot('node_modules', 'vitest', 'vitest.mjs'), ...words], {
    TEST_SITE: site,
    TEST_IDP: idp.url,
  })
})

/**
 * @param {number} port
 * @param {Record<string, string>} env
 */
async function startSite(port, env) {
  const server = spawn(process.execPath, [inRoot('build', 'process', 'server.js')], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      HOST: '127.0.0.1',
      SECRET_KEY: 'a key of thirty-two characters or more, for tests',
      LOG_LEVEL: 'warn',
      FORM_SECONDS: '0',
      ...env,
    },
  })
  const ended = new Promise((resolve) => server.once('exit', resolve).once('error', resolve))
  atEnd(async () => {
    server.kill('SIGTERM')
    await ended
  })
  for (let tries = 0; tries < 600; tries += 1) {
    const up = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => null)
    if (up?.ok) return
    if (server.exitCode !== null) break
    await pause(200)
  }
  throw new Error('The site did not start.')
}

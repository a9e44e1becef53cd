// LemonLDAP::NG, an identity provider that speaks OpenID Connect, SAML and CAS, from Debian's packages: on the loopback
// address, in a folder of its own, with its made-up people. Nothing is kept.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export const IDP_PACKAGES = [
  'lemonldap-ng',
  'liblasso-perl',
  'libxml-simple-perl',
  'libio-string-perl',
  'libstring-random-perl',
  'libplack-perl',
  'openssl',
]
export const HOW_TO_GET_IDP = `LemonLDAP::NG was not found. Install it (Debian, Ubuntu: apt-get install --no-install-recommends ${IDP_PACKAGES.join(' ')}).`

export function haveIdp() {
  const uses = ['Issuer::SAML', 'Issuer::OpenIDConnect', 'Issuer::CAS'].map(
    (name) => `-MLemonldap::NG::Portal::${name}`,
  )
  return (
    spawnSync('perl', [...uses, '-MPlack', '-e', '1']).status === 0 &&
    spawnSync('openssl', ['version']).status === 0
  )
}

/**
 * A key and a certificate that it signed itself, as two files in PEM.
 * @param {string} folder
 * @param {string} name
 */
export function makeKey(folder, name) {
  const key = path.join(folder, `${name}.key`)
  const certificate = path.join(folder, `${name}.crt`)
  const subject = ['-subj', `/CN=${name}`, '-days', '30', '-nodes']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', certificate, ...subject],
    {
      stdio: 'ignore',
    },
  )
  return { key, certificate }
}

/**
 * @typedef {{ redirect: string; clientId: string; secret: string }} OidcClient
 * @typedef {{ metadata: string }} SamlClient
 * @typedef {{ service: string }} CasClient
 * @param {{ folder: string; port: number; oidc: OidcClient; saml: SamlClient; cas: CasClient }} options
 * @returns {Promise<{ url: string; stop(): Promise<void> }>}
 */
export async function startIdp({ folder, port, oidc, saml, cas }) {
  const url = `http://127.0.0.1:${port}`
  const conf = path.join(folder, 'conf')
  const places = [
    'sessions',
    'sessions/lock',
    'psessions',
    'psessions/lock',
    'cache',
    'notifications',
    'conf',
  ]
  for (const name of places) mkdirSync(path.join(folder, name), { recursive: true })
  const { key, certificate } = makeKey(folder, 'lemonldap')
  const [privateKey, publicKey] = [key, certificate].map((file) => readFileSync(file, 'utf8'))
  const sessions = (/** @type {string} */ name) => ({
    Directory: path.join(folder, name),
    LockDirectory: path.join(folder, name, 'lock'),
    generateModule: 'Lemonldap::NG::Common::Apache::Session::Generate::SHA256',
  })
  const settings = {
    cfgNum: 1,
    cfgAuthor: 'tests',
    cfgDate: '1700000000',
    cfgVersion: '2.16.1',
    portal: `${url}/`,
    domain: '127.0.0.1',
    cookieName: 'lemonldap',
    securedCookie: 0,
    // Else `None`, which a browser refuses without https.
    sameSite: 'Lax',
    authentication: 'Demo',
    userDB: 'Same',
    demoExportedVars: { cn: 'cn', mail: 'mail', uid: 'uid' },
    exportedVars: {},
    groups: {},
    // What a university knows of its people, beside the names of the demonstration.
    macros: {
      _whatToTrace: '$_auth eq "SAML" ? lc($_user."@".$_idpConfKey) : lc($_user)',
      affiliation: '"student\\@northfield.example"',
      uniqueId: '$uid . "\\@northfield.example"',
    },
    whatToTrace: '_whatToTrace',
    locationRules: {},
    exportedHeaders: {},
    applicationList: {},
    globalStorage: 'Apache::Session::File',
    globalStorageOptions: sessions('sessions'),
    persistentStorage: 'Apache::Session::File',
    persistentStorageOptions: sessions('psessions'),
    localSessionStorage: 'Cache::FileCache',
    localSessionStorageOptions: {
      namespace: 'lemonldap-ng-sessions',
      default_expires_in: 600,
      cache_root: path.join(folder, 'cache'),
      cache_depth: 3,
      directory_umask: '007',
    },
    timeout: 72000,
    loginHistoryEnabled: 0,
    requireToken: 0,
    captcha: '::Captcha::None',
    registerDB: 'Null',
    passwordDB: 'Null',
    portalDisplayRegister: 0,
    portalDisplayResetPassword: 0,
    portalDisplayCertificateResetByMail: 0,
    issuerDBOpenIDConnectActivation: 1,
    oidcServiceMetaDataIssuer: url,
    oidcServicePrivateKeySig: privateKey,
    oidcServicePublicKeySig: publicKey,
    oidcServiceKeyIdSig: 'key-1',
    oidcServiceAllowAuthorizationCodeFlow: 1,
    oidcRPMetaDataOptions: {
      quad: {
        oidcRPMetaDataOptionsClientID: oidc.clientId,
        oidcRPMetaDataOptionsClientSecret: oidc.secret,
        oidcRPMetaDataOptionsRedirectUris: oidc.redirect,
        oidcRPMetaDataOptionsBypassConsent: 1,
        oidcRPMetaDataOptionsIDTokenSignAlg: 'RS256',
        oidcRPMetaDataOptionsUserIDAttr: 'uniqueId',
      },
    },
    oidcRPMetaDataExportedVars: { quad: { email: 'mail', eduperson_scoped_affiliation: 'affiliation' } },
    oidcRPMetaDataOptionsExtraClaims: { quad: { campus: 'eduperson_scoped_affiliation' } },
    issuerDBSAMLActivation: 1,
    samlServicePrivateKeySig: privateKey,
    samlServicePublicKeySig: publicKey,
    samlServiceUseCertificateInResponse: 1,
    samlSPMetaDataXML: { quad: { samlSPMetaDataXML: saml.metadata } },
    samlSPMetaDataOptions: {
      quad: {
        samlSPMetaDataOptionsNameIDFormat: 'persistent',
        samlSPMetaDataOptionsCheckSSOMessageSignature: 1,
        samlSPMetaDataOptionsSignSSOMessage: 1,
        samlSPMetaDataOptionsSignatureMethod: 'RSA_SHA256',
      },
    },
    samlSPMetaDataExportedAttributes: {
      quad: {
        mail: '1;urn:oid:0.9.2342.19200300.100.1.3;urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
        affiliation: '1;urn:oid:1.3.6.1.4.1.5923.1.1.1.9;urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
      },
    },
    issuerDBCASActivation: 1,
    casAccessControlPolicy: 'error',
    casAppMetaDataOptions: { quad: { casAppMetaDataOptionsService: cas.service } },
    casAppMetaDataExportedVars: {
      quad: { mail: 'mail', eduPersonUniqueId: 'uniqueId', eduPersonScopedAffiliation: 'affiliation' },
    },
  }
  writeFileSync(path.join(conf, 'lmConf-1.json'), JSON.stringify(settings))
  const ini = path.join(folder, 'lemonldap-ng.ini')
  writeFileSync(
    ini,
    `[all]
logLevel = ${process.env.IDP_SAYS ?? 'warn'}
checkTime = 1
[configuration]
type = File
dirName = ${conf}
localStorage = Cache::FileCache
localStorageOptions={ 'namespace' => 'lemonldap-ng-config', 'default_expires_in' => 600, 'directory_umask' => '007', 'cache_root' => '${path.join(folder, 'cache')}', 'cache_depth' => 3 }
[portal]
staticPrefix = /static
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = en
[handler]
status = 0
`,
  )
  // It loads one whether or not any page shows it, and its own needs ImageMagick.
  const captcha = path.join(folder, 'perl', 'Lemonldap', 'NG', 'Portal', 'Captcha')
  mkdirSync(captcha, { recursive: true })
  writeFileSync(
    path.join(captcha, 'None.pm'),
    `package Lemonldap::NG::Portal::Captcha::None;
use Mouse;
extends 'Lemonldap::NG::Portal::Main::Plugin';
sub init { 1 }
1;
`,
  )
  const app = path.join(folder, 'portal.psgi')
  writeFileSync(
    app,
    `use Plack::Builder;
use Lemonldap::NG::Portal::Main;
builder {
  enable 'Static', path => sub { s{^/javascript/}{} }, root => '/usr/share/javascript/';
  enable 'Static', path => sub { s{^/static/}{} }, root => '/usr/share/lemonldap-ng/portal/htdocs/static/';
  Lemonldap::NG::Portal::Main->run({});
};
`,
  )
  let said = ''
  const server = spawn('plackup', ['--host', '127.0.0.1', '--port', String(port), '-E', 'deployment', app], {
    cwd: folder,
    env: { ...process.env, LLNG_DEFAULTCONFFILE: ini, PERL5LIB: path.join(folder, 'perl') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (/** @type {Buffer} */ words) => (said = (said + words.toString()).slice(0, 8000)))
  const ended = new Promise((resolve) => server.once('exit', resolve).once('error', resolve))
  const killNow = () => server.kill('SIGKILL')
  process.once('exit', killNow)
  const stop = async () => {
    process.off('exit', killNow)
    server.kill('SIGTERM')
    await ended
    if (process.env.IDP_SAYS) console.log(said)
  }
  for (let tries = 0; tries < 300; tries += 1) {
    if (await answers(url)) return { url, stop }
    if (server.exitCode !== null) break
    await pause(200)
  }
  await stop()
  throw new Error(`LemonLDAP::NG did not start:\n${said}`)
}

/** @returns {Promise<boolean>} */
async function answers(/** @type {string} */ url) {
  try {
    const response = await fetch(`${url}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(10_000),
    })
    return response.ok
  } catch {
    return false
  }
}

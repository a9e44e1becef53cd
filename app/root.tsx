import {
  isRouteErrorResponse,
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useLocation,
  useMatches,
  useRouteError,
} from '@remix-run/react'
import {
  data,
  type LinksFunction,
  type LoaderFunctionArgs,
  type HeadersFunction,
  type MetaFunction,
} from '@remix-run/node'
import type { ReactNode } from 'react'
import { LocaleProvider, textIn, useText } from './catalogue/text.ts'
import { can, onceProven } from './domain/people/can.ts'
import { ErrorPage, errorStatus } from './ui/error-page.tsx'
import { Flash } from './ui/flash.tsx'
import { useNonce } from './ui/nonce.ts'
import { Shell } from './ui/shell.tsx'
import { SHEET_ID, useSheet } from './ui/sheet.ts'
import type { Enhancement } from './vocabulary.ts'
import { useFrame, type Frame, type Handle } from './web/frame.ts'
import { forgetFlash, readFlash, type FlashKey } from './web/flash.server.ts'
import { themeIn } from './web/theme.ts'

export const links: LinksFunction = () => [
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
  { rel: 'alternate', href: '/feed.xml', type: 'application/atom+xml' },
]

/** An error's page says when to try again. */
export const headers: HeadersFunction = ({ errorHeaders }): HeadersInit => {
  const again = errorHeaders?.get('Retry-After')
  return again ? { 'Retry-After': again } : {}
}

/** Pages say their own; this is for errors, which have none. */
export const meta: MetaFunction = ({ error }) => {
  if (!error) return []
  const t = textIn('en')
  const status = errorStatus(isRouteErrorResponse(error) ? error.status : 500)
  return [{ title: t('shell.title', { page: t(`error.${status}.title`), campus: t('product') }) }]
}

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { app } = context
  const viewer = await context.viewer()
  const https = app.env.publicUrl.startsWith('https:')
  const flash = readFlash(request, https)
  const frame: Frame = {
    campus: app.env.campus.name,
    logo: app.brand.logo && {
      href: app.brand.logo.href,
      width: app.brand.logo.width,
      height: app.brand.logo.height,
    },
    locale: {
      language: 'en',
      zone: app.env.campus.zone,
      written: app.env.campus.language === 'simple' ? '' : app.env.campus.language,
    },
    now: app.clock.now(),
    theme: themeIn(request.headers.get('Cookie'), https),
    demo: app.env.demo ? { sandboxUrl: `http://localhost:${app.env.sandboxPort}/` } : null,
    viewer: viewer && { role: viewer.actor.role, desk: can(onceProven(viewer.actor), 'open-desk') },
    flash,
    scripts: context.scripts,
  }
  return data(frame, flash ? { headers: { 'Set-Cookie': forgetFlash } } : undefined)
}

export default function Root() {
  return (
    <Document>
      <Outlet />
    </Document>
  )
}

export function ErrorBoundary() {
  return (
    <Document failed>
      <Failure />
    </Document>
  )
}

function Failure() {
  const error = useRouteError()
  const t = useText()
  const nonce = useNonce()
  if (!isRouteErrorResponse(error)) return <ErrorPage status={500} {...(nonce ? { reference: nonce } : {})} />
  const reason = (error.data as { reason?: string } | null)?.reason
  return (
    <ErrorPage
      status={error.status}
      {...(reason ? { what: t(`refusal.${reason}` as 'refusal.no-such-page') } : {})}
    />
  )
}

/** What is said where nothing was changed. */
const NOT_DONE: ReadonlySet<FlashKey> = new Set(['vote-closed', 'no-voter', 'no-longer-asked'])

/** A visitor cannot vote yet, so is not sent what makes voting quick. */
function enhancements(handles: Array<Handle>, signedIn: boolean): Array<Enhancement> {
  const asked = new Set(handles.flatMap((handle) => handle.enhance ?? []))
  if (!signedIn) asked.delete('vote')
  return [...asked]
}

function Document({ failed = false, children }: { failed?: boolean; children: ReactNode }) {
  const frame = useFrame()
  const { pathname, search } = useLocation()
  const handles = useMatches().map((match) => (match.handle ?? {}) as Handle)
  const hydrate = handles.some((handle) => handle.hydrate)
  // What failed is not there to wait for.
  const paintAt = (failed ? undefined : handles.findLast((handle) => handle.paintAt)?.paintAt) ?? 'main'
  const nonce = useNonce()
  const locale = frame?.locale ?? { language: 'en', zone: 'UTC' }
  const t = textIn(locale.language)
  const theme = frame?.theme ?? 'system'
  return (
    <html lang={locale.language} data-theme={theme === 'system' ? undefined : theme}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={theme === 'system' ? 'light dark' : theme} />
        <Meta />
        <Links />
        {/* What stands above this shares its lines, and would move while it arrives: it is painted whole. */}
        <link rel="expect" href={`#${paintAt}`} {...{ blocking: 'render' }} />
        <style id={SHEET_ID} dangerouslySetInnerHTML={{ __html: useSheet() }} />
      </head>
      <body>
        <LocaleProvider value={locale}>
          <Shell
            campus={frame?.campus ?? t('product')}
            logo={frame?.logo ?? null}
            viewer={
              frame?.viewer ? { label: t(`viewer.${frame.viewer.role}`), desk: frame.viewer.desk } : null
            }
            here={handles.findLast((handle) => handle.here)?.here ?? null}
            path={`${pathname}${search}`}
            theme={theme}
            demo={frame?.demo ?? null}
            query={new URLSearchParams(search).get('q') ?? ''}
            wide={handles.some((handle) => handle.wide)}
          >
            {frame?.flash && (
              <Flash kind={NOT_DONE.has(frame.flash) ? 'info' : 'done'} said={frame.flash}>
                {t(`said.${frame.flash}`)}
              </Flash>
            )}
            {children}
          </Shell>
        </LocaleProvider>
        {!hydrate &&
          enhancements(handles, frame?.viewer !== null).map((name) => (
            <script
              key={name}
              type="module"
              src={frame?.scripts[name]}
              {...(name === 'vote'
                ? {
                    'data-back': t('vote.back'),
                    'data-backed': t('vote.backed'),
                    'data-undo': t('vote.undo'),
                  }
                : {})}
            />
          ))}
        {hydrate && (
          <>
            <ScrollRestoration {...(nonce ? { nonce } : {})} />
            <Scripts {...(nonce ? { nonce } : {})} />
          </>
        )}
      </body>
    </html>
  )
}

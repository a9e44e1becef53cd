import type { ReactNode } from 'react'
import { useText } from '#app/catalogue/text.ts'
import { Feed, Magnifier, QuadMark } from './icons.tsx'
import type { Place, Theme } from '#app/vocabulary.ts'
import { ThemeChoice } from './theme-choice.tsx'

export type Viewer = { label: string; desk: boolean }

export type ShellProps = {
  /** The campus's own name, as its people say it. */
  campus: string
  /** The campus's own sign, in place of ours. */
  logo?: { href: string; width: number; height: number } | null
  viewer: Viewer | null
  /** Which part of the site this page belongs to. */
  here?: Place | null
  /** Path and query of this page: where the theme choice and signing in return to. */
  path: string
  theme: Theme
  demo: { sandboxUrl: string } | null
  /** What was searched for, to stay in the box. */
  query?: string
  feedHref?: string
  /** The desk uses the whole width. */
  wide?: boolean
  children: ReactNode
}

export function Shell(props: ShellProps) {
  const {
    campus,
    logo,
    viewer,
    here,
    path,
    theme,
    demo,
    query,
    feedHref = '/feed.xml',
    wide,
    children,
  } = props
  const t = useText()
  const link = (place: Place, href: string, text: string) => (
    <a href={href} aria-current={here === place ? 'page' : undefined}>
      {text}
    </a>
  )
  return (
    <>
      <a className="skip" href="#main">
        {t('shell.skip')}
      </a>
      {demo && <DemoBanner sandboxUrl={demo.sandboxUrl} />}
      <header className="masthead">
        <div className="masthead-inner">
          <a className="wordmark" href="/" aria-label={t('shell.home', { campus })}>
            {logo ? <img src={logo.href} width={logo.width} height={logo.height} alt="" /> : <QuadMark />}
            <span>
              <bdi>{campus}</bdi> <b>{t('product')}</b>
            </span>
          </a>
          <nav className="main-nav" aria-label={t('shell.mainNav')}>
            {link('board', '/', t('shell.board'))}
            {link('resolved', '/resolved', t('shell.resolved'))}
            {link('departments', '/departments', t('shell.departments'))}
            {viewer?.desk && link('desk', '/desk', t('shell.desk'))}
          </nav>
          <form className="search" method="get" action="/" role="search">
            <input
              type="search"
              name="q"
              defaultValue={query}
              maxLength={200}
              aria-label={t('shell.search')}
              placeholder={t('shell.searchHint')}
            />
            <button aria-label={t('shell.searchGo')}>
              <Magnifier />
            </button>
          </form>
          <a className="button raise" href="/tickets/new">
            {t('shell.raise')}
          </a>
          <div className="account">
            {viewer ? (
              <form method="post" action="/sign-out">
                <a className="who" href="/me" aria-label={t('me.linkOf', { label: viewer.label })}>
                  <bdi>{viewer.label}</bdi>
                </a>
                <button className="plain">{t('shell.signOut')}</button>
              </form>
            ) : (
              link('sign-in', `/sign-in?back=${encodeURIComponent(path)}`, t('shell.signIn'))
            )}
          </div>
        </div>
      </header>
      <main id="main" className={wide ? 'wide' : undefined} tabIndex={-1}>
        {children}
      </main>
      <footer className="colophon">
        <div className="colophon-inner">
          <p>{t('shell.notEmergency')}</p>
          <p>
            <a href={feedHref}>
              <Feed /> {t('shell.feed')}
            </a>
          </p>
          <p>
            <a href="/accessibility">{t('shell.accessibility')}</a>
          </p>
          <p>
            <a href="/trust">{t('trust.link')}</a>
          </p>
          <p>
            <a href="/moderation">{t('moderation.link')}</a>
          </p>
          <p>
            <a href="/ledger">{t('ledger.link')}</a>
          </p>
          <ThemeChoice theme={theme} back={path} />
          <p className="software">{t('shell.software')}</p>
        </div>
      </footer>
    </>
  )
}

function DemoBanner({ sandboxUrl }: { sandboxUrl: string }) {
  const t = useText()
  return (
    <aside className="demo-banner" aria-label={t('shell.demo')}>
      <p>
        <strong>{t('shell.demo')}</strong>
        <a href={sandboxUrl}>{t('shell.demoSandbox')}</a>
        <a href="/demo/mail">{t('shell.demoMail')}</a>
      </p>
    </aside>
  )
}

import type { ReactNode } from 'react'
import { useLocale, useText, type Text } from '#app/catalogue/text.ts'
import type { SessionView } from '#app/domain/people/views.ts'
import { Button } from './button.tsx'
import { absolute, Time } from './time.tsx'

/** Where somebody is signed in; each can be ended by a form of its own. */
export function SessionList({
  sessions,
  now,
  action,
}: {
  sessions: ReadonlyArray<SessionView>
  now: Date
  action: string
}) {
  const t = useText()
  const locale = useLocale()
  return (
    <ul className="records">
      {sessions.map(({ handle, device, provider, createdAt, seenAt, strongAt, here }) => (
        <li key={handle}>
          <div>
            <b>
              {device}
              {here && ` · ${t('sessions.here')}`}
            </b>
            <dl>
              <Fact name={t('sessions.provider')}>{providerIn(t, provider)}</Fact>
              <Fact name={t('sessions.begun')}>
                <Time at={createdAt} />
              </Fact>
              <Fact name={t('sessions.seen')}>
                <Time at={seenAt} now={now} />
              </Fact>
              <Fact name={t('sessions.strong')}>
                {strongAt ? <Time at={strongAt} now={now} /> : t('sessions.never')}
              </Fact>
            </dl>
          </div>
          {!here && (
            <form method="post" action={action}>
              <input type="hidden" name="intent" value="end" />
              <Button
                name="session"
                value={handle}
                aria-label={t('sessions.endNamed', { device, seen: absolute(seenAt, 'moment', locale) })}
              >
                {t('sessions.end')}
              </Button>
            </form>
          )}
        </li>
      ))}
    </ul>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** A provider of the campus has a name of its own. */
function providerIn(t: Text, provider: string): string {
  return provider === 'mail' || provider === 'demo' ? t(`sessions.${provider}`) : provider
}

import type { ReactNode } from 'react'
import { useText } from '#app/catalogue/text.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { Time } from '#app/ui/time.tsx'
import type { ProviderKind, SignInFault } from '#app/vocabulary.ts'
import { useNow } from '#app/web/frame.ts'

export type ProviderView = {
  slug: string
  kind: ProviderKind
  name: string
  enabled: boolean
  from: 'file' | 'desk'
  /** What it must be told about us; null where too little is set up to know. */
  ours: Partial<Record<'redirect' | 'entity' | 'acs' | 'metadata' | 'service', string>> | null
  checkedAt: string | null
  troubleAt: string | null
  fault: SignInFault | null
  detail: string
}

/** One provider: how it is, what it must be told, and what can be done with it. */
export function ProviderPart({
  provider,
  action,
  facts,
  children,
}: {
  provider: ProviderView
  action: string
  /** What it said when it was asked just now. */
  facts: Record<string, string> | null
  children: ReactNode
}) {
  const t = useText()
  const { slug, kind, name, enabled, from, ours } = provider
  return (
    <Section title={name} id={`provider-${slug}`}>
      <p>
        {t(`providers.kind.${kind}`)} · <strong>{t(enabled ? 'providers.on' : 'providers.off')}</strong>
        {from === 'file' && ` · ${t('providers.fromFile')}`}
      </p>
      <HealthLine provider={provider} />
      {facts && (
        <dl className="facts">
          {Object.entries(facts).map(([fact, value]) => (
            <div key={fact}>
              <dt>{t(`providers.fact.${fact as 'issuer'}`)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {ours && (
        <>
          <h3>{t('providers.tell')}</h3>
          <dl className="facts">
            {Object.entries(ours).map(([what, value]) => (
              <div key={what}>
                <dt>{t(`providers.${what as keyof typeof ours}`)}</dt>
                <dd>
                  <code>{value}</code>
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <form method="post" action={action}>
        <input type="hidden" name="slug" value={slug} />
        <Button name="intent" value="check">
          {t('providers.check')}
        </Button>{' '}
        {ours && (
          <a className="button" href={`/sign-in/with/${slug}?test`} title={t('providers.testHint')}>
            {t('providers.test')}
          </a>
        )}{' '}
        {from === 'desk' && (
          <Button name="intent" value={enabled ? 'off' : 'on'}>
            {t(enabled ? 'providers.turnOff' : 'providers.turnOn')}
          </Button>
        )}
      </form>
      {children}
    </Section>
  )
}

function HealthLine({ provider: { name, checkedAt, troubleAt, fault, detail } }: { provider: ProviderView }) {
  const t = useText()
  const now = useNow()
  if (fault)
    return (
      <div className="error" role="alert">
        <p>
          {t(`signInFault.${fault}`, { provider: name })}
          {troubleAt && (
            <>
              {' '}
              (<Time at={new Date(troubleAt)} now={now} />)
            </>
          )}
        </p>
        {detail && <p>{t('providers.said', { detail })}</p>}
        <p>{t(`providers.remedy.${fault}`)}</p>
      </div>
    )
  return (
    <p>
      {checkedAt ? (
        <>
          {t('providers.well')} <Time at={new Date(checkedAt)} now={now} />
        </>
      ) : (
        t('providers.notAsked')
      )}
    </p>
  )
}

/** Our own code by mail, which is always there and may be switched off. */
export function MailWay({ on, action }: { on: boolean; action: string }) {
  const t = useText()
  return (
    <Section title={t('providers.kind.mail')} id="provider-mail">
      <p>
        <strong>{t(on ? 'providers.on' : 'providers.off')}</strong> · {t('providers.mailHint')}
      </p>
      <form method="post" action={action}>
        <input type="hidden" name="slug" value="mail" />
        <Button name="intent" value={on ? 'off' : 'on'}>
          {t(on ? 'providers.turnOff' : 'providers.turnOn')}
        </Button>
      </form>
    </Section>
  )
}

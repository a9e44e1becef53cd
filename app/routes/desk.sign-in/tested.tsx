import { useText } from '#app/catalogue/text.ts'
import { Section } from '#app/ui/columns.tsx'
import { Flash } from '#app/ui/flash.tsx'
import type { Affiliation, SignInFault } from '#app/vocabulary.ts'

type Sent = Record<string, Array<string>>

/** What a provider sent when an administrator tried it, and what would have come of it. */
export type TestView = {
  finished:
    | {
        kind: 'proven'
        issuer: string
        subject: string
        email: string | null
        affiliations: ReadonlyArray<Affiliation> | null
        ignored: Array<string>
        strong: boolean
        sent: Sent
      }
    | { kind: 'refused'; fault: SignInFault; detail: string; sent: Sent }
}

export function Tested({ test, name }: { test: TestView | null; name: string }) {
  const t = useText()
  if (!test)
    return (
      <div id="test">
        <Flash kind="info">{t('providers.tested.old')}</Flash>
      </div>
    )
  const { finished } = test
  const none = t('providers.tested.nothing')
  const taken =
    finished.kind === 'proven'
      ? [
          [t('providers.tested.subject'), `${finished.issuer} ${finished.subject}`],
          [t('providers.tested.email'), finished.email ?? none],
          [t('providers.tested.affiliations'), finished.affiliations?.join(', ') || none],
          [t('providers.tested.ignored'), finished.ignored.join(', ') || none],
          [t('providers.tested.strong'), t(finished.strong ? 'providers.tested.yes' : 'providers.tested.no')],
        ]
      : []
  return (
    <Section title={t('providers.tested.title', { name })} id="test">
      {finished.kind === 'proven' ? (
        <Flash kind="done">{t('providers.tested.good')}</Flash>
      ) : (
        <>
          <Flash kind="problem">
            {t('providers.tested.refused', { why: t(`signInFault.${finished.fault}`, { provider: name }) })}
          </Flash>
          <p>{t('providers.said', { detail: finished.detail })}</p>
          <p>{t(`providers.remedy.${finished.fault}`)}</p>
        </>
      )}
      <dl className="facts">
        {taken.map(([what, value]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <h3>{t('providers.tested.sent')}</h3>
      <dl className="facts">
        {Object.entries(finished.sent).map(([sent, values]) => (
          <div key={sent}>
            <dt>
              <code>{sent}</code>
            </dt>
            <dd>
              <bdi>{values.join(', ')}</bdi>
            </dd>
          </div>
        ))}
        {Object.keys(finished.sent).length === 0 && <div>{none}</div>}
      </dl>
    </Section>
  )
}

import type { ReactNode } from 'react'
import { useText } from '#app/catalogue/text.ts'
import type { AccountView } from '#app/outbound/views.ts'
import { dollars } from './account-policy.tsx'
import { Check, Warning } from './icons.tsx'
import { SourceMark } from './source-mark.tsx'
import { Time } from './time.tsx'

/** One account of ours on a network: does it listen, does it speak, and if not, what to do. */
export function ChannelAccount({
  account,
  now,
  children,
}: {
  account: AccountView
  now: Date
  children?: ReactNode
}) {
  const t = useText()
  const { trouble } = account
  const connected = account.state === 'connected'
  const when = (at: Date | null) => (at ? <Time at={at} now={now} /> : t('channel.never'))
  return (
    <article className="account-card" data-state={account.state} aria-labelledby={`account-${account.id}`}>
      <header>
        <h2 id={`account-${account.id}`}>
          <SourceMark source={account.channel} /> <bdi>@{account.handle}</bdi>
        </h2>
        <p className="account-state">
          {connected ? <Check /> : <Warning />} {t(`channel.state.${account.state}`)}
        </p>
      </header>
      <dl>
        <div>
          <dt>{t('channel.serves')}</dt>
          <dd>
            <bdi>{account.department?.name ?? t('channel.wholeCampus')}</bdi>
          </dd>
        </div>
        <div>
          <dt>{t('channel.lastRead')}</dt>
          <dd>{when(account.lastReadAt)}</dd>
        </div>
        <div>
          <dt>{t('channel.lastSent')}</dt>
          <dd>{when(account.lastSentAt)}</dd>
        </div>
        <div>
          <dt>{t('channel.queue')}</dt>
          <dd>{account.queued}</dd>
        </div>
        <div>
          <dt>{t('channel.parked')}</dt>
          <dd>{account.parked}</dd>
        </div>
        {(['read', 'send'] as const).map((what) => {
          const told = account.allowances[what]
          return (
            told && (
              <div key={what}>
                <dt>{t(`channel.left.${what}`)}</dt>
                <dd>
                  {t('channel.leftOf', { left: String(told.left), of: String(told.of) })}{' '}
                  <Time at={told.until} now={now} />
                </dd>
              </div>
            )
          )
        })}
        {account.spent !== null && (
          <div>
            <dt>{t('channel.spent')}</dt>
            <dd>
              {account.policy.cap === null
                ? dollars(account.spent)
                : t('channel.spentOf', {
                    spent: dollars(account.spent),
                    cap: dollars(account.policy.cap * 10_000),
                  })}
            </dd>
          </div>
        )}
      </dl>
      {trouble && (
        <div className="trouble">
          <p>
            <strong>{t('channel.trouble')}:</strong> {trouble.reason} <Time at={trouble.at} now={now} />
          </p>
          <p>
            <strong>{t('channel.remedy')}:</strong>{' '}
            {connected
              ? t(account.trouble?.until ? 'channel.remedyWait' : 'channel.remedyLater')
              : t('channel.remedySignIn')}
            {trouble.until && (
              <>
                {' '}
                {t('delivery.retryAt')} <Time at={trouble.until} now={now} />.
              </>
            )}
          </p>
        </div>
      )}
      {account.state === 'disconnected' && <p>{t('channel.remedyDisconnected')}</p>}
      {children}
    </article>
  )
}

export function AccountList({ children }: { children: ReactNode }) {
  return <div className="accounts">{children}</div>
}

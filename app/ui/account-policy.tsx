import type { Text } from '#app/catalogue/text.ts'
import { useText } from '#app/catalogue/text.ts'
import type { AccountView } from '#app/outbound/views.ts'
import { Button } from './button.tsx'
import { SelectField, TextField } from './field.tsx'
import { Warning } from './icons.tsx'

/** Millionths of a dollar, as people write money. */
export const dollars = (millionths: number): string => `$${(millionths / 1_000_000).toFixed(2)}`

/** Minutes of the day, as a clock shows them. */
export const clockTime = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')

/** What an account may do, in sentences. */
function sentences(t: Text, { policy, channel, spent }: AccountView): Array<string> {
  const network = t(`source.${channel}`)
  return [
    t(`policy.does.${policy.mirror}`, { network }),
    t(policy.links ? 'policy.doesLink' : 'policy.doesNotLink'),
    policy.quiet
      ? t('policy.isQuiet', { from: clockTime(policy.quiet.from), until: clockTime(policy.quiet.until) })
      : t('policy.neverQuiet'),
    ...(spent === null
      ? []
      : [
          policy.cap === null
            ? t('policy.uncapped')
            : t('policy.capped', { cap: dollars(policy.cap * 10_000) }),
        ]),
    ...(policy.hashtags.length > 0
      ? [t('policy.tags', { tags: policy.hashtags.map((tag) => `#${tag}`).join(' ') })]
      : []),
  ]
}

export type PolicyErrors = Partial<Record<'quietFrom' | 'quietUntil' | 'cap' | 'hashtags', Array<string>>>

/** What an account may do, and the form that changes it. Posts `intent` policy with `account`. */
export function AccountPolicy({
  account,
  errors,
  action,
}: {
  account: AccountView
  /** Present when the form came back. */
  errors?: PolicyErrors | undefined
  action: string
}) {
  const t = useText()
  const { id, policy, channel } = account
  const field = (name: string) => ({ id: `${name}-${id}`, name })
  const at = (minutes: number | undefined) => (minutes === undefined ? '' : clockTime(minutes))
  return (
    <div className="policy">
      <ul>
        {sentences(t, account).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {account.manages && (
        <details open={errors !== undefined}>
          <summary>
            {t('policy.change')} <span className="unseen">{t('channel.of', { handle: account.handle })}</span>
          </summary>
          <form method="post" action={action} className="form" noValidate>
            <input type="hidden" name="account" value={id} />
            <SelectField
              {...field('mirror')}
              label={t('policy.mirror')}
              defaultValue={policy.mirror}
              hint={channel === 'x' ? t('policy.mirrorHintX') : undefined}
              options={policy.offered.map((mirror) => ({ value: mirror, text: t(`policy.${mirror}`) }))}
            />
            <SelectField
              {...field('links')}
              label={t('policy.links')}
              defaultValue={policy.links ? 'yes' : 'no'}
              hint={account.spent === null ? undefined : t('policy.linksHint')}
              options={[
                { value: 'no', text: t('policy.linksNo') },
                { value: 'yes', text: t('policy.linksYes') },
              ]}
            />
            <TextField
              {...field('quietFrom')}
              type="time"
              label={t('policy.quietFrom')}
              hint={t('policy.quietHint')}
              errors={errors?.quietFrom ?? []}
              defaultValue={at(policy.quiet?.from)}
              optional
            />
            <TextField
              {...field('quietUntil')}
              type="time"
              label={t('policy.quietUntil')}
              errors={errors?.quietUntil ?? []}
              defaultValue={at(policy.quiet?.until)}
              optional
            />
            {account.spent !== null && (
              <TextField
                {...field('cap')}
                label={t('policy.cap')}
                hint={t('policy.capHint')}
                inputMode="decimal"
                errors={errors?.cap ?? []}
                defaultValue={policy.cap === null ? '' : (policy.cap / 100).toFixed(2)}
                optional
              />
            )}
            <TextField
              {...field('hashtags')}
              label={t('policy.hashtags')}
              hint={t('policy.hashtagsHint')}
              errors={errors?.hashtags ?? []}
              defaultValue={policy.hashtags.join(', ')}
              optional
            />
            <Button type="submit" name="intent" value="policy">
              {t('policy.save')}
            </Button>
          </form>
        </details>
      )}
    </div>
  )
}

/** Reminds of the label that a network asks automated accounts to carry. Posts `intent` labelled with `account`. */
export function LabelReminder({ account, action }: { account: AccountView; action: string }) {
  const t = useText()
  const network = t(`source.${account.channel}`)
  return (
    <form method="post" action={action} className="label-reminder">
      <input type="hidden" name="account" value={account.id} />
      <p>
        <Warning /> {t('channel.label', { network })}
      </p>
      <Button type="submit" name="intent" value="labelled">
        {t('channel.labelDone')} <span className="unseen">{t('channel.of', { handle: account.handle })}</span>
      </Button>
    </form>
  )
}

/** Connecting an account again, and disconnecting it. Posts `intent` disconnect with `account`. */
export function AccountActions({
  account,
  action,
  connectHref,
}: {
  account: AccountView
  action: string
  /** Where it is connected again. */
  connectHref: string
}) {
  const t = useText()
  const of = <span className="unseen">{t('channel.of', { handle: account.handle })}</span>
  return (
    <div className="account-actions">
      <a className="button" href={connectHref}>
        {t('channel.reconnect')} {of}
      </a>
      {account.state !== 'disconnected' && (
        <details>
          <summary>
            {t('channel.disconnect')} {of}
          </summary>
          <form method="post" action={action}>
            <input type="hidden" name="account" value={account.id} />
            <p>{t('channel.disconnectHint', { network: t(`source.${account.channel}`) })}</p>
            <Button type="submit" name="intent" value="disconnect">
              {t('channel.disconnectNow')} {of}
            </Button>
          </form>
        </details>
      )}
    </div>
  )
}

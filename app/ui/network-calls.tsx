import { useText } from '#app/catalogue/text.ts'
import type { CallsView } from '#app/inbound/views.ts'
import { Button } from './button.tsx'
import { Section } from './columns.tsx'
import { Flash } from './flash.tsx'
import { Check, Warning } from './icons.tsx'

/** Whether a network calls us, about whom, and the button that has it do so. */
export function NetworkCalls({
  calls,
  action,
  problems,
}: {
  calls: CallsView
  action: string
  problems: ReadonlyArray<string>
}) {
  const t = useText()
  const { channel, state, reason, others, accounts } = calls
  const network = t(`source.${channel}`)
  const registered = state === 'valid' || state === 'invalid'
  return (
    <Section title={t('calls.title', { network })} id={`calls-${channel}`}>
      {problems.map((problem) => (
        <Flash key={problem} kind="problem">
          {t('calls.failed', { network, reason: problem })}
        </Flash>
      ))}
      <p className="hint">{t('calls.hint', { network })}</p>
      <p>
        {t('calls.address')} <code>{calls.url}</code>
      </p>
      <p>
        {state === 'valid' ? <Check /> : <Warning />}{' '}
        {t(`calls.state.${state}`, { network, reason: reason ?? '' })}
      </p>
      {others.length > 0 && <p>{t('calls.others', { network, addresses: others.join(', ') })}</p>}
      {registered && (
        <ul>
          {accounts.map(({ handle, told }) => (
            <li key={handle}>
              {told ? <Check /> : <Warning />} {t(told ? 'calls.told' : 'calls.untold', { handle })}
            </li>
          ))}
        </ul>
      )}
      {registered && accounts.length === 0 && <p>{t('calls.nobody')}</p>}
      {calls.mayRegister && (
        <form method="post" action={action}>
          <input type="hidden" name="channel" value={channel} />
          <Button type="submit" name="intent" value="calls">
            {registered ? t('calls.again') : t('calls.register', { network })}
          </Button>
        </form>
      )}
    </Section>
  )
}

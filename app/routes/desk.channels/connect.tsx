import { getFormProps, useForm, type SubmissionResult } from '@conform-to/react'
import { useText } from '#app/catalogue/text.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { SelectField, TextField } from '#app/ui/field.tsx'
import { Flash } from '#app/ui/flash.tsx'
import { sayErrors } from '#app/web/forms.ts'
import type { ChannelId } from '#app/vocabulary.ts'
import { CREDENTIALS } from './form.ts'

/** The form that connects an account of one network. */
export function Connect({
  channel,
  owners,
  lastResult,
}: {
  channel: ChannelId
  /** Whom the account may answer for. */
  owners: Array<{ value: string; text: string }>
  lastResult: SubmissionResult<Array<string>> | null
}) {
  const t = useText()
  const [form, fields] = useForm<Record<string, string>>({
    id: `connect-${channel}`,
    lastResult,
    defaultValue: { department: owners[0]?.value ?? '' },
  })
  const network = t(`source.${channel}`)
  const { department } = fields
  return (
    <Section title={t('channel.connect', { network })} id={`connect-${channel}-title`}>
      {form.errors?.map((error) => (
        <Flash key={error} kind="problem">
          {t('channel.connectFailed', { network, reason: error })}
        </Flash>
      ))}
      <form method="post" action="/desk/channels" className="form" {...getFormProps(form)}>
        <p className="hint">{t(`channel.connectHint.${channel}`)}</p>
        <input type="hidden" name="channel" value={channel} />
        {CREDENTIALS[channel].map(({ name, secret }) => (
          <TextField
            key={name}
            id={fields[name]!.id}
            name={name}
            type={secret ? 'password' : 'text'}
            label={t(`channel.credential.${name}`)}
            errors={sayErrors(t, fields[name]!.errors)}
            autoComplete="off"
            required
          />
        ))}
        <SelectField
          id={department!.id}
          name="department"
          label={t('channel.serves')}
          errors={sayErrors(t, department!.errors)}
          defaultValue={department!.initialValue ?? owners[0]?.value}
          options={owners}
        />
        <Button type="submit" name="intent" value="connect">
          {t('channel.connect', { network })}
        </Button>
      </form>
    </Section>
  )
}

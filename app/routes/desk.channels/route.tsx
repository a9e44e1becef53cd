import { data, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { useForm } from '@conform-to/react'
import { parseWithZod } from '@conform-to/zod/v4'
import { z } from 'zod'
import { textIn, useText } from '#app/catalogue/text.ts'
import { listDepartments } from '#app/domain/departments/read.server.ts'
import { connectAccount } from '#app/outbound/connect.server.ts'
import { decide, DECISIONS } from '#app/outbound/decide.server.ts'
import { readAccounts, readDeliveries } from '#app/outbound/overview.server.ts'
import { Refusal } from '#app/platform/errors.ts'
import { useNow } from '#app/web/frame.ts'
import { Button } from '#app/ui/button.tsx'
import { AccountList, ChannelAccount } from '#app/ui/channel-account.tsx'
import { Section } from '#app/ui/columns.tsx'
import { DeliveryList } from '#app/ui/delivery-row.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { SelectField, TextField } from '#app/ui/field.tsx'
import { Flash } from '#app/ui/flash.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { open, requireAdmin, requireStaff, seeOther } from '#app/web/door.server.ts'
import { choice, line, sayErrors } from '#app/web/forms.ts'

export const meta: MetaFunction = () => [{ title: textIn('en')('pageTitle.channels') }]

const ConnectForm = z.object({
  accessToken: line({ max: 200 }),
  accessSecret: line({ max: 200 }),
  department: z.coerce.number(choice('unknownDepartment')).int().positive().optional(),
})

export const loader = open(async (door) => {
  const actor = requireStaff(door)
  const { campus } = door
  const [desk, accounts, deliveries, departments] = await Promise.all([
    readDesk(door, actor),
    readAccounts(campus, actor),
    readDeliveries(campus, actor),
    listDepartments(campus),
  ])
  return { desk, accounts, deliveries, departments }
})

export const action = open(async (door) => {
  const actor = requireStaff(door)
  const { app, campus } = door
  const form = await door.request.formData()
  const intent = form.get('intent')
  if (intent === 'connect') {
    requireAdmin(door)
    const submission = parseWithZod(form, { schema: ConnectForm })
    // Secrets are not sent back into the page.
    if (submission.status !== 'success')
      return data(submission.reply({ hideFields: ['accessToken', 'accessSecret'] }), { status: 400 })
    const { department, ...credentials } = submission.value
    const result = await connectAccount(campus, app.networks, {
      channel: 'x',
      credentials: JSON.stringify(credentials),
      departmentId: department ?? null,
    })
    if (result.kind === 'failed') {
      return data(
        submission.reply({ formErrors: [result.reason], hideFields: ['accessToken', 'accessSecret'] }),
        { status: 400 },
      )
    }
    throw seeOther('/desk/channels', 'account-added')
  }
  const decision = DECISIONS.find((known) => known === intent)
  const id = String(form.get('delivery') ?? '')
  if (!decision || !/^\d{1,18}$/.test(id)) throw new Refusal('invalid', 'bad-form')
  await decide(campus, actor, BigInt(id), decision)
  await app.queue.wake('deliver')
  throw seeOther('/desk/channels', decision === 'retry' ? 'delivery-retried' : 'delivery-settled')
})

export default function Channels() {
  const { desk, accounts, deliveries, departments } = useLoaderData<typeof loader>()
  const lastResult = useActionData<typeof action>()
  const now = useNow()
  const t = useText()
  const [form, { accessToken, accessSecret, department }] = useForm({
    id: 'connect',
    lastResult: lastResult ?? null,
    defaultValue: { accessToken: '', accessSecret: '', department: '' },
  })
  return (
    <DeskShell here="channels" {...desk}>
      <PageTitle title={t('desk.channelsTitle')} intro={t('desk.channelsIntro')} />
      {accounts.length > 0 ? (
        <AccountList>
          {accounts.map((account) => (
            <ChannelAccount key={account.id} account={account} now={now} />
          ))}
        </AccountList>
      ) : (
        <EmptyState title={t('desk.channelsEmpty')} hint={t('desk.channelsEmptyHint')} />
      )}
      <Section title={t('channel.deliveries')} id="deliveries">
        <DeliveryList deliveries={deliveries} now={now} action="/desk/channels" />
      </Section>
      {desk.admin && (
        <Section title={t('channel.connect')} id="connect-title">
          {form.errors?.map((error) => (
            <Flash key={error} kind="problem">
              {t('channel.connectFailed', { reason: error })}
            </Flash>
          ))}
          <form method="post" action="/desk/channels" className="form" noValidate id={form.id}>
            <p className="hint">{t('channel.connectHint')}</p>
            <TextField
              id={accessToken.id}
              name={accessToken.name}
              label={t('channel.accessToken')}
              errors={sayErrors(t, accessToken.errors)}
              autoComplete="off"
              required
            />
            <TextField
              id={accessSecret.id}
              name={accessSecret.name}
              type="password"
              label={t('channel.accessSecret')}
              errors={sayErrors(t, accessSecret.errors)}
              autoComplete="off"
              required
            />
            <SelectField
              id={department.id}
              name={department.name}
              label={t('channel.serves')}
              errors={sayErrors(t, department.errors)}
              defaultValue={department.initialValue ?? ''}
              options={[
                { value: '', text: t('channel.wholeCampus') },
                ...departments.map(({ id, name }) => ({ value: String(id), text: name })),
              ]}
            />
            <Button type="submit" name="intent" value="connect">
              {t('channel.connect')}
            </Button>
          </form>
        </Section>
      )}
    </DeskShell>
  )
}

import { data, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { parseWithZod } from '@conform-to/zod/v4'
import { textIn, useText } from '#app/catalogue/text.ts'
import { listDepartments } from '#app/domain/departments/read.server.ts'
import { connectAccount } from '#app/outbound/connect.server.ts'
import { decide, DECISIONS } from '#app/outbound/decide.server.ts'
import { readAccounts, readDeliveries } from '#app/outbound/overview.server.ts'
import { Refusal } from '#app/platform/errors.ts'
import { useNow } from '#app/web/frame.ts'
import { AccountList, ChannelAccount } from '#app/ui/channel-account.tsx'
import { Section } from '#app/ui/columns.tsx'
import { DeliveryList } from '#app/ui/delivery-row.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { open, requireAdmin, requireStaff, seeOther } from '#app/web/door.server.ts'
import { Connect } from './connect.tsx'
import { ConnectForm, HIDDEN } from './form.ts'

export const meta: MetaFunction = () => [{ title: textIn('en')('pageTitle.channels') }]

export const loader = open(async (door) => {
  const actor = requireStaff(door)
  const { campus } = door
  const [desk, accounts, deliveries, departments] = await Promise.all([
    readDesk(door, actor),
    readAccounts(campus, actor),
    readDeliveries(campus, actor),
    listDepartments(campus),
  ])
  return { desk, accounts, deliveries, departments, channels: [...door.app.networks.keys()] }
})

export const action = open(async (door) => {
  const actor = requireStaff(door)
  const { app, campus } = door
  const form = await door.request.formData()
  const intent = form.get('intent')
  if (intent === 'connect') {
    requireAdmin(door)
    const submission = parseWithZod(form, { schema: ConnectForm })
    const sendBack = (reply: Parameters<typeof submission.reply>[0]) =>
      data(
        {
          channel: String(form.get('channel')),
          // Secrets are not sent back into the page.
          result: submission.reply({ ...reply, hideFields: HIDDEN }),
        },
        { status: 400 },
      )
    if (submission.status !== 'success') return sendBack({})
    const { channel, department, ...credentials } = submission.value
    const connected = await connectAccount(campus, app.networks, {
      channel,
      credentials: JSON.stringify(credentials),
      departmentId: department ?? null,
    })
    if (connected.kind === 'failed') return sendBack({ formErrors: [connected.reason] })
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
  const { desk, accounts, deliveries, departments, channels } = useLoaderData<typeof loader>()
  const lastResult = useActionData<typeof action>()
  const now = useNow()
  const t = useText()
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
      {desk.admin &&
        channels.map((channel) => (
          <Connect
            key={channel}
            channel={channel}
            departments={departments}
            lastResult={lastResult?.channel === channel ? lastResult.result : null}
          />
        ))}
    </DeskShell>
  )
}

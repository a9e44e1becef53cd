import { data } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { parseWithZod } from '@conform-to/zod/v4'
import { useText } from '#app/catalogue/text.ts'
import { connectAccount, disconnectAccount, noteLabel, savePolicy } from '#app/outbound/connect.server.ts'
import { readCalls, registerCalls } from '#app/inbound/calls.server.ts'
import { decide, DECISIONS } from '#app/outbound/decide.server.ts'
import { readAccounts, readDeliveries } from '#app/outbound/overview.server.ts'
import { can } from '#app/domain/people/can.ts'
import { notAllowed, Refusal } from '#app/platform/errors.ts'
import { CHANNELS } from '#app/vocabulary.ts'
import { useNow } from '#app/web/frame.ts'
import { AccountActions, AccountPolicy, LabelReminder } from '#app/ui/account-policy.tsx'
import { AccountList, ChannelAccount } from '#app/ui/channel-account.tsx'
import { Section } from '#app/ui/columns.tsx'
import { DeliveryList } from '#app/ui/delivery-row.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { NetworkCalls } from '#app/ui/network-calls.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { open, seeOther } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { sayErrors } from '#app/web/forms.ts'
import { Connect } from './connect.tsx'
import { accountId, ConnectForm, HIDDEN, PolicyForm } from './form.ts'

export const meta = titled('channels')

const HERE = '/desk/channels'

const WHOLE_CAMPUS = { departmentId: null }

export const loader = open('open-desk', async (door) => {
  const actor = door.viewer
  const { app, campus } = door
  const wholeCampus = can(actor, 'manage-accounts', WHOLE_CAMPUS)
  const [desk, accounts, deliveries, calls] = await Promise.all([
    readDesk(door, actor),
    readAccounts(campus, app.networks, actor),
    readDeliveries(campus, actor),
    actor.role === 'admin' ? readCalls(campus, app.networks, app.env.publicUrl) : [],
  ])
  return {
    desk,
    accounts,
    deliveries,
    calls,
    ways: {
      /** On X's own page. */
      x: app.networks.get('x')?.signIn !== undefined,
      /** By what is typed in here. */
      typed: [...app.networks.keys()].filter(
        (channel) => channel !== 'x' || (wholeCampus && Boolean(app.env.x?.appKey)),
      ),
    },
    wholeCampus,
  }
})

export const action = open('open-desk', async (door) => {
  const actor = door.viewer
  const { app, campus } = door
  const form = await door.request.formData()
  const intent = String(form.get('intent') ?? '')
  switch (intent) {
    case 'connect': {
      const submission = parseWithZod(form, { schema: ConnectForm })
      const sendBack = (reply: Parameters<typeof submission.reply>[0]) =>
        data(
          {
            intent,
            about: String(form.get('channel')),
            // Secrets are not sent back into the page.
            result: submission.reply({ ...reply, hideFields: HIDDEN }),
          },
          { status: 400 },
        )
      if (submission.status !== 'success') return sendBack({})
      const { channel, department, ...credentials } = submission.value
      // Tokens are copied from the app's own page at X, which only administrators see.
      if (channel === 'x' && !can(actor, 'manage-accounts', WHOLE_CAMPUS)) throw notAllowed('admin-only')
      const connected = await connectAccount(
        campus,
        app.networks,
        { channel, credentials: JSON.stringify(credentials), departmentId: department ?? null },
        actor,
      )
      if (connected.kind === 'failed') return sendBack({ formErrors: [connected.reason] })
      await app.queue.wake('deliver')
      throw seeOther(HERE, 'account-added')
    }
    case 'policy': {
      const submission = parseWithZod(form, { schema: PolicyForm })
      if (submission.status !== 'success')
        return data(
          { intent, about: String(form.get('account')), result: submission.reply() },
          { status: 400 },
        )
      const { account, mirror, links, quietFrom, quietUntil, cap, hashtags } = submission.value
      const quiet =
        quietFrom === undefined || quietUntil === undefined ? null : { from: quietFrom, until: quietUntil }
      const policy = { mirror, links: links === 'yes', quiet, cap: cap ?? null, hashtags }
      await savePolicy(campus, actor, account, policy)
      await app.queue.wake('deliver')
      throw seeOther(HERE, 'account-changed')
    }
    case 'calls': {
      if (!can(actor, 'manage-accounts', WHOLE_CAMPUS)) throw notAllowed('admin-only')
      const channel = CHANNELS.find((known) => known === form.get('channel'))
      if (!channel) throw new Refusal('invalid', 'bad-form')
      const problems = await registerCalls(campus, app.networks, app.env.publicUrl, channel)
      if (problems.length > 0)
        return data({ intent, about: channel, result: { error: { '': problems } } }, { status: 502 })
      throw seeOther(HERE, 'calls-registered')
    }
    case 'labelled':
      await noteLabel(campus, actor, idOf(form))
      throw seeOther(HERE, 'account-changed')
    case 'disconnect':
      await disconnectAccount(campus, actor, idOf(form))
      throw seeOther(HERE, 'account-disconnected')
  }
  const decision = DECISIONS.find((known) => known === intent)
  const id = String(form.get('delivery') ?? '')
  if (!decision || !/^\d{1,18}$/.test(id)) throw new Refusal('invalid', 'bad-form')
  await decide(campus, actor, BigInt(id), decision)
  await app.queue.wake('deliver')
  throw seeOther(HERE, decision === 'retry' ? 'delivery-retried' : 'delivery-settled')
})

function idOf(form: FormData): number {
  const { data: id } = accountId.safeParse(form.get('account'))
  if (id === undefined) throw new Refusal('invalid', 'bad-form')
  return id
}

export default function Channels() {
  const { desk, accounts, deliveries, calls, ways, wholeCampus } = useLoaderData<typeof loader>()
  const wrong = useActionData<typeof action>()
  const now = useNow()
  const t = useText()
  const owners = [
    ...(wholeCampus ? [{ value: '', text: t('channel.wholeCampus') }] : []),
    ...desk.departments.map(({ id, name }) => ({ value: String(id), text: name })),
  ]
  /** What of a form came back, and from which. */
  const cameBack = (intent: string, about: string | number) =>
    wrong?.intent === intent && wrong.about === String(about) ? wrong.result : null
  const policyErrors = (id: number) => {
    const errors = cameBack('policy', id)?.error
    const of = (field: string) => [
      ...new Set(
        Object.entries(errors ?? {}).flatMap(([name, said]) =>
          name.startsWith(field) ? sayErrors(t, said ?? []) : [],
        ),
      ),
    ]
    return errors
      ? { quietFrom: of('quietFrom'), quietUntil: of('quietUntil'), cap: of('cap'), hashtags: of('hashtags') }
      : undefined
  }
  return (
    <DeskShell here="channels" {...desk}>
      <PageTitle title={t('desk.channelsTitle')} intro={t('desk.channelsIntro')} />
      {accounts.length > 0 ? (
        <AccountList>
          {accounts.map((account) => (
            <ChannelAccount key={account.id} account={account} now={now}>
              {account.manages && account.wantsLabel && <LabelReminder account={account} action={HERE} />}
              <AccountPolicy account={account} action={HERE} errors={policyErrors(account.id)} />
              {account.manages && (
                <AccountActions
                  account={account}
                  action={HERE}
                  connectHref={
                    account.signsInThere
                      ? `${HERE}/${account.channel}/connect?account=${account.id}`
                      : `#connect-${account.channel}-title`
                  }
                />
              )}
            </ChannelAccount>
          ))}
        </AccountList>
      ) : (
        <EmptyState title={t('desk.channelsEmpty')} hint={t('desk.channelsEmptyHint')} />
      )}
      <Section title={t('channel.deliveries')} id="deliveries">
        <DeliveryList deliveries={deliveries} now={now} action={HERE} />
      </Section>
      {calls.map((view) => (
        <NetworkCalls
          key={view.channel}
          calls={view}
          action={HERE}
          problems={cameBack('calls', view.channel)?.error?.[''] ?? []}
        />
      ))}
      {ways.x && (
        <Section title={t('channel.connectThere', { network: t('source.x') })} id="connect-there">
          <p className="hint">{t('channel.connectThereHint', { network: t('source.x') })}</p>
          <ul className="connect">
            {owners.map(({ value, text }) => (
              <li key={value}>
                <a className="button" href={`${HERE}/x/connect${value ? `?department=${value}` : ''}`}>
                  {t('channel.connectThereFor', { network: t('source.x'), department: text })}
                </a>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {ways.typed.map((channel) => (
        <Connect key={channel} channel={channel} owners={owners} lastResult={cameBack('connect', channel)} />
      ))}
      {!ways.x && ways.typed.length === 0 && (
        <EmptyState title={t('desk.channelsEmpty')} hint={t('channel.nothingToConnect')} />
      )}
    </DeskShell>
  )
}

import { parseWithZod } from '@conform-to/zod/v4'
import { useActionData, useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { can, PROVEN_WITHIN } from '#app/domain/people/can.ts'
import { decideUnmasking, lookBehind, readRequests } from '#app/domain/privacy/unmask.server.ts'
import type { Unmasked, UnmaskingRequest } from '#app/domain/privacy/views.ts'
import { Refusal } from '#app/platform/errors.ts'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { Behind } from '#app/ui/behind.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { TextArea } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Time } from '#app/ui/time.tsx'
import { askProof, open, seeOther } from '#app/web/door.server.ts'
import { useNow } from '#app/web/frame.ts'
import { titled } from '#app/web/page-title.ts'
import { UnmaskForm } from './form.ts'

export const meta = titled('unmasking')

export const loader = open('open-desk', async (door) => {
  const [desk, requests] = await Promise.all([
    readDesk(door, door.viewer),
    readRequests(door.campus, door.viewer),
  ])
  return { desk, ...requests, decides: can(door.viewer, 'decide-unmasking', { askedBy: null }) }
})

export const action = open('open-desk', async (door): Promise<Unmasked> => {
  const { campus, request, viewer } = door
  const sent = await request.formData()
  const submission = parseWithZod(sent, { schema: UnmaskForm })
  if (submission.status !== 'success') throw new Refusal('invalid', 'bad-form')
  const form = submission.value
  // Deciding and looking both lead to who somebody is.
  await askProof(door, PROVEN_WITHIN['decide-unmasking'], sent)
  switch (form.intent) {
    case 'look':
      // Told in the answer to a press, and nowhere else: looking once is written down once.
      return lookBehind(campus, viewer, form.id)
    case 'grant':
    case 'refuse':
      await decideUnmasking(campus, viewer, {
        id: form.id,
        granted: form.intent === 'grant',
        barredWhy: form.intent === 'grant' ? (form.barredWhy ?? null) : null,
      })
      throw seeOther('/desk/privacy', 'unmasking-decided')
  }
})

export default function Privacy() {
  const { desk, mine, all, decides } = useLoaderData<typeof loader>()
  const unmasked = useActionData<typeof action>()
  const t = useText()
  const list = (requests: Array<UnmaskingRequest>, empty: string) =>
    requests.length === 0 ? (
      <p>{empty}</p>
    ) : (
      <ul className="requests">
        {requests.map((request) => (
          <Request
            key={request.id}
            request={request}
            decides={decides}
            unmasked={unmasked?.id === request.id ? unmasked : null}
          />
        ))}
      </ul>
    )
  return (
    <DeskShell here="privacy" {...desk}>
      <PageTitle title={t('unmask.title')} intro={t('unmask.intro')} />
      {all && (
        <Section title={t('unmask.openTitle')} id="open">
          {list(
            all.filter(({ decidedAt }) => decidedAt === null),
            t('unmask.openEmpty'),
          )}
        </Section>
      )}
      <Section title={t('unmask.mineTitle')} id="mine">
        {list(
          // What waits for a second person stands above already, for whoever sees that.
          mine.filter(({ decidedAt }) => !all || decidedAt !== null),
          t('unmask.mineEmpty'),
        )}
      </Section>
      {all && (
        <Section title={t('unmask.historyTitle')} id="history">
          {list(
            all.filter(({ decidedAt, mine }) => decidedAt !== null && !mine),
            t('unmask.historyEmpty'),
          )}
        </Section>
      )}
    </DeskShell>
  )
}

function Request(props: { request: UnmaskingRequest; decides: boolean; unmasked: Unmasked | null }) {
  const { request, decides, unmasked } = props
  const now = useNow()
  const t = useText()
  const { askedBy } = request
  const role = askedBy ? t(`viewer.${askedBy.role}`) : t('me.someone')
  return (
    <li className="request">
      <h3>
        {t('unmask.about', { name: request.name })}{' '}
        <a href={`/desk/tickets/${request.ticketNumber}`}>
          {t('ticket.number', { number: String(request.ticketNumber) })}
        </a>
      </h3>
      <p className="hint">
        {askedBy?.email
          ? t('unmask.askedByMail', { role, mail: askedBy.email })
          : t('unmask.askedBy', { role })}
        , <Time at={request.askedAt} now={now} />
      </p>
      <blockquote dir="auto">{request.reason}</blockquote>
      {request.decidedAt === null ? (
        <>
          {!decides || request.mine ? (
            <p>{t(decides ? 'unmask.own' : 'unmask.waiting')}</p>
          ) : (
            <form method="post" action="/desk/privacy" className="form">
              <input type="hidden" name="id" value={request.id} />
              <TextArea
                id={`barred-${request.id}`}
                name="barredWhy"
                label={t('unmask.barred')}
                hint={t('unmask.barredHint')}
                rows={2}
                optional
              />
              <div className="form-actions">
                <Button type="submit" name="intent" value="grant">
                  {t('unmask.grant')}
                </Button>
                <Button type="submit" name="intent" value="refuse">
                  {t('unmask.refuse')}
                </Button>
              </div>
            </form>
          )}
        </>
      ) : (
        <p>
          {t(request.granted ? 'unmask.granted' : 'unmask.refused')},{' '}
          <Time at={request.decidedAt} now={now} />
          {request.barredWhy && `. ${t('unmask.isBarred', { why: request.barredWhy })}`}
        </p>
      )}
      {request.mine && request.until && (
        <>
          {now < request.until ? (
            <form method="post" action="/desk/privacy">
              <input type="hidden" name="id" value={request.id} />
              <Button type="submit" name="intent" value="look">
                {t('unmask.look')}
              </Button>
              <p className="hint">
                {t('unmask.until')} <Time at={request.until} now={now} />. {t('unmask.lookHint')}
              </p>
            </form>
          ) : (
            <p className="hint">{t('unmask.over')}</p>
          )}
          {unmasked && <Behind title={t('unmask.seen', { name: unmasked.name })} known={unmasked} />}
        </>
      )}
    </li>
  )
}

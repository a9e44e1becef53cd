import { parseWithZod } from '@conform-to/zod/v4'
import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { dismissFlag, listFlags } from '#app/domain/integrity/flags.server.ts'
import { undoInvalidation } from '#app/domain/integrity/invalidate.server.ts'
import { readLedger } from '#app/domain/integrity/ledger.server.ts'
import type { FlagView } from '#app/domain/integrity/views.ts'
import { can, onceProven } from '#app/domain/people/can.ts'
import { Refusal } from '#app/platform/errors.ts'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { Ledger } from '#app/ui/ledger.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { VoteFlag } from '#app/ui/vote-flag.tsx'
import { open, seeOther } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { VotesForm } from './form.ts'

export const meta = titled('votes')

const HERE = '/desk/votes'

export const loader = open('read-vote-flags', async (door) => {
  const { campus, viewer } = door
  const [desk, flags, { lines }] = await Promise.all([
    readDesk(door, viewer),
    listFlags(campus),
    readLedger(campus),
  ])
  return { desk, flags, lines, decides: can(onceProven(viewer), 'invalidate-votes') }
})

export const action = open('invalidate-votes', async ({ campus, request, viewer }) => {
  const submission = parseWithZod(await request.formData(), { schema: VotesForm })
  if (submission.status !== 'success') throw new Refusal('invalid', 'bad-form')
  const { intent, id } = submission.value
  switch (intent) {
    case 'dismiss':
      await dismissFlag(campus, viewer, id)
      throw seeOther(HERE, 'flag-dismissed')
    case 'restore':
      await undoInvalidation(campus, viewer, id)
      throw seeOther(HERE, 'votes-restored')
  }
})

export default function Votes() {
  const { desk, flags, lines, decides } = useLoaderData<typeof loader>()
  const t = useText()
  const list = (flags: Array<FlagView>, empty: string) =>
    flags.length === 0 ? (
      <p>{empty}</p>
    ) : (
      <ul className="requests">
        {flags.map((flag) => (
          <li key={flag.id} className="request">
            <VoteFlag flag={flag} />
            {flag.settledAt === null && <Steps flag={flag} decides={decides} />}
          </li>
        ))}
      </ul>
    )
  return (
    <DeskShell here="votes" {...desk}>
      <PageTitle title={t('flags.title')} intro={t('flags.intro')} />
      <Section title={t('flags.openTitle')} id="open">
        {list(
          flags.filter(({ settledAt }) => settledAt === null),
          t('flags.openEmpty'),
        )}
      </Section>
      <Section title={t('flags.decisionsTitle')} id="decisions">
        {lines.length === 0 ? (
          <p>{t('flags.decisionsEmpty')}</p>
        ) : (
          <Ledger
            lines={lines}
            more={({ id, undone, at }) =>
              decides &&
              undone === null && (
                <form method="post" action={HERE}>
                  <input type="hidden" name="id" value={id} />
                  <Button
                    type="submit"
                    name="intent"
                    value="restore"
                    aria-label={t('flags.restoreNamed', { at: at.toISOString().slice(0, 10) })}
                  >
                    {t('flags.restore')}
                  </Button>
                </form>
              )
            }
          />
        )}
      </Section>
      <Section title={t('flags.settledTitle')} id="settled">
        {list(
          flags.filter(({ settledAt }) => settledAt !== null),
          t('flags.settledEmpty'),
        )}
      </Section>
    </DeskShell>
  )
}

function Steps({ flag: { id, ticket }, decides }: { flag: FlagView; decides: boolean }) {
  const t = useText()
  const number = String(ticket.number)
  return (
    <div className="form-actions">
      <a className="button" href={`${HERE}/${id}`} aria-label={t('flags.lookNamed', { number })}>
        {t('flags.look')}
      </a>
      {decides && (
        <form method="post" action={HERE}>
          <input type="hidden" name="id" value={id} />
          <Button
            type="submit"
            name="intent"
            value="dismiss"
            aria-label={t('flags.dismissNamed', { number })}
          >
            {t('flags.dismiss')}
          </Button>
        </form>
      )}
    </div>
  )
}

import type { LinksFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { can } from '#app/domain/people/can.ts'
import { endSessions, listSessions } from '#app/domain/people/sessions.server.ts'
import { Refusal } from '#app/platform/errors.ts'
import { Button } from '#app/ui/button.tsx'
import styles from '#app/ui/desk.css?url'
import { PageTitle } from '#app/ui/page-title.tsx'
import { SessionList } from '#app/ui/session-list.tsx'
import { factorsToChange } from '#app/web/factors.server.ts'
import { open, seeOther } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { useNow } from '#app/web/frame.ts'

export const meta = titled('sessions')

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: styles }]

const HERE = '/me/sessions'

export const loader = open('manage-self', async ({ campus, viewer, sessionId }) => ({
  sessions: await listSessions(campus, viewer.personId, sessionId),
  works: can(viewer, 'secure-self'),
}))

export const action = open('manage-self', async (door) => {
  const { campus, viewer, sessionId, request } = door
  const form = await request.formData()
  // Students have one factor, and prove nothing beside their sign-in.
  if (can(viewer, 'secure-self')) await factorsToChange(door, form)
  const { personId } = viewer
  switch (form.get('intent')) {
    case 'end':
      await endSessions(campus, personId, { handle: String(form.get('session') ?? '') }, personId)
      throw seeOther(HERE, 'session-ended')
    case 'end-others':
      await endSessions(campus, personId, { allBut: sessionId }, personId)
      throw seeOther(HERE, 'sessions-ended')
    default:
      throw new Refusal('invalid', 'bad-form')
  }
})

export default function Sessions() {
  const { sessions, works } = useLoaderData<typeof loader>()
  const now = useNow()
  const t = useText()
  return (
    <>
      <PageTitle title={t('sessions.title')} intro={t('sessions.intro')} />
      <SessionList sessions={sessions} now={now} action={HERE} />
      {sessions.length > 1 ? (
        <form method="post" action={HERE} className="form">
          <Button name="intent" value="end-others">
            {t('sessions.endOthers')}
          </Button>
        </form>
      ) : (
        <p>{t('sessions.only')}</p>
      )}
      {works && (
        <p>
          <a href="/me/security">{t('sessions.security')}</a>
        </p>
      )}
    </>
  )
}

import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { notFound } from '#app/platform/errors.ts'
import { useNow } from '#app/web/frame.ts'
import { MailboxList } from '#app/ui/mailbox-list.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'

export const meta = titled('demoMail')

/** The mails a demonstration would have sent. Nowhere else is there such a page. */
export const loader = open('visit', async ({ app }) => {
  if (!app.env.demo || !app.mailbox) throw notFound('no-such-page')
  return {
    mails: app.mailbox.mails.map(({ to, subject, text, at }, index) => ({
      id: `${at.getTime()}-${index}`,
      to,
      subject,
      text,
      sentAt: at,
    })),
  }
})

export default function DemoMail() {
  const { mails } = useLoaderData<typeof loader>()
  const now = useNow()
  const t = useText()
  return (
    <>
      <PageTitle title={t('demo.mailTitle')} intro={t('demo.mailIntro')} />
      <MailboxList mails={mails} now={now} />
    </>
  )
}

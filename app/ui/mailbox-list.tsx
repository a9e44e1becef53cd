import { useText } from '#app/catalogue/text.ts'
import { EmptyState } from './empty-state.tsx'
import { TicketText } from './ticket-text.tsx'
import { Time } from './time.tsx'

export type DemoMail = { id: string; to: string; subject: string; text: string; sentAt: Date }

/** Newest first; the newest stands open. */
export function MailboxList({ mails, now }: { mails: Array<DemoMail>; now: Date }) {
  const t = useText()
  if (mails.length === 0) return <EmptyState title={t('demo.mailEmpty')} hint={t('demo.mailEmptyHint')} />
  return (
    <ul className="mailbox">
      {mails.map(({ id, to, subject, text, sentAt }, index) => (
        <li key={id}>
          <details open={index === 0}>
            <summary>
              <b dir="auto">{subject}</b>
              <span className="facts">
                <span>
                  {t('demo.mailTo')} <bdi>{to}</bdi>
                </span>
                <Time at={sentAt} now={now} />
              </span>
            </summary>
            <TicketText text={text} />
          </details>
        </li>
      ))}
    </ul>
  )
}

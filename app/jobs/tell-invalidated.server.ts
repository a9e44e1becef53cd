import { textIn } from '#app/catalogue/text.ts'
import { claimUntold, noteTold } from '#app/domain/integrity/mails.server.ts'
import { reasonOf } from '#app/platform/errors.ts'
import type { TellUnmaskedContext } from './tell-unmasked.server.ts'

/**
 * Writes to those whose votes are not counted. A mail is claimed before it is handed over and noted after: of a
 * process that dies in between, one mail may be written again, and none is forgotten.
 */
export async function tellInvalidated(
  { campus, mailer, publicUrl, campusName, log }: TellUnmaskedContext,
  stopping: () => boolean = () => false,
): Promise<void> {
  const t = textIn('en')
  for (;;) {
    const next = stopping() ? null : await claimUntold(campus)
    if (!next) return
    if (next.email !== null && next.tickets.length > 0) {
      const words = {
        campus: campusName,
        tickets: next.tickets.map((number) => t('ticket.number', { number: String(number) })).join(', '),
        reason: t(`invalidation.${next.reason}`),
        ledger: `${publicUrl}/ledger`,
        url: `${publicUrl}/me`,
      }
      try {
        await mailer.send({
          to: next.email,
          subject: t('invalidationMail.subject', words),
          text: t('invalidationMail.body', words),
        })
      } catch (error) {
        // Its claim runs out, and then it is tried again.
        log.error({ reason: reasonOf(error) }, 'somebody whose vote is not counted could not be told')
        continue
      }
    }
    await noteTold(campus, next)
  }
}

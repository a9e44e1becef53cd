import type { Mail, Mailer } from '#app/channels/mail.ts'
import { textIn } from '#app/catalogue/text.ts'
import type { Campus } from '#app/domain/campus.ts'
import { claimAlert, claimReferral, noteAlerted, noteReferred } from '#app/domain/screening/mails.server.ts'
import { reasonOf } from '#app/platform/errors.ts'
import type { Log } from '#app/platform/log.ts'

export type TellCareContext = {
  campus: Campus
  mailer: Mailer
  publicUrl: string
  campusName: string
  log: Log
}

/**
 * Tells the care team what waits unopened, and offices what was referred to them. No mail holds a word of what
 * somebody wrote. Each is claimed before it is handed over and noted after: of a process that dies in between, one
 * mail may be written again, and none is forgotten.
 */
export async function tellCare(
  context: TellCareContext,
  stopping: () => boolean = () => false,
): Promise<void> {
  const { campus, publicUrl, campusName, log } = context
  const t = textIn('en')
  const alert = stopping() ? null : await claimAlert(campus)
  if (alert) {
    if (alert.to.length === 0)
      log.warn({ holds: alert.ids.length }, 'texts wait for a care team that nobody is in')
    const words = {
      campus: campusName,
      count: alert.ids.length,
      since: alert.oldest.toISOString(),
      url: `${publicUrl}/desk/care`,
    }
    const kind = alert.overdue ? 'overdue' : 'arrived'
    let sent = false
    for (const to of alert.to)
      sent =
        (await send(context, {
          to,
          subject: t(`careMail.${kind}.subject`, words),
          text: t(`careMail.${kind}.body`, words),
        })) || sent
    await noteAlerted(campus, alert, sent)
  }
  for (;;) {
    const next = stopping() ? null : await claimReferral(campus)
    if (!next) return
    const words = {
      campus: campusName,
      kind: t(`listKind.${next.kind}`),
      since: next.at.toISOString(),
      reference: String(next.holdId ?? next.ticketNumber),
      url:
        next.holdId === null
          ? `${publicUrl}/tickets/${next.ticketNumber}`
          : `${publicUrl}/desk/care/${next.holdId}`,
    }
    const kind = next.holdId === null ? 'ticket' : 'hold'
    const sent = await send(context, {
      to: next.to,
      subject: t(`referralMail.${kind}.subject`, words),
      text: t(`referralMail.${kind}.body`, words),
    })
    // Its claim runs out, and then it is tried again.
    if (sent) await noteReferred(campus, next.id)
  }
}

async function send({ mailer, log }: TellCareContext, mail: Mail): Promise<boolean> {
  try {
    await mailer.send(mail)
    return true
  } catch (error) {
    log.error({ reason: reasonOf(error) }, 'a mail about care could not be sent')
    return false
  }
}

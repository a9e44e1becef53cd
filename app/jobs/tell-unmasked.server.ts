import type { Mailer } from '#app/channels/mail.ts'
import { textIn } from '#app/catalogue/text.ts'
import type { Campus } from '#app/domain/campus.ts'
import { claimUntold, noteTold } from '#app/domain/privacy/unmask.server.ts'
import { reasonOf } from '#app/platform/errors.ts'
import type { Log } from '#app/platform/log.ts'
import type { Role } from '#app/vocabulary.ts'

export type TellUnmaskedContext = {
  campus: Campus
  mailer: Mailer
  publicUrl: string
  campusName: string
  log: Log
}

/**
 * Writes to those whose identity was told, unless a law forbids it. A mail is claimed before it is handed over and
 * noted after: of a process that dies in between, one mail may be written again, and none is forgotten.
 */
export async function tellUnmasked(
  { campus, mailer, publicUrl, campusName, log }: TellUnmaskedContext,
  stopping: () => boolean = () => false,
): Promise<void> {
  const t = textIn('en')
  const roleOf = (role: string | null) => (role ? t(`viewer.${role as Role}`) : t('me.someone'))
  for (;;) {
    const next = stopping() ? null : await claimUntold(campus)
    if (!next) return
    const words = {
      campus: campusName,
      number: String(next.ticketNumber),
      name: next.name,
      reason: next.reason,
      asker: roleOf(next.askedBy),
      decider: roleOf(next.decidedBy),
      url: `${publicUrl}/me`,
    }
    try {
      await mailer.send({
        to: next.email,
        subject: t('unmaskedMail.subject', words),
        text: t('unmaskedMail.body', words),
      })
    } catch (error) {
      // Its claim runs out, and then it is tried again.
      log.error(
        { unmasking: String(next.id), reason: reasonOf(error) },
        'somebody unmasked could not be told',
      )
      continue
    }
    await noteTold(campus, next.id)
  }
}

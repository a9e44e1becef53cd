import { textIn } from '#app/catalogue/text.ts'
import type { Invited } from '#app/domain/people/invite.server.ts'
import { reasonOf } from '#app/platform/errors.ts'
import type { Role } from '#app/vocabulary.ts'
import type { Door } from './door.server.ts'

const t = textIn('en')

/** @returns whether it is on its way: a mail server that is away undoes nothing */
export function sendInvitation(
  app: Door['app'],
  { token, email, role, department }: Invited,
): Promise<boolean> {
  const words = {
    campus: app.env.campus.name,
    role: t(`viewer.${role}`),
    where: department === null ? '' : t('peopleMail.invitation.where', { department }),
    url: `${app.env.publicUrl}/invitation/${token}`,
  }
  return send(app, {
    to: email,
    subject: t('peopleMail.invitation.subject', words),
    text: t('peopleMail.invitation.body', words),
  })
}

/** What was done to somebody, each with what they are told. */
export type Done = { kind: 'role'; role: Role } | { kind: 'disable' | 'enable' | 'reset' | 'end-all' }

/** Tells somebody what was done to their account, and why. @returns false also for whom no address is known of */
export async function tellPerson(
  app: Door['app'],
  to: string | null,
  done: Done,
  sentence: string,
): Promise<boolean> {
  if (to === null) return false
  const { campus } = app.env
  const what =
    done.kind === 'role'
      ? t('peopleMail.what.role', { role: t(`viewer.${done.role}`) })
      : t(`peopleMail.what.${done.kind}`)
  return send(app, {
    to,
    subject: t('peopleMail.told.subject', { campus: campus.name }),
    text: t('peopleMail.told.body', { what, sentence }),
  })
}

/** Tells administrators that the care team learned who wrote something: which, and nothing of it. */
export async function tellLearned(app: Door['app'], to: ReadonlyArray<string>, id: string): Promise<void> {
  const words = { campus: app.env.campus.name, id, url: `${app.env.publicUrl}/desk/audit` }
  for (const each of to)
    await send(app, {
      to: each,
      subject: t('learnedMail.subject', words),
      text: t('learnedMail.body', words),
    })
}

/** What a moderator decided about somebody, as they are told. */
export type DecisionMail =
  | { kind: 'hidden'; number: number; reason: string; explanation: string; days: number }
  | { kind: 'blocked'; length: number; reason: string; explanation: string }
  | { kind: 'appealed'; outcome: string; sentence: string }
  | { kind: 'taken-back' }

/** @returns false also for whom no address is known of */
export async function tellDecision(
  app: Door['app'],
  to: string | null,
  mail: DecisionMail,
): Promise<boolean> {
  if (to === null) return false
  const words = { campus: app.env.campus.name, url: `${app.env.publicUrl}/me/decisions` }
  return send(app, { to, subject: t('moderationMail.subject', words), text: told(mail, words) })
}

function told(mail: DecisionMail, words: { campus: string; url: string }): string {
  switch (mail.kind) {
    case 'hidden':
      return t('moderationMail.hidden', {
        ...words,
        ...mail,
        number: String(mail.number),
        days: String(mail.days),
      })
    case 'blocked':
      return t('moderationMail.blocked', { ...words, ...mail, length: String(mail.length) })
    case 'appealed':
      return t('moderationMail.appealed', { ...words, ...mail })
    case 'taken-back':
      return t('moderationMail.takenBack', words)
  }
}

async function send(app: Door['app'], mail: { to: string; subject: string; text: string }): Promise<boolean> {
  try {
    await app.mailer.send(mail)
    return true
  } catch (error) {
    app.log.error({ reason: reasonOf(error) }, 'a mail about an account could not be sent')
    return false
  }
}

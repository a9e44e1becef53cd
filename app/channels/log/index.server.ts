import type { Log } from '#app/platform/log.ts'
import type { Mail, Mailer } from '../mail.ts'

/** The newest mails of a demonstration, for its mailbox page. */
export type Mailbox = { mails: ReadonlyArray<Mail & { at: Date }> }

const KEPT = 50

/**
 * Where no mail server is configured. In the demonstration the mails can be read on a page; elsewhere they
 * are written to the log, the only place where an operator without a mail server can find a code.
 */
export function logMailer(options: { demo: boolean; log: Log; now(): Date }): Mailer & Mailbox {
  const mails: Array<Mail & { at: Date }> = []
  return {
    mails,
    async send(mail) {
      if (options.demo) mails.unshift({ ...mail, at: options.now() })
      else options.log.warn({ mail }, 'No SMTP_URL is set: this mail was written here instead of being sent')
      mails.length = Math.min(mails.length, KEPT)
    },
    close() {},
  }
}

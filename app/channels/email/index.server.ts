import { createTransport } from 'nodemailer'
import { SECOND } from '#app/platform/clock.ts'
import type { Mailer } from '../mail.ts'

/** Hands mails to the campus's own server by SMTP. */
export function smtpMailer(options: { smtpUrl: string; from: string }): Mailer {
  const transport = createTransport(options.smtpUrl, {
    from: options.from,
    pool: true,
    connectionTimeout: 5 * SECOND,
    greetingTimeout: 5 * SECOND,
    socketTimeout: 10 * SECOND,
    disableFileAccess: true,
    disableUrlAccess: true,
  } as object)
  return {
    async send(mail) {
      try {
        await transport.sendMail({ ...mail, headers: { 'Auto-Submitted': 'auto-generated' } })
      } catch (error) {
        const { code, responseCode } = error as { code?: string; responseCode?: number }
        // The server's own words may repeat the address.
        throw new Error(
          `The mail server did not take the mail (${[code, responseCode].filter(Boolean).join(' ')})`,
        )
      }
    },
    close: () => transport.close(),
  }
}

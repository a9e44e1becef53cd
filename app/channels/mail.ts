/** One mail to one person. Plain text: it is read everywhere, and carries no picture that could count readers. */
export type Mail = { to: string; subject: string; text: string }

export type Mailer = {
  /** @throws when the mail could not be handed over, with a reason that names no address */
  send(mail: Mail): Promise<void>
  close(): void
}

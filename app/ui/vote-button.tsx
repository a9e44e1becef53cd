import type { ButtonHTMLAttributes } from 'react'
import { useText } from '#app/catalogue/text.ts'
import { UpArrow } from './icons.tsx'

export type Backed = { number: number; title: string; votes: number; voted: boolean }

/** One plain form: it works without scripts, and costs a cached page nothing. `back` is where it returns to. */
export function VoteButton({ back, ...ticket }: Backed & { back: string }) {
  return (
    <form className="vote" method="post" action={`/tickets/${ticket.number}`}>
      <input type="hidden" name="back" value={back} />
      <VotePress ticket={ticket} />
    </form>
  )
}

export function VotePress({
  ticket,
  ...button
}: { ticket: Backed } & ButtonHTMLAttributes<HTMLButtonElement>) {
  const t = useText()
  const { title, votes, voted } = ticket
  return (
    <button {...button} name="intent" value={voted ? 'unvote' : 'vote'} data-voted={voted || undefined}>
      <UpArrow />
      <b>{votes}</b> <span>{voted ? t('vote.backed') : t('vote.back')}</span>
      <span className="unseen">{voted ? `, ${t('vote.undo')}: ${title}` : `: ${title}`}</span>
    </button>
  )
}

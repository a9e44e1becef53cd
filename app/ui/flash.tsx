import type { ReactNode } from 'react'
import { useText } from '#app/catalogue/text.ts'
import { Check, Clock, Warning } from './icons.tsx'

const signs = { info: <Clock />, done: <Check />, problem: <Warning /> }

export type FlashProps = {
  kind: keyof typeof signs
  /** What was taken, for the script that keeps drafts. */
  said?: string
  children: ReactNode
}

export function Flash({ kind, said, children }: FlashProps) {
  const t = useText()
  return (
    <div className="flash" data-kind={kind} data-said={said} role={kind === 'problem' ? 'alert' : 'status'}>
      {signs[kind]}
      <p>
        <span className="unseen">{t(`flash.${kind}`)}: </span>
        {children}
      </p>
    </div>
  )
}

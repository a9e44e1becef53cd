import type { ReactNode } from 'react'
import { useText } from '#app/catalogue/text.ts'
import { Check, Clock, Warning } from './icons.tsx'

const signs = { info: <Clock />, done: <Check />, problem: <Warning /> }

export function Flash({ kind, children }: { kind: keyof typeof signs; children: ReactNode }) {
  const t = useText()
  return (
    <div className="flash" data-kind={kind} role={kind === 'problem' ? 'alert' : 'status'}>
      {signs[kind]}
      <p>
        <span className="unseen">{t(`flash.${kind}`)}: </span>
        {children}
      </p>
    </div>
  )
}

import type { ButtonHTMLAttributes } from 'react'

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { kind?: 'primary' | 'normal' | 'plain' }

export function Button({ kind = 'normal', ...button }: ButtonProps) {
  return <button {...button} className={kind === 'normal' ? 'button' : `button ${kind}`} />
}

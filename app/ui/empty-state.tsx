import type { ReactNode } from 'react'

export type EmptyStateProps = { title: string; hint: string; id?: string; children?: ReactNode }

/** Says that there is nothing, and what to do next. */
export function EmptyState({ title, hint, id, children }: EmptyStateProps) {
  return (
    <div className="empty" id={id}>
      <h2>{title}</h2>
      <p>{hint}</p>
      {children}
    </div>
  )
}

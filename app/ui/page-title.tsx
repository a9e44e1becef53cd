import type { ReactNode } from 'react'

export function PageTitle({
  title,
  intro,
  children,
}: {
  title: string
  intro?: ReactNode
  children?: ReactNode
}) {
  return (
    <div className="page-title">
      <h1>
        <bdi>{title}</bdi>
      </h1>
      {intro && <p className="lead">{intro}</p>}
      {children}
    </div>
  )
}

import type { ReactNode } from 'react'

/** A reading column and what belongs beside it; on a phone `aside` comes right after the head, and `more` at the end. */
export function Columns({
  head,
  aside,
  more,
  children,
}: {
  head?: ReactNode
  aside: ReactNode
  more?: ReactNode
  children: ReactNode
}) {
  return (
    <div className="columns">
      {head && <div className="columns-head">{head}</div>}
      <div className="columns-aside">{aside}</div>
      <div className="columns-main">{children}</div>
      {more && <div className="columns-aside columns-more">{more}</div>}
    </div>
  )
}

/** A titled part of a page. */
export function Section({ title, id, children }: { title: string; id: string; children: ReactNode }) {
  return (
    <section className="section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}

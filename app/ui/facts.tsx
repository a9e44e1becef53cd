import type { ReactNode } from 'react'

/** Short facts, each under its name. */
export function Facts({ facts }: { facts: ReadonlyArray<readonly [name: string, fact: ReactNode]> }) {
  return (
    <dl>
      {facts.map(([name, fact]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  )
}

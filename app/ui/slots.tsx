import { createContext, createElement, useContext, type ReactNode } from 'react'
import { useText } from '#app/catalogue/text.ts'
import { TRAP } from '#app/vocabulary.ts'

const Slots = createContext(false)

/** True around a page that is drawn once for many people: what differs between them stays open. */
export const SlotsProvider = Slots.Provider

/** Stand where each person gets a key of their own, and is told when the form was made for them. */
const KEY_SLOT = 'quad-slot-key'
const MADE_SLOT = 'quad-slot-made'

/**
 * What depends on the person looking. `is` chooses one of the options; in a page for many all of them are
 * written, and `fillSlots` chooses.
 * @param options by what is marked; `''` is for those for whom nothing is
 */
export function Marked<Is extends string>(props: {
  name: string
  is: Is | ''
  options: Record<Is | '', ReactNode>
}) {
  const { name, is, options } = props
  if (!useContext(Slots)) return <>{options[is]}</>
  return createElement(
    'quad-slot',
    { name },
    Object.entries(options).map(([key, option]) =>
      createElement('quad-option', { key, 'data-is': key }, option),
    ),
  )
}

/** A key made with a form, so that the form sent twice is taken once. */
export function FormKey({ value }: { value: string }) {
  return <input type="hidden" name="key" value={useContext(Slots) ? KEY_SLOT : value} />
}

/**
 * What tells a program that fills in forms from a person: when the form was made (see `web/stamp`), and a field that people
 * do not see.
 */
export function FormGuard({ made }: { made: string }) {
  const t = useText()
  return (
    <>
      <input type="hidden" name="made" value={useContext(Slots) ? MADE_SLOT : made} />
      <div className="unseen" aria-hidden="true" {...{ inert: '' }}>
        <label>
          {t('challenge.trap')}
          <input type="text" name={TRAP} tabIndex={-1} autoComplete="off" defaultValue="" />
        </label>
      </div>
    </>
  )
}

/** A page in pieces: what is the same for everybody, and between it what is not. */
export type Piece =
  string | { kind: 'key' | 'made' } | { kind: 'marked'; name: string; options: Map<string, string> }

const SLOT = /<quad-slot name="([^"]+)">(.*?)<\/quad-slot>|(?<=value=")quad-slot-(key|made)(?=")/gsu
const OPTION = /<quad-option data-is="([^"]*)">(.*?)<\/quad-option>/gsu

/** Takes a page apart that was drawn with its slots open. People's own words are escaped, so they open none. */
export function cutIntoPieces(html: string): Array<Piece> {
  const pieces: Array<Piece> = []
  let end = 0
  for (const found of html.matchAll(SLOT)) {
    const [whole, name, inside, fresh] = found
    pieces.push(html.slice(end, found.index))
    pieces.push(
      name === undefined
        ? { kind: fresh as 'key' | 'made' }
        : {
            kind: 'marked',
            name,
            options: new Map([...inside!.matchAll(OPTION)].map(([, is, option]) => [is!, option!])),
          },
    )
    end = found.index + whole.length
  }
  pieces.push(html.slice(end))
  return pieces
}

/** What the forms of one person's page are given. */
export type Fresh = { key: string; made: string }

/** The page of one person. @param marks by name; @param fresh null: a visitor's page, whose forms are given it later */
export function fillSlots(
  pieces: ReadonlyArray<Piece>,
  marks: ReadonlyMap<string, string>,
  fresh: Fresh | null,
): string {
  let html = ''
  for (const piece of pieces) {
    if (typeof piece === 'string') html += piece
    else if (piece.kind !== 'marked') html += fresh?.[piece.kind] ?? ''
    else html += piece.options.get(marks.get(piece.name) ?? '') ?? ''
  }
  return html
}

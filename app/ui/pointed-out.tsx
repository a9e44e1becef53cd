import { useId } from 'react'
import { useText } from '#app/catalogue/text.ts'
import type { PointedOut as Piece } from '#app/domain/screening/views.ts'
import { Button } from './button.tsx'

export type PointedOutProps = {
  found: Array<Piece>
  /** Sent along with "publish it anyway": what that was said of. */
  marks: string
  /** The button that sends the form, where it has a name of its own. */
  intent?: string
}

/** Stands inside a form whose words tell who or where somebody is, before anything is public. */
export function PointedOut({ found, marks, intent }: PointedOutProps) {
  const t = useText()
  const titleId = useId()
  const held = found.some(({ kind }) => kind === 'student-number')
  return (
    <section
      className="similar"
      aria-labelledby={titleId}
      role="alert"
      tabIndex={-1}
      // eslint-disable-next-line jsx-a11y/no-autofocus -- the page came back to ask this, so reading goes on here
      autoFocus
    >
      <h2 id={titleId}>{t('pointedOut.title')}</h2>
      <p>{t('pointedOut.intro')}</p>
      {/* A pressed button sends its own name alone, and what the form is for goes along with any of them. */}
      {intent && <input type="hidden" name="intent" value={intent} />}
      <ul>
        {found.map(({ id, field, kind, text }) => (
          <li key={id}>
            <div>
              <strong>{t(`personalKind.${kind}`)}</strong>: <q dir="auto">{text}</q>
              {field === 'title' && ` ${t('pointedOut.inTitle')}`}
            </div>
            <Button type="submit" name="takeOut" value={id} formNoValidate>
              {t('pointedOut.takeOut')}
              <span className="unseen">: {text}</span>
            </Button>
          </li>
        ))}
      </ul>
      {found.some(({ kind }) => kind === 'name') && <p className="hint">{t('pointedOut.names')}</p>}
      {held && <p className="hint">{t('pointedOut.neverPublic')}</p>}
      {found.length > 1 && (
        <Button kind="primary" type="submit" name="takeOut" value="all" formNoValidate>
          {t('pointedOut.takeAllOut')}
        </Button>
      )}
      <Button type="submit" name="personal" value={marks}>
        {t(held ? 'pointedOut.toPerson' : 'pointedOut.anyway')}
      </Button>
    </section>
  )
}

import { useId } from 'react'
import { useText } from '#app/catalogue/text.ts'
import { isFilledIn, type Office } from '#app/domain/screening/views.ts'
import { Button } from './button.tsx'

/** Whom to call, for who wrote of something that may be about somebody's safety. */
export function Offices({ offices }: { offices: Array<Office> }) {
  const t = useText()
  const filled = offices.filter(isFilledIn)
  return (
    <>
      <p>
        <strong>{t('support.emergency')}</strong>
      </p>
      {offices.map((office) => office.guidance !== '' && <p key={office.id}>{office.guidance}</p>)}
      {filled.length === 0 && <p>{t('support.unset')}</p>}
      <ul className="offices">
        {filled.flatMap(({ id, ...office }) => [
          office.crisisPhone !== '' && (
            <li key={`${id} crisis`}>
              <Call name={office.crisisLine || office.name} phone={office.crisisPhone} />
            </li>
          ),
          office.phone !== '' && (
            <li key={`${id} office`}>
              <Call name={office.office || office.name} phone={office.phone} />
            </li>
          ),
        ])}
      </ul>
      <p>{t('support.hours')}</p>
    </>
  )
}

function Call({ name, phone }: { name: string; phone: string }) {
  const t = useText()
  return (
    <>
      <strong>{name}</strong>{' '}
      <a className="button primary" href={`tel:${phone.replace(/[^\d+*#,;]/g, '')}`}>
        {t('support.call', { phone })}
        <span className="unseen">: {name}</span>
      </a>
    </>
  )
}

/** Inside a form that a visitor sent: nothing of it is kept unless they choose so. */
export function VisitorSupport({ offices, intent }: { offices: Array<Office>; intent?: string }) {
  const t = useText()
  const titleId = useId()
  return (
    <section
      className="similar"
      aria-labelledby={titleId}
      role="alert"
      tabIndex={-1}
      // eslint-disable-next-line jsx-a11y/no-autofocus -- the page came back to say this, so reading goes on here
      autoFocus
    >
      <h2 id={titleId}>{t('support.title')}</h2>
      <p>
        {t('support.notPublic')} {t('support.visitor')}
      </p>
      <Offices offices={offices} />
      {intent && <input type="hidden" name="intent" value={intent} />}
      <Button type="submit" name="support" value="sign-in">
        {t('support.signIn')}
      </Button>
    </section>
  )
}

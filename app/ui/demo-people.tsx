import { useText } from '#app/catalogue/text.ts'
import { Arrow } from './icons.tsx'

export type DemoPerson = { id: string; name: string; about: string }

/** One press signs in. Posts `person` to `/demo/sign-in`. */
export function DemoPeople({
  people,
  back,
  action = '/demo/sign-in',
}: {
  people: Array<DemoPerson>
  back: string
  action?: string
}) {
  const t = useText()
  return (
    <form className="demo-people" method="post" action={action}>
      <input type="hidden" name="back" value={back} />
      <ul>
        {people.map(({ id, name, about }) => (
          <li key={id}>
            <button name="person" value={id}>
              <span>
                <b>{t('demo.signInAs', { name })}</b> <span>{about}</span>
              </span>
              <Arrow />
            </button>
          </li>
        ))}
      </ul>
    </form>
  )
}

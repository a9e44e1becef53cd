import type { ReactNode } from 'react'
import { useText } from '#app/catalogue/text.ts'
import type { DepartmentName } from '#app/domain/tickets/views.ts'

const DESK_PLACES = [
  'queue',
  'held',
  'care',
  'channels',
  'privacy',
  'moderation',
  'votes',
  'screening',
  'departments',
  'people',
  'signIn',
  'audit',
] as const
export type DeskPlace = (typeof DESK_PLACES)[number]

export type DeskShellProps = {
  /** Null on a page that the navigation does not name. */
  here: DeskPlace | null
  /** The departments this person works for. */
  departments: Array<DepartmentName>
  /** A slug; null shows all of them. */
  department: string | null
  /** How many promises are broken: seen from every desk page. */
  late?: number
  /** Departments, people and sign-in are looked after by administrators only. */
  admin: boolean
  /** The log is read by auditors too. */
  audits?: boolean
  /** What is held before it is public: who decides, who cares, who says what is looked for. */
  decides?: boolean
  cares?: boolean
  screens?: boolean
  /** Reports, appeals and what was hidden: not for everybody who works here. */
  watches?: boolean
  /** Odd votes are looked at by few. */
  judges?: boolean
  children: ReactNode
}

const hrefs: Record<DeskPlace, string> = {
  queue: '/desk',
  held: '/desk/held',
  care: '/desk/care',
  screening: '/desk/screening',
  channels: '/desk/channels',
  privacy: '/desk/privacy',
  moderation: '/desk/moderation',
  votes: '/desk/votes',
  departments: '/desk/departments',
  signIn: '/desk/sign-in',
  people: '/desk/people',
  audit: '/desk/audit',
}

/** Inside `Shell`: the desk's own navigation, and whose desk it is. */
export function DeskShell({
  here,
  departments,
  department,
  late = 0,
  admin,
  audits = false,
  decides = false,
  cares = false,
  screens = false,
  watches = false,
  judges = false,
  children,
}: DeskShellProps) {
  const t = useText()
  const open: Partial<Record<DeskPlace, boolean>> = {
    departments: admin,
    people: admin,
    signIn: admin,
    audit: audits,
    held: decides,
    care: cares,
    screening: screens,
    moderation: watches,
    votes: judges,
  }
  const places = DESK_PLACES.filter((place) => open[place] ?? true)
  const query = department ? `?department=${encodeURIComponent(department)}` : ''
  return (
    <div className="desk">
      <div className="desk-bar">
        <nav aria-label={t('desk.nav')}>
          {places.map((place) => (
            <a key={place} href={hrefs[place] + query} aria-current={place === here ? 'page' : undefined}>
              {t(`desk.${place}`)}
              {place === 'queue' && late > 0 && (
                <span className="late-count">
                  {late} {t('desk.late')}
                </span>
              )}
            </a>
          ))}
        </nav>
        {here === 'queue' && departments.length > 1 && (
          <form method="get" action={hrefs[here]}>
            <label>
              <span className="unseen">{t('desk.choice')}</span>
              <select name="department" defaultValue={department ?? ''}>
                <option value="">{t('desk.all')}</option>
                {departments.map(({ slug, name }) => (
                  <option key={slug} value={slug}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
            <button className="button">{t('desk.show')}</button>
          </form>
        )}
      </div>
      {children}
    </div>
  )
}

import { useText } from '#app/catalogue/text.ts'
import type { DepartmentName } from '#app/domain/tickets/views.ts'
import { SORTS, SOURCES, STATUSES, type Sort, type Source, type Status } from '#app/vocabulary.ts'

/** What the address of a board says. Names are those of the query parameters. */
export type BoardChoice = {
  q: string
  /** A department's slug. */
  department: string | null
  status: Status | 'open' | 'all'
  source: Source | null
  sort: Sort
}

export type FiltersProps = {
  action: string
  choice: BoardChoice
  departments: Array<DepartmentName>
  /** The page is about one status, so there is none to choose. */
  fixedStatus?: boolean
}

const CHOSEN_STATUSES = ['open', 'all', ...STATUSES.filter((status) => status !== 'merged')] as const

export function boardHref(action: string, choice: Partial<BoardChoice>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(choice)) if (value) query.set(name, value)
  return query.size > 0 ? `${action}?${query}` : action
}

export function Filters({ action, choice, departments, fixedStatus }: FiltersProps) {
  const t = useText()
  const { q, sort, department, source } = choice
  const status = fixedStatus ? null : choice.status
  const kept = { q, sort, department, source, ...(status ? { status } : {}) }
  const textOf = (each: (typeof CHOSEN_STATUSES)[number]) =>
    each === 'open' ? t('filters.openStatus') : each === 'all' ? t('filters.anyStatus') : t(`status.${each}`)
  const narrowed = department || source || (status && status !== 'open')
  return (
    <section className="filters" aria-label={t('filters.label')}>
      {q && (
        <p className="searching">
          <bdi>{t('filters.searchingFor', { query: q })}</bdi>{' '}
          <a href={boardHref(action, { ...kept, q: '' })}>{t('filters.clearSearch')}</a>
        </p>
      )}
      <nav className="sorts" aria-label={t('filters.sort')}>
        {SORTS.map((each) => (
          <a
            key={each}
            href={boardHref(action, { ...kept, sort: each })}
            aria-current={each === sort ? 'true' : undefined}
          >
            {t(`sort.${each}`)}
          </a>
        ))}
      </nav>
      <form method="get" action={action}>
        {q && <input type="hidden" name="q" value={q} />}
        <input type="hidden" name="sort" value={sort} />
        <Choice
          name="department"
          label={t('filters.department')}
          any={t('filters.anyDepartment')}
          chosen={choice.department}
        >
          {departments.map(({ slug, name }) => ({ value: slug, text: name }))}
        </Choice>
        {status && (
          <Choice name="status" label={t('filters.status')} chosen={status}>
            {CHOSEN_STATUSES.map((each) => ({ value: each, text: textOf(each) }))}
          </Choice>
        )}
        <Choice name="source" label={t('filters.source')} any={t('filters.anySource')} chosen={choice.source}>
          {SOURCES.map((source) => ({ value: source, text: t(`source.${source}`) }))}
        </Choice>
        <button className="button">{t('filters.apply')}</button>
        {narrowed && <a href={boardHref(action, { q, sort })}>{t('filters.clear')}</a>}
      </form>
    </section>
  )
}

type ChoiceProps = {
  name: string
  label: string
  /** What choosing nothing means, where that can be done. */
  any?: string
  chosen: string | null
  children: Array<{ value: string; text: string }>
}

function Choice({ name, label, any, chosen, children }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select
        name={name}
        defaultValue={chosen ?? ''}
        data-chosen={(chosen && chosen !== 'open') || undefined}
      >
        {any && <option value="">{any}</option>}
        {children.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

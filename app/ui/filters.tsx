import { useLocale, useText } from '#app/catalogue/text.ts'
import type { BoardCounts, DepartmentName } from '#app/domain/tickets/views.ts'
import { DownArrow } from './icons.tsx'
import { SORTS, SOURCES, STATUS_CHOICES, type Sort, type Source, type StatusChoice } from '#app/vocabulary.ts'

/** What the address of a board says. Names are those of the query parameters. */
export type BoardChoice = {
  q: string
  /** A department's slug. */
  department: string | null
  status: StatusChoice
  source: Source | null
  sort: Sort
}

export type FiltersProps = {
  action: string
  choice: BoardChoice
  departments: Array<DepartmentName>
  counts: BoardCounts
  /** The page is about one status, so there is none to choose. */
  fixedStatus?: boolean
}

export function boardHref(action: string, choice: Partial<BoardChoice>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(choice)) if (value) query.set(name, value)
  return query.size > 0 ? `${action}?${query}` : action
}

/** Every filter is a link, so that the address alone is the state, and says how much it would show. */
export function Filters({ action, choice, departments, counts, fixedStatus }: FiltersProps) {
  const t = useText()
  const { q, sort, department, source } = choice
  const status = fixedStatus ? null : choice.status
  const kept = { q, sort, department, source, ...(status ? { status } : {}) }
  const href = (change: Partial<BoardChoice>) => boardHref(action, { ...kept, ...change })
  const textOf = (each: StatusChoice) =>
    each === 'open' ? t('filters.openStatus') : each === 'all' ? t('filters.anyStatus') : t(`status.${each}`)
  const usual = q === '' && sort !== 'recently-answered' ? 'open' : 'all'
  const narrowed = department || source || (status && status !== usual)
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
          <a key={each} href={href({ sort: each })} aria-current={each === sort ? 'true' : undefined}>
            {t(`sort.${each}`)}
          </a>
        ))}
      </nav>
      <div className="facets">
        <Facet
          label={t('filters.department')}
          narrowed={department !== null}
          atLeast={counts.atLeast.departments}
          options={[
            {
              text: t('filters.anyDepartment'),
              href: href({ department: null }),
              count: counts.anyDepartment,
              chosen: department === null,
            },
            ...departments.map(({ id, slug, name }) => ({
              text: name,
              href: href({ department: slug }),
              count: counts.departments[id] ?? 0,
              chosen: slug === department,
            })),
          ]}
        />
        {status && (
          <Facet
            label={t('filters.status')}
            narrowed={status !== usual}
            atLeast={counts.atLeast.statuses}
            options={STATUS_CHOICES.map((each) => ({
              text: textOf(each),
              href: href({ status: each }),
              count: counts.statuses[each],
              chosen: each === status,
            }))}
          />
        )}
        <Facet
          label={t('filters.source')}
          narrowed={source !== null}
          atLeast={counts.atLeast.sources}
          options={[
            {
              text: t('filters.anySource'),
              href: href({ source: null }),
              count: counts.anySource,
              chosen: source === null,
            },
            ...SOURCES.filter(
              (each) => each === source || counts.sources[each] !== 0 || counts.atLeast.sources,
            ).map((each) => ({
              text: t(`source.${each}`),
              href: href({ source: each }),
              count: counts.sources[each],
              chosen: each === source,
            })),
          ]}
        />
        {narrowed && <a href={boardHref(action, { q, sort })}>{t('filters.clear')}</a>}
      </div>
    </section>
  )
}

/** Rounded down, because more exact than it is would be said otherwise. */
const ROUGHLY: Intl.NumberFormatOptions = { maximumSignificantDigits: 1, roundingMode: 'trunc' }

/** Making one costs as much as drawing a row. */
const made = new Map<string, Intl.NumberFormat>()
function figures(language: string, roughly: boolean): Intl.NumberFormat {
  const name = `${language} ${roughly}`
  const known = made.get(name) ?? new Intl.NumberFormat(language, roughly ? ROUGHLY : {})
  made.set(name, known)
  return known
}

type FacetProps = {
  label: string
  narrowed: boolean
  /** Only some were counted. */
  atLeast: boolean
  options: Array<{ text: string; href: string; count: number; chosen: boolean }>
}

/** Folded, so that the tickets come first; of these, one is open at a time. */
function Facet({ label, narrowed, atLeast, options }: FacetProps) {
  const t = useText()
  const { language } = useLocale()
  const figure = figures(language, atLeast)
  return (
    <details className="facet" name="facet">
      <summary data-narrowed={narrowed || undefined}>
        <span>{label}</span> <bdi>{options.find((option) => option.chosen)?.text}</bdi> <DownArrow />
      </summary>
      <ul>
        {options.map(({ text, href, count, chosen }) => (
          <li key={href}>
            <a
              href={href}
              aria-current={chosen ? 'true' : undefined}
              data-none={(count === 0 && !atLeast) || undefined}
            >
              <bdi>{text}</bdi> {!atLeast && <span>{figure.format(count)}</span>}
              {atLeast && count > 0 && <span>{t('filters.atLeast', { figure: figure.format(count) })}</span>}
            </a>
          </li>
        ))}
      </ul>
    </details>
  )
}

import type { MetaArgs, MetaFunction } from '@remix-run/node'
import type { enWords } from '#app/catalogue/en-words.ts'
import { textIn } from '#app/catalogue/text.ts'
import type { Frame } from './frame.ts'

type Named = Exclude<
  keyof typeof enWords.pageTitle,
  'search' | 'searchResolved' | 'department' | 'deskTicket' | 'person'
>

/** A page that is always called the same. */
export function titled(page: Named): MetaFunction {
  return (args) => [pageTitle(args, textIn('en')(`pageTitle.${page}`))]
}

/** What a tab and a bookmark say: the page first, then whose site this is. */
export function pageTitle({ matches }: Pick<MetaArgs, 'matches'>, page: string): { title: string } {
  const t = textIn('en')
  const frame = matches.find(({ id }) => id === 'root')?.data as Frame | undefined
  return { title: t('shell.title', { page, campus: frame?.campus ?? t('product') }) }
}

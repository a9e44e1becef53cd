import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { readLedger } from '#app/domain/integrity/ledger.server.ts'
import { Refusal } from '#app/platform/errors.ts'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { Ledger as Lines } from '#app/ui/ledger.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Pager } from '#app/ui/pager.tsx'
import { open } from '#app/web/door.server.ts'
import { pageTitle } from '#app/web/page-title.ts'

export const meta: MetaFunction = (args) => [
  pageTitle(args, textIn('en')('pageTitle.ledger')),
  { name: 'description', content: textIn('en')('ledger.intro') },
]

export const loader = open('visit', async ({ campus, url, shows }) => {
  const before = url.searchParams.get('before')
  if (before !== null && !/^\d{1,18}$/.test(before)) throw new Refusal('invalid', 'bad-address')
  shows()
  const { lines, next } = await readLedger(campus, before === null ? null : BigInt(before))
  return { lines, next: next && `/ledger?before=${next}` }
})

export default function Ledger() {
  const { lines, next } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <>
      <PageTitle title={t('ledger.title')} intro={t('ledger.intro')} />
      {lines.length === 0 ? (
        <EmptyState title={t('ledger.empty')} hint={t('ledger.emptyHint')} />
      ) : (
        <Lines lines={lines} />
      )}
      <Pager previous={null} next={next} />
    </>
  )
}

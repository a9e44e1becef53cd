import { useLoaderData } from '@remix-run/react'
import { useText, useWritten } from '#app/catalogue/text.ts'
import { Button } from '#app/ui/button.tsx'
import { Flash } from '#app/ui/flash.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { SECOND } from '#app/platform/clock.ts'
import { open } from '#app/web/door.server.ts'
import { WAIT } from '#app/web/gate.server.ts'
import { readKeptForm } from '#app/web/kept-form.server.ts'
import { titled } from '#app/web/page-title.ts'

export const meta = titled('challenge')

/** The fields in which somebody wrote. */
const WRITTEN = ['title', 'text', 'body', 'reason', 'words', 'email']

export const loader = open('visit', async ({ campus, url, viewer }) => {
  const key = url.searchParams.get('kept') ?? ''
  return {
    key,
    form: await readKeptForm(campus, viewer?.personId ?? null, key),
    early: url.searchParams.has('early'),
    seconds: String(WAIT / SECOND),
  }
})

export default function Challenge() {
  const { key, form, early, seconds } = useLoaderData<typeof loader>()
  const t = useText()
  const written = useWritten()
  if (!form) return <PageTitle title={t('challenge.title')} intro={t('challenge.old')} />
  const words = form.fields.filter(([name, value]) => WRITTEN.includes(name) && value !== '')
  return (
    <>
      <PageTitle title={t('challenge.title')} intro={t('challenge.intro', { seconds })} />
      {early && <Flash kind="problem">{t('challenge.early', { seconds })}</Flash>}
      {words.length > 0 && (
        <>
          <h2>{t('challenge.kept')}</h2>
          {words.map(([name, value]) => (
            <blockquote key={name} dir="auto" lang={written}>
              {value}
            </blockquote>
          ))}
        </>
      )}
      <form method="post" action={form.action} className="form">
        {form.fields.map(([name, value], index) => (
          <input key={index} type="hidden" name={name} value={value} />
        ))}
        <input type="hidden" name="pass" value={key} />
        <Button kind="primary" type="submit">
          {t('challenge.send')}
        </Button>
      </form>
      <p className="hint">{t('challenge.why')}</p>
    </>
  )
}

import { parseWithZod } from '@conform-to/zod/v4'
import { data, type HeadersFunction, type LinksFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { renderSVG } from 'uqr'
import { z } from 'zod'
import { useText } from '#app/catalogue/text.ts'
import {
  beginApp,
  confirmApp,
  resumeApp,
  type AppSetup,
} from '#app/domain/people/authenticator-app.server.ts'
import { Button } from '#app/ui/button.tsx'
import styles from '#app/ui/desk.css?url'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { TextField } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { safeBack } from '#app/web/back.ts'
import { open, type OwnDoor } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { factorsToChange, namesFor, strengthened } from '#app/web/factors.server.ts'
import { sayErrors, sixDigits } from '#app/web/forms.ts'

export const meta = titled('security')

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: styles }]

/** The key stands here once. */
export const headers: HeadersFunction = () => ({ 'Cache-Control': 'no-store' })

const ConfirmForm = z.object({ sealed: z.string().max(1000), code: sixDigits('appCode') })

export const loader = open('secure-self', async (door) => {
  await factorsToChange(door)
  const names = await appNames(door)
  return { ...drawn(beginApp(door.campus, door.viewer.personId, names)), query: door.url.search }
})

export const action = open('secure-self', async (door) => {
  const { campus, viewer, request, url } = door
  const form = await request.formData()
  await factorsToChange(door, form)
  const { personId } = viewer
  const names = await appNames(door)
  const submission = parseWithZod(form, { schema: ConfirmForm })
  const confirmed =
    submission.status === 'success' ? await confirmApp(campus, personId, submission.value) : 'mistyped'
  if (confirmed === 'kept') {
    const back = url.searchParams.get('back')
    const query = back === null ? '' : `?back=${encodeURIComponent(safeBack(back))}`
    throw await strengthened(door, `/me/security${query}`, 'factor-added')
  }
  const same = resumeApp(campus, personId, String(form.get('sealed') ?? ''), names)
  const fault = { mistyped: 'appCode', wrong: 'wrongAppCode', old: 'oldKey' }[confirmed]
  return data(
    { ...drawn(same ?? beginApp(campus, personId, names)), errors: [same ? fault : 'oldKey'] },
    { status: 400 },
  )
})

async function appNames(door: OwnDoor) {
  const { site, label } = await namesFor(door)
  return { issuer: site.name, label }
}

function drawn({ secret, sealed, uri }: AppSetup) {
  return { secret, sealed, picture: renderSVG(uri, { border: 4 }) }
}

export default function SetUpApp() {
  const begun = useLoaderData<typeof loader>()
  const wrong = useActionData<typeof action>()
  const { secret, sealed, picture } = wrong ?? begun
  const { query } = begun
  const t = useText()
  const errors = sayErrors(t, wrong?.errors)
  return (
    <>
      <PageTitle title={t('security.appTitle')} intro={t('security.appIntro')} />
      <ErrorSummary errors={errors.map((text) => ({ id: 'code', text }))} />
      <div
        className="qr"
        role="img"
        aria-label={t('security.appPicture')}
        // Drawn by us from a key of ours.
        dangerouslySetInnerHTML={{ __html: picture }}
      />
      <p>
        {t('security.appKey')}: <span className="secret">{secret}</span>
      </p>
      <form method="post" action={`/me/security/app${query}`} className="form">
        <input type="hidden" name="sealed" value={sealed} />
        <TextField
          id="code"
          name="code"
          label={t('security.appCode')}
          errors={errors}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={12}
          required
        />
        <Button kind="primary">{t('security.appSave')}</Button>
      </form>
      <p>
        <a className="button" href={`/me/security${query}`}>
          {t('security.appCancel')}
        </a>
      </p>
    </>
  )
}

import { data, redirect, type HeadersFunction, type LinksFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { proveByApp } from '#app/domain/people/authenticator-app.server.ts'
import { FRESH_FOR, mustProve } from '#app/domain/people/can.ts'
import { holdsFactor, prove, readFactors, spendRecoveryCode } from '#app/domain/people/factors.server.ts'
import { proveByPasskey } from '#app/domain/people/passkey.server.ts'
import { Refusal } from '#app/platform/errors.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import styles from '#app/ui/desk.css?url'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { TextField } from '#app/ui/field.tsx'
import { Flash } from '#app/ui/flash.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { safeBack } from '#app/web/back.ts'
import { open, type OwnDoor } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { namesFor, passkeyAnswer, strengthened } from '#app/web/factors.server.ts'
import { sayErrors } from '#app/web/forms.ts'
import type { Handle } from '#app/web/frame.ts'
import { readKeptForm } from '#app/web/kept-form.server.ts'

export const handle: Handle = { enhance: ['passkey'] }

export const meta = titled('prove')

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: styles }]

export const headers: HeadersFunction = () => ({ 'Cache-Control': 'no-store' })

/** Where a second factor is proven: on the way to a page, or for a form that was sent and is kept meanwhile. */
export const loader = open('secure-self', async (door) => {
  const { app, campus, viewer, provenAt, url } = door
  const { back, key, form } = await wayOf(door)
  const query = `?${new URLSearchParams(key === null ? { back } : { kept: key })}`
  // Whatever was asked for: who proved it lately enough for all of it need not do so again.
  const fresh = !mustProve(FRESH_FOR, provenAt, app.clock.now())
  if (fresh && key === null) throw redirect(back, 303)
  const factors = await readFactors(campus, viewer.personId)
  const there = await app.providers.find(door.provider ?? '')
  // Who has shown one at their provider shows it there again: what is new here would prove nothing of before.
  if (!fresh && !holdsFactor(factors) && provenAt === null)
    throw redirect(`/me/security?back=${encodeURIComponent(`${url.pathname}${query}`)}`, 303)
  return {
    fresh,
    back,
    query,
    kept: key !== null,
    form: fresh ? form : null,
    again: provenAt !== null,
    ways: { passkey: factors.passkeys.length > 0, app: factors.app !== null, codes: factors.codesLeft > 0 },
    provider: there?.configured.enabled ? { slug: there.configured.slug, name: there.configured.name } : null,
  }
})

const FAULTS = { app: 'wrongAppCode', 'recovery-code': 'wrongRecoveryCode', passkey: 'wrongPasskey' } as const
type Way = keyof typeof FAULTS

export const action = open('secure-self', async (door) => {
  const { app, campus, viewer, sessionId, request } = door
  const { back, key } = await wayOf(door)
  const { personId } = viewer
  const form = await request.formData()
  const way = form.get('intent') as Way
  const code = String(form.get('code') ?? '').slice(0, 100)
  const checks: Record<Way, () => Promise<boolean>> = {
    app: () => proveByApp(campus, personId, code.replace(/\s/g, '')),
    'recovery-code': () => spendRecoveryCode(campus, personId, code),
    passkey: async () => {
      const { site } = await namesFor(door)
      return proveByPasskey(campus, { personId, sessionId }, site, passkeyAnswer(form))
    },
  }
  if (!Object.hasOwn(checks, way)) throw new Refusal('invalid', 'bad-form')
  const proven = await prove(campus, personId, checks[way])
  if (proven === 'proven')
    throw await strengthened(door, key === null ? back : `/prove?kept=${encodeURIComponent(key)}`, 'proven')
  app.log.warn({ way, proven }, 'a second factor was refused')
  if (proven === 'wrong') return data({ way, error: FAULTS[way] }, { status: 400 })
  return data({ way, error: 'resting' }, { status: 429 })
})

/** Where this leads: to a page, or to a form that is sent again there. */
async function wayOf({ campus, viewer, url }: OwnDoor) {
  const key = url.searchParams.get('kept')
  const form = key === null ? null : await readKeptForm(campus, viewer.personId, key)
  return { key, form, back: safeBack(form?.action ?? url.searchParams.get('back'), '/desk') }
}

export default function Prove() {
  const { fresh, back, query, kept, form, again, ways, provider } = useLoaderData<typeof loader>()
  const wrong = useActionData<{ way: Way; error: string }>()
  const t = useText()
  if (fresh) return <SendAgain back={back} form={form} />
  const errors = (way: Way) => (wrong?.way === way ? sayErrors(t, [wrong.error]) : [])
  const all = (['app', 'recovery-code'] as const).flatMap((way) =>
    errors(way).map((text) => ({ id: way, text })),
  )
  const action = `/prove${query}`
  return (
    <>
      <PageTitle title={t('prove.title')} intro={t(again ? 'prove.introAnew' : 'prove.intro')} />
      {kept && <Flash kind="info">{t('prove.kept')}</Flash>}
      <ErrorSummary errors={all} />
      {errors('passkey').map((text) => (
        <Flash key={text} kind="problem">
          {text}
        </Flash>
      ))}
      {ways.passkey && (
        <Section title={t('prove.passkey')} id="by-passkey">
          <form
            method="post"
            action={action}
            className="form"
            data-passkey="prove"
            data-problem={t('security.problem')}
            hidden
          >
            <input type="hidden" name="answer" value="" />
            <input type="hidden" name="intent" value="passkey" />
            <p className="error" role="alert" />
            <Button kind="primary">{t('prove.usePasskey')}</Button>
          </form>
          <p data-no-passkey>{t('security.noPasskeys')}</p>
        </Section>
      )}
      {ways.app && (
        <Section title={t('prove.app')} id="by-app">
          <form method="post" action={action} className="form">
            <TextField
              id="app"
              name="code"
              label={t('prove.code')}
              errors={errors('app')}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={12}
              required
            />
            <Button kind={ways.passkey ? 'normal' : 'primary'} name="intent" value="app">
              {t('prove.send')}
            </Button>
          </form>
        </Section>
      )}
      {ways.codes && (
        <Section title={t('prove.recovery')} id="by-code">
          <form method="post" action={action} className="form">
            <TextField
              id="recovery-code"
              name="code"
              label={t('prove.recoveryCode')}
              errors={errors('recovery-code')}
              autoComplete="off"
              maxLength={40}
              required
            />
            <Button name="intent" value="recovery-code">
              {t('prove.useRecovery')}
            </Button>
          </form>
        </Section>
      )}
      {provider && (
        <Section title={t('prove.provider', { name: provider.name })} id="by-provider">
          <p>{t('prove.providerHint')}</p>
          <p>
            <a
              className="button"
              rel="nofollow"
              href={`/sign-in/with/${provider.slug}?strong&back=${encodeURIComponent(kept ? action : back)}`}
            >
              {t('prove.goThere')}
            </a>
          </p>
        </Section>
      )}
      <p>{t('prove.lost')}</p>
    </>
  )
}

/** A form that was held up, as it was sent: it is not done without one more press. */
function SendAgain({
  back,
  form,
}: {
  back: string
  form: { action: string; fields: Array<[name: string, value: string]> } | null
}) {
  const t = useText()
  return (
    <>
      <PageTitle title={t('prove.again')} intro={t(form ? 'prove.againIntro' : 'prove.old')} />
      {form && (
        <form method="post" action={form.action} className="form">
          {form.fields.map(([name, value], index) => (
            <input key={index} type="hidden" name={name} value={value} />
          ))}
          <Button kind="primary">{t('prove.sendAgain')}</Button>
        </form>
      )}
      <p>
        <a className="button" href={back}>
          {t('prove.drop')}
        </a>
      </p>
    </>
  )
}

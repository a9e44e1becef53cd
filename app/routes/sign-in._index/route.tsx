import { parseWithZod } from '@conform-to/zod/v4'
import { getFormProps, useForm } from '@conform-to/react'
import { data, redirect } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { textIn, useText } from '#app/catalogue/text.ts'
import { listDemoPeople } from '#app/domain/people/actor.server.ts'
import { requestSignIn, SIGN_IN_LASTS } from '#app/domain/people/sign-in.server.ts'
import { MINUTE } from '#app/platform/clock.ts'
import { reasonOf } from '#app/platform/errors.ts'
import type { Handle } from '#app/web/frame.ts'
import { Button } from '#app/ui/button.tsx'
import { DemoPeople } from '#app/ui/demo-people.tsx'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { TextField } from '#app/ui/field.tsx'
import { Flash } from '#app/ui/flash.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { FormGuard } from '#app/ui/slots.tsx'
import { safeBack } from '#app/web/back.ts'
import { open } from '#app/web/door.server.ts'
import { passGate } from '#app/web/gate.server.ts'
import { titled } from '#app/web/page-title.ts'
import { mailAddress, sayErrors } from '#app/web/forms.ts'
import { stampOf } from '#app/web/stamp.ts'

export const handle: Handle = { here: 'sign-in' }

export const meta = titled('signIn')

const AddressForm = z.object({ email: mailAddress })

export const loader = open('visit', async ({ app, campus, url, viewer }) => {
  const back = safeBack(url.searchParams.get('back'))
  if (viewer) throw redirect(back)
  const [providers, mail] = await Promise.all([app.providers.list(), app.mailSignsIn()])
  const ways = providers
    .filter(({ configured }) => configured.enabled)
    .map(({ configured: { slug, name } }) => ({ slug, name }))
  // Nothing to choose, so nobody is asked; but who comes from a failed try is not sent round in a circle.
  if (ways.length === 1 && !mail && !app.env.demo && !url.searchParams.has('choose'))
    throw redirect(`/sign-in/with/${ways[0]!.slug}?back=${encodeURIComponent(back)}`)
  return {
    back,
    ways,
    mail,
    kept: back.includes('draft='),
    domain: app.env.campus.mailDomains[0] ?? null,
    made: stampOf(campus.seal, campus.clock.now()),
    demoPeople: app.env.demo ? await listDemoPeople(campus) : null,
  }
})

export const action = open('visit', async (door) => {
  const { app, campus, request } = door
  const { env } = app
  const form = await request.formData()
  const back = safeBack(String(form.get('back') ?? ''))
  const submission = parseWithZod(form, { schema: AddressForm })
  if (!(await app.mailSignsIn())) return data(submission.reply({ formErrors: ['mailOff'] }), { status: 403 })
  if (submission.status !== 'success') return data(submission.reply(), { status: 400 })
  const { email } = submission.value
  const domains = env.campus.mailDomains
  // Said of the address alone, so that it tells nothing of who is known here.
  if (domains.length > 0 && email !== env.adminEmail && !domains.includes(email.split('@').at(-1) ?? '')) {
    return data(submission.reply({ fieldErrors: { email: [`wrongDomain?domain=${domains[0]}`] } }), {
      status: 400,
    })
  }
  await passGate(door, 'sign-in', '/sign-in?index', form)
  const { id, mail } = await requestSignIn(campus, { email, next: back })
  if (mail) {
    const t = textIn('en')
    const words = {
      campus: env.campus.name,
      code: mail.code,
      minutes: String(SIGN_IN_LASTS / MINUTE),
      url: `${env.publicUrl}/sign-in/link/${mail.token}`,
    }
    try {
      await app.mailer.send({
        to: mail.to,
        subject: t('mail.signIn.subject', words),
        text: t('mail.signIn.body', words),
      })
    } catch (error) {
      app.log.error({ reason: reasonOf(error) }, 'a sign-in mail could not be sent')
      return data(submission.reply({ formErrors: ['mailFailed'] }), { status: 503 })
    }
  }
  throw redirect(`/sign-in/code?id=${id}&back=${encodeURIComponent(back)}`, 303)
})

/** Made-up people have no name but their address. */
function demoName(email: string): string {
  return email.charAt(0).toUpperCase() + email.slice(1, email.indexOf('@'))
}

export default function SignIn() {
  const { back, kept, ways, mail, domain, made, demoPeople } = useLoaderData<typeof loader>()
  const lastResult = useActionData<typeof action>()
  const t = useText()
  const [form, { email }] = useForm({
    id: 'sign-in',
    lastResult: lastResult ?? null,
    defaultValue: { email: '' },
  })
  const errors = sayErrors(t, email.errors)
  return (
    <>
      <PageTitle
        title={t('signIn.title')}
        intro={t(ways.length > 0 ? 'signIn.withIntro' : mail ? 'signIn.intro' : 'signIn.noWay')}
      />
      {kept && <Flash kind="info">{t('signIn.keptForYou')}</Flash>}
      {sayErrors(t, form.errors).map((error) => (
        <Flash key={error} kind="problem">
          {error}
        </Flash>
      ))}
      <ErrorSummary errors={errors.map((text) => ({ id: email.id, text }))} />
      {ways.map(({ slug, name }) => (
        <p key={slug}>
          <a
            className="button primary"
            rel="nofollow"
            href={`/sign-in/with/${slug}?back=${encodeURIComponent(back)}`}
          >
            {t('signIn.with', { name })}
          </a>
        </p>
      ))}
      {mail && (
        <>
          {ways.length > 0 && <h2>{t('signIn.byMail')}</h2>}
          <form method="post" action="/sign-in?index" {...getFormProps(form)} className="form">
            <input type="hidden" name="back" value={back} />
            <FormGuard made={made} />
            <TextField
              id={email.id}
              name={email.name}
              type="email"
              label={t('signIn.address')}
              hint={domain ? t('signIn.addressHint', { domain }) : t('signIn.why')}
              errors={errors}
              defaultValue={email.initialValue}
              autoComplete="email"
              required
            />
            <Button kind={ways.length > 0 ? 'normal' : 'primary'} type="submit">
              {t('signIn.send')}
            </Button>
          </form>
        </>
      )}
      {demoPeople && (
        <section className="section" aria-labelledby="demo-people">
          <h2 id="demo-people">{t('demo.peopleTitle')}</h2>
          <p>{t('demo.peopleIntro')}</p>
          <DemoPeople
            back={back}
            people={demoPeople.map(({ id, email, role, department }) => ({
              id,
              name: demoName(email ?? ''),
              about: department ?? t(`viewer.${role}`),
            }))}
          />
        </section>
      )}
    </>
  )
}

import { parseWithZod } from '@conform-to/zod/v4'
import { getFormProps, useForm } from '@conform-to/react'
import { data } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { useText } from '#app/catalogue/text.ts'
import { signInByCode, SIGN_IN_LASTS } from '#app/domain/people/sign-in.server.ts'
import { MINUTE } from '#app/platform/clock.ts'
import type { Handle } from '#app/web/frame.ts'
import { Button } from '#app/ui/button.tsx'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { TextField } from '#app/ui/field.tsx'
import { Flash } from '#app/ui/flash.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { safeBack } from '#app/web/back.ts'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { choice, sayErrors, sixDigits } from '#app/web/forms.ts'
import { finishSignIn, mailTrust } from '#app/web/sign-in.server.ts'

export const handle: Handle = { here: 'sign-in' }

export const meta = titled('code')

const CodeForm = z.object({
  id: z.string(choice('oldCode')).max(64),
  code: sixDigits('code'),
})

/** `back` is where who asks for another code is going: what they wrote may wait there. */
export const loader = open('visit', async ({ app, url }) => ({
  id: url.searchParams.get('id') ?? '',
  back: safeBack(url.searchParams.get('back')),
  minutes: SIGN_IN_LASTS / MINUTE,
  mailbox: app.env.demo,
}))

export const action = open('visit', async (door) => {
  const { app, campus, request } = door
  const submission = parseWithZod(await request.formData(), { schema: CodeForm })
  if (submission.status !== 'success') return data(submission.reply(), { status: 400 })
  if (!(await app.mailSignsIn())) return data(submission.reply({ formErrors: ['mailOff'] }), { status: 403 })
  const result = await signInByCode(campus, submission.value, await mailTrust(app))
  if (result.kind === 'signed-in') throw await finishSignIn(door, { ...result, provider: 'mail' })
  app.log.warn({ provider: 'mail', fault: result.kind }, 'a sign-in was refused')
  const fault = result.kind === 'wrong' ? 'wrongCode' : 'oldCode'
  return data(submission.reply({ fieldErrors: { code: [fault] }, resetForm: false }), { status: 400 })
})

export default function Code() {
  const { id, back, minutes, mailbox } = useLoaderData<typeof loader>()
  const lastResult = useActionData<typeof action>()
  const t = useText()
  const [form, fields] = useForm({
    id: 'code-form',
    lastResult: lastResult ?? null,
    defaultValue: { id, code: '' },
  })
  const errors = sayErrors(t, fields.code.errors)
  return (
    <>
      <PageTitle title={t('signIn.codeTitle')} intro={t('signIn.codeIntro', { minutes: String(minutes) })}>
        {mailbox && (
          <p>
            <a href="/demo/mail">{t('signIn.demoMail')}</a>
          </p>
        )}
      </PageTitle>
      {sayErrors(t, form.errors).map((error) => (
        <Flash key={error} kind="problem">
          {error}
        </Flash>
      ))}
      <ErrorSummary errors={errors.map((text) => ({ id: fields.code.id, text }))} />
      <form
        method="post"
        action={`/sign-in/code?back=${encodeURIComponent(back)}`}
        {...getFormProps(form)}
        className="form"
      >
        <input type="hidden" name="id" value={fields.id.initialValue ?? id} />
        <TextField
          id={fields.code.id}
          name={fields.code.name}
          label={t('signIn.code')}
          errors={errors}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={12}
          required
        />
        <Button kind="primary" type="submit">
          {t('signIn.codeSend')}
        </Button>
      </form>
      <p className="actions">
        <a className="button" href={`/sign-in?back=${encodeURIComponent(back)}`}>
          {t('signIn.codeAgain')}
        </a>
      </p>
    </>
  )
}

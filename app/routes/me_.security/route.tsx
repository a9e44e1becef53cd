import { data, type HeadersFunction, type LinksFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { parseWithZod } from '@conform-to/zod/v4'
import { z } from 'zod'
import { useText } from '#app/catalogue/text.ts'
import { holdsFactor, makeRecoveryCodes, removeFactor } from '#app/domain/people/factors.server.ts'
import { addPasskey } from '#app/domain/people/passkey.server.ts'
import { Refusal } from '#app/platform/errors.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import styles from '#app/ui/desk.css?url'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { TextField } from '#app/ui/field.tsx'
import { Flash } from '#app/ui/flash.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Time } from '#app/ui/time.tsx'
import { safeBack } from '#app/web/back.ts'
import { open, seeOther } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { factorsToChange, namesFor, passkeyAnswer, strengthened } from '#app/web/factors.server.ts'
import { line, sayErrors } from '#app/web/forms.ts'
import { useNow, type Handle } from '#app/web/frame.ts'

export const handle: Handle = { enhance: ['passkey'] }

export const meta = titled('security')

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: styles }]

/** Recovery codes stand here once. */
export const headers: HeadersFunction = () => ({ 'Cache-Control': 'no-store' })

const HERE = '/me/security'

const NameForm = z.object({ name: line({ max: 60 }) })

export const loader = open('secure-self', async (door) => {
  const factors = await factorsToChange(door)
  return { factors, held: holdsFactor(factors), demo: door.app.env.demo, back: backIn(door.url) }
})

export const action = open('secure-self', async (door) => {
  const { campus, viewer, sessionId, request, url } = door
  const form = await request.formData()
  const factors = await factorsToChange(door, form)
  const { personId } = viewer
  const here = hereWith(backIn(url))
  switch (form.get('intent')) {
    case 'add-passkey': {
      const submission = parseWithZod(form, { schema: NameForm })
      if (submission.status !== 'success') return data({ named: submission.reply() }, { status: 400 })
      const { site } = await namesFor(door)
      const { name } = submission.value
      const answer = passkeyAnswer(form)
      if (!(await addPasskey(campus, { personId, sessionId }, site, { name, answer })))
        return data({ refused: true }, { status: 400 })
      throw await strengthened(door, here, 'factor-added')
    }
    case 'remove-passkey':
      await removeFactor(campus, personId, { passkey: String(form.get('passkey') ?? '') })
      throw seeOther(here, 'factor-removed')
    case 'remove-app':
      await removeFactor(campus, personId, 'app')
      throw seeOther(here, 'factor-removed')
    case 'make-codes':
      // Codes alone would be no second factor, but something written on paper.
      if (!holdsFactor(factors)) throw new Refusal('conflict', 'factor-first')
      return data({ codes: await makeRecoveryCodes(campus, personId) })
    default:
      throw new Refusal('invalid', 'bad-form')
  }
})

/** Where somebody was going before they were asked for a factor they did not have yet. */
function backIn(url: URL): string | null {
  const back = url.searchParams.get('back')
  return back === null ? null : safeBack(back)
}

function hereWith(back: string | null): string {
  return back === null ? HERE : `${HERE}?back=${encodeURIComponent(back)}`
}

type Said = {
  named?: {
    error?: Record<string, Array<string> | null> | null
    initialValue?: Record<string, unknown> | null
  }
  refused?: boolean
  codes?: Array<string>
}

export default function Security() {
  const { factors, held, demo, back } = useLoaderData<typeof loader>()
  const said = useActionData<typeof action>() as Said | undefined
  const now = useNow()
  const t = useText()
  const alone = factors.passkeys.length + (factors.app ? 1 : 0) === 1
  const here = hereWith(back)
  const left = said?.codes?.length ?? factors.codesLeft
  const errors = sayErrors(t, said?.named?.error?.name ?? undefined)
  return (
    <>
      <PageTitle title={t('security.title')} intro={t('security.intro')} />
      {demo && <Flash kind="info">{t('security.demo')}</Flash>}
      {!held && !demo && <Flash kind="info">{t('security.first')}</Flash>}
      {held && back !== null && (
        <>
          {left === 0 && <Flash kind="info">{t('security.firstDone')}</Flash>}
          <p>
            <a className="button primary" href={back}>
              {t('security.goOn')}
            </a>
          </p>
        </>
      )}
      {said?.refused && <Flash kind="problem">{t('security.passkeyRefused')}</Flash>}
      <ErrorSummary errors={errors.map((text) => ({ id: 'passkey-name', text }))} />

      <Section title={t('security.passkeys')} id="passkeys">
        <p>{t('security.passkeysHint')}</p>
        {factors.passkeys.length > 0 && (
          <ul className="records">
            {factors.passkeys.map(({ id, name, createdAt, usedAt }) => (
              <li key={id}>
                <div>
                  <b>
                    <bdi>{name}</bdi>
                  </b>
                  <dl>
                    <div>
                      <dt>{t('security.added')}</dt>
                      <dd>
                        <Time at={createdAt} style="date" />
                      </dd>
                    </div>
                    <div>
                      <dt>{t('security.used')}</dt>
                      <dd>{usedAt ? <Time at={usedAt} now={now} /> : t('security.neverUsed')}</dd>
                    </div>
                  </dl>
                </div>
                {!alone && (
                  <form method="post" action={here}>
                    <input type="hidden" name="intent" value="remove-passkey" />
                    <Button name="passkey" value={id} aria-label={t('security.removeNamed', { name })}>
                      {t('security.remove')}
                    </Button>
                  </form>
                )}
              </li>
            ))}
          </ul>
        )}
        <form
          method="post"
          action={here}
          className="form"
          data-passkey="add"
          data-problem={t('security.problem')}
          hidden
        >
          <input type="hidden" name="intent" value="add-passkey" />
          <input type="hidden" name="answer" value="" />
          <TextField
            id="passkey-name"
            name="name"
            label={t('security.passkeyName')}
            hint={t('security.passkeyNameHint')}
            errors={errors}
            maxLength={60}
            required
          />
          <p className="error" role="alert" />
          <Button kind={held ? 'normal' : 'primary'}>{t('security.addPasskey')}</Button>
        </form>
        <p data-no-passkey>{t('security.noPasskeys')}</p>
      </Section>

      <Section title={t('security.app')} id="app">
        <p>{t('security.appHint')}</p>
        {factors.app && (
          <ul className="records">
            <li>
              <dl>
                <div>
                  <dt>{t('security.added')}</dt>
                  <dd>
                    <Time at={factors.app.createdAt} style="date" />
                  </dd>
                </div>
              </dl>
              {!alone && (
                <form method="post" action={here}>
                  <Button
                    name="intent"
                    value="remove-app"
                    aria-label={t('security.removeNamed', { name: t('security.app') })}
                  >
                    {t('security.remove')}
                  </Button>
                </form>
              )}
            </li>
          </ul>
        )}
        <p>
          <a
            className="button"
            href={`/me/security/app${back === null ? '' : `?back=${encodeURIComponent(back)}`}`}
          >
            {factors.app ? t('security.changeApp') : t('security.addApp')}
          </a>
        </p>
      </Section>

      {held && (
        <Section title={t('security.codes')} id="codes">
          <p>{t('security.codesHint')}</p>
          {said?.codes ? (
            <>
              <Flash kind="done">{t('security.codesShown')}</Flash>
              <ol className="codes secret">
                {said.codes.map((code) => (
                  <li key={code}>{code}</li>
                ))}
              </ol>
            </>
          ) : (
            <p>{left > 0 ? t('security.codesLeft', { count: left }) : t('security.codesNone')}</p>
          )}
          <form method="post" action={here} className="form">
            <Button name="intent" value="make-codes">
              {left > 0 ? t('security.makeCodesAgain') : t('security.makeCodes')}
            </Button>
          </form>
        </Section>
      )}
      {alone && <p>{t('security.lastOne')}</p>}
      <p>{t('security.lost')}</p>
    </>
  )
}

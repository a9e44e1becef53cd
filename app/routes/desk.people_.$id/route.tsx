import { parseWithZod } from '@conform-to/zod/v4'
import { data, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import type { ReactNode } from 'react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { listDepartments } from '#app/domain/departments/read.server.ts'
import { readPerson } from '#app/domain/people/directory.server.ts'
import { holdsFactor, readFactors } from '#app/domain/people/factors.server.ts'
import { changeRole, disable, enable, resetFactors } from '#app/domain/people/look-after.server.ts'
import { endSessions, listSessions } from '#app/domain/people/sessions.server.ts'
import { Refusal } from '#app/platform/errors.ts'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { SelectField, TextField } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { SessionList } from '#app/ui/session-list.tsx'
import { Time } from '#app/ui/time.tsx'
import { RESET_REASONS, ROLES } from '#app/vocabulary.ts'
import { open, seeOther } from '#app/web/door.server.ts'
import { pageTitle } from '#app/web/page-title.ts'
import { sayErrors } from '#app/web/forms.ts'
import { useNow } from '#app/web/frame.ts'
import { tellPerson, type Done } from '#app/web/people-mail.server.ts'
import { PersonForm, type PersonIntent } from './form.ts'

export const meta: MetaFunction<typeof loader> = (args) => {
  const t = textIn('en')
  return [pageTitle(args, t('pageTitle.person', { name: args.data?.person.email ?? t('people.unnamed') }))]
}

export const loader = open('manage-people', async (door) => {
  const { campus, params, viewer, sessionId } = door
  const person = await readPerson(campus, params.id ?? '')
  const [desk, departments, sessions, factors] = await Promise.all([
    readDesk(door, viewer),
    listDepartments(campus),
    listSessions(campus, person.id, sessionId),
    readFactors(campus, person.id),
  ])
  return {
    desk,
    person,
    departments,
    sessions,
    hasFactor: holdsFactor(factors),
    you: person.id === viewer.personId,
  }
})

export const action = open('manage-people', async (door) => {
  const { app, campus, viewer, params, request } = door
  const submission = parseWithZod(await request.formData(), { schema: PersonForm })
  if (submission.status !== 'success') {
    // No form of ours: there is no field to say it beside.
    if (submission.error?.intent) throw new Refusal('invalid', 'bad-form')
    return data(submission.reply(), { status: 400 })
  }
  const form = submission.value
  const person = await readPerson(campus, params.id ?? '')
  const personId = person.id
  const here = `/desk/people/${personId}`
  const told = async (done: Done, sentence: string) =>
    seeOther(here, (await tellPerson(app, person.email, done, sentence)) ? 'person-changed' : 'person-untold')
  switch (form.intent) {
    case 'role': {
      const { role, departments: departmentIds } = form
      await changeRole(campus, viewer, { personId, role, departmentIds })
      throw await told({ kind: 'role', role }, form.sentence)
    }
    case 'disable':
      await disable(campus, viewer, personId)
      throw await told({ kind: 'disable' }, form.sentence)
    case 'enable':
      await enable(campus, viewer, personId)
      throw await told({ kind: 'enable' }, form.sentence)
    case 'reset':
      await resetFactors(campus, viewer, { personId, reason: form.reason })
      throw await told({ kind: 'reset' }, form.sentence)
    case 'end':
      await endSessions(campus, personId, { handle: form.session }, viewer.personId)
      throw seeOther(here, 'session-ended')
    case 'end-all':
      await endSessions(campus, personId, 'all', viewer.personId)
      throw await told({ kind: 'end-all' }, form.sentence)
  }
})

export default function Person() {
  const { desk, person, departments, sessions, hasFactor, you } = useLoaderData<typeof loader>()
  const wrong = useActionData<typeof action>()
  const now = useNow()
  const t = useText()
  const here = `/desk/people/${person.id}`
  const sent = (intent: PersonIntent) => (wrong?.initialValue?.intent === intent ? wrong : undefined)
  const errorsOf = (intent: PersonIntent, name: string) =>
    sayErrors(t, sent(intent)?.error?.[name] ?? undefined)
  const works = person.departments.map(({ id }) => id)
  const part = (intent: PersonIntent, title: string, hint: string, save: string, fields?: ReactNode) => {
    const named = (name: string) => ({ id: `${intent}-${name}`, name, errors: errorsOf(intent, name) })
    const all = ['departments', 'reason', 'sentence'].map(named)
    return (
      <details className="desk-part" open={sent(intent) !== undefined}>
        <summary>{title}</summary>
        <form method="post" action={here} className="form" noValidate>
          <ErrorSummary errors={all.flatMap(({ id, errors }) => errors.map((text) => ({ id, text })))} />
          <p>{hint}</p>
          {fields}
          <TextField
            {...named('sentence')}
            label={t('person.sentence')}
            hint={t('person.sentenceHint')}
            defaultValue={String(sent(intent)?.initialValue?.sentence ?? '')}
            maxLength={300}
            required
          />
          <Button name="intent" value={intent}>
            {save}
          </Button>
        </form>
      </details>
    )
  }
  return (
    <DeskShell here="people" {...desk}>
      <p className="crumb">
        <a href="/desk/people">{t('person.back')}</a>
      </p>
      <PageTitle title={person.email ?? t('people.unnamed')} />
      <Section title={t('person.facts')} id="facts">
        <ul className="records">
          <li>
            <dl>
              <div>
                <dt>{t('person.role')}</dt>
                <dd>{t(`viewer.${person.role}`)}</dd>
              </div>
              <div>
                <dt>{t('person.departments')}</dt>
                <dd>
                  <bdi>
                    {person.departments.map(({ name }) => name).join(', ') || t('people.noDepartment')}
                  </bdi>
                </dd>
              </div>
              <div>
                <dt>{t('person.factor')}</dt>
                <dd>{t(hasFactor ? 'person.factorSet' : 'person.factorUnset')}</dd>
              </div>
              <div>
                <dt>{t('person.state')}</dt>
                <dd>
                  {person.disabledAt ? (
                    <>
                      {t('person.disabledSince')} <Time at={person.disabledAt} style="date" />
                    </>
                  ) : (
                    t('person.open')
                  )}
                </dd>
              </div>
            </dl>
          </li>
        </ul>
        {you && <p>{t('person.you')}</p>}
        {!you && (
          <div>
            {part(
              'role',
              t('person.change'),
              t('person.changeHint'),
              t('person.save'),
              <>
                <SelectField
                  id="role-role"
                  name="role"
                  label={t('person.role')}
                  defaultValue={String(sent('role')?.initialValue?.role ?? person.role)}
                  options={ROLES.map((role) => ({ value: role, text: t(`viewer.${role}`) }))}
                />
                <fieldset className="choices" id="role-departments">
                  <legend>{t('person.departments')}</legend>
                  {errorsOf('role', 'departments').map((text) => (
                    <p className="error" key={text}>
                      {text}
                    </p>
                  ))}
                  {departments.map(({ id, name }) => (
                    <label key={id}>
                      <input
                        type="checkbox"
                        name="departments"
                        value={id}
                        defaultChecked={works.includes(id)}
                      />
                      <bdi>{name}</bdi>
                    </label>
                  ))}
                </fieldset>
              </>,
            )}
            {person.disabledAt
              ? part('enable', t('person.enable'), t('person.enableHint'), t('person.enable'))
              : part('disable', t('person.disable'), t('person.disableHint'), t('person.disable'))}
            {part(
              'reset',
              t('person.reset'),
              t('person.resetHint'),
              t('person.reset'),
              <SelectField
                id="reset-reason"
                name="reason"
                label={t('person.reason')}
                errors={errorsOf('reset', 'reason')}
                options={RESET_REASONS.map((reason) => ({
                  value: reason,
                  text: t(`person.reasons.${reason}`),
                }))}
              />,
            )}
          </div>
        )}
      </Section>
      <Section title={t('person.sessions')} id="sessions">
        {sessions.length === 0 ? (
          <p>{t('person.noSessions')}</p>
        ) : (
          <>
            <SessionList sessions={sessions} now={now} action={here} />
            {!you && part('end-all', t('person.endAll'), t('person.changeHint'), t('person.endAll'))}
          </>
        )}
      </Section>
    </DeskShell>
  )
}

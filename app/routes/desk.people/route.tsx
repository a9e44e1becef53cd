import { parseWithZod } from '@conform-to/zod/v4'
import { data } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { z } from 'zod'
import { useText } from '#app/catalogue/text.ts'
import { listDepartments } from '#app/domain/departments/read.server.ts'
import { listPeople } from '#app/domain/people/directory.server.ts'
import { invite, inviteAgain, listInvitations, withdrawInvitation } from '#app/domain/people/invite.server.ts'
import { Refusal } from '#app/platform/errors.ts'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { SelectField, TextField } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Pager } from '#app/ui/pager.tsx'
import { Time } from '#app/ui/time.tsx'
import { ROLES, type Role } from '#app/vocabulary.ts'
import { open, seeOther } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { choice, mailAddress, sayErrors } from '#app/web/forms.ts'
import { useNow } from '#app/web/frame.ts'
import { sendInvitation } from '#app/web/people-mail.server.ts'

export const meta = titled('people')

const HERE = '/desk/people'

const INVITED = ROLES.filter((role): role is Exclude<Role, 'student'> => role !== 'student')

const InviteForm = z
  .object({
    email: mailAddress,
    role: z.enum(INVITED, choice()),
    department: z.coerce.number(choice('unknownDepartment')).int().positive().optional(),
  })
  .refine(({ role, department }) => role !== 'responder' || department !== undefined, {
    path: ['department'],
    ...choice('departmentNeeded'),
  })

export const loader = open('manage-people', async (door) => {
  const { campus, url } = door
  const asked = (name: string) => url.searchParams.get(name) ?? ''
  const query = {
    text: asked('q').trim().slice(0, 100),
    role: ROLES.find((role) => role === asked('role')) ?? null,
    departmentId: Number.parseInt(asked('works')) || null,
    after: asked('after') || null,
  }
  const [desk, found, invitations, departments] = await Promise.all([
    readDesk(door, door.viewer),
    listPeople(campus, query),
    listInvitations(campus),
    listDepartments(campus),
  ])
  const kept = new URLSearchParams([...url.searchParams].filter(([name]) => name !== 'after'))
  const at = (more: Record<string, string>) =>
    `${HERE}?${new URLSearchParams([...kept, ...Object.entries(more)])}`
  return {
    desk,
    query,
    people: found.people,
    next: found.next === null ? null : at({ after: found.next }),
    first: query.after === null ? null : at({}),
    invitations,
    departments,
  }
})

export const action = open('manage-people', async (door) => {
  const { app, campus, viewer, request } = door
  const form = await request.formData()
  const id = String(form.get('invitation') ?? '')
  switch (form.get('intent')) {
    case 'invite': {
      const submission = parseWithZod(form, { schema: InviteForm })
      if (submission.status !== 'success') return data(submission.reply(), { status: 400 })
      const { email, role, department } = submission.value
      const invited = await invite(campus, viewer, { email, role, departmentId: department ?? null })
      throw seeOther(HERE, (await sendInvitation(app, invited)) ? 'invited' : 'uninvited')
    }
    case 'invite-again': {
      const invited = await inviteAgain(campus, viewer, id)
      throw seeOther(HERE, (await sendInvitation(app, invited)) ? 'invited' : 'uninvited')
    }
    case 'withdraw':
      await withdrawInvitation(campus, viewer, id)
      throw seeOther(HERE, 'invitation-withdrawn')
    default:
      throw new Refusal('invalid', 'bad-form')
  }
})

export default function People() {
  const { desk, query, people, next, first, invitations, departments } = useLoaderData<typeof loader>()
  const wrong = useActionData<typeof action>()
  const now = useNow()
  const t = useText()
  const works = departments.map(({ id, name }) => ({ value: String(id), text: name }))
  const roles = (of: ReadonlyArray<Role>) => of.map((role) => ({ value: role, text: t(`viewer.${role}`) }))
  const sent = (name: string) => String(wrong?.initialValue?.[name] ?? '')
  const field = (name: string) => ({
    id: `invite-${name}`,
    name,
    errors: sayErrors(t, wrong?.error?.[name] ?? undefined),
  })
  const fields = [field('email'), field('role'), field('department')] as const
  const [email, role, department] = fields
  return (
    <DeskShell here="people" {...desk}>
      <PageTitle title={t('people.title')} intro={t('people.intro')} />
      <p className="crumb">
        <a href="#invite">{t('people.inviteTitle')}</a>
      </p>
      <form method="get" action={HERE} className="people-search">
        <TextField
          id="q"
          name="q"
          type="search"
          label={t('people.search')}
          defaultValue={query.text}
          maxLength={100}
        />
        <SelectField
          id="role"
          name="role"
          label={t('people.role')}
          defaultValue={query.role ?? ''}
          options={[{ value: '', text: t('people.anyRole') }, ...roles(ROLES)]}
        />
        <SelectField
          id="works"
          name="works"
          label={t('people.department')}
          defaultValue={String(query.departmentId ?? '')}
          options={[{ value: '', text: t('people.anyDepartment') }, ...works]}
        />
        <Button>{t('people.show')}</Button>
      </form>
      <Section title={t('people.found')} id="found">
        {people.length === 0 ? (
          <EmptyState title={t('people.none')} hint={t('people.noneHint')} />
        ) : (
          <ul className="records">
            {people.map((person) => (
              <li key={person.id}>
                <div>
                  <a href={`${HERE}/${person.id}`}>
                    <bdi>{person.email ?? t('people.unnamed')}</bdi>
                  </a>
                  <p className="facts">
                    <span>{t(`viewer.${person.role}`)}</span>
                    {person.departments.map(({ id, name }) => (
                      <bdi key={id}>{name}</bdi>
                    ))}
                    {person.disabledAt && <strong>{t('people.disabled')}</strong>}
                  </p>
                </div>
              </li>
            ))}
          </ul>
        )}
        {first && (
          <p>
            <a href={first}>{t('people.first')}</a>
          </p>
        )}
        <Pager previous={null} next={next} />
      </Section>
      <Section title={t('people.inviteTitle')} id="invite">
        <p>{t('people.inviteHint')}</p>
        <form method="post" action={HERE} className="form" noValidate>
          <ErrorSummary errors={fields.flatMap(({ id, errors }) => errors.map((text) => ({ id, text })))} />
          <input type="hidden" name="intent" value="invite" />
          <TextField
            {...email}
            type="email"
            label={t('people.address')}
            defaultValue={sent('email')}
            required
          />
          <SelectField
            {...role}
            label={t('people.role')}
            defaultValue={sent('role') || 'responder'}
            options={roles(INVITED)}
          />
          <SelectField
            {...department}
            label={t('people.department')}
            defaultValue={sent('department')}
            options={[{ value: '', text: t('people.noDepartment') }, ...works]}
          />
          <Button>{t('people.invite')}</Button>
        </form>
      </Section>
      {invitations.length > 0 && (
        <Section title={t('people.invitations')} id="invitations">
          <ul className="records">
            {invitations.map((one) => (
              <li key={one.id}>
                <div>
                  <b>
                    <bdi>{one.email}</bdi>
                  </b>
                  <p className="facts">
                    <span>{t('people.invitedAs', { role: t(`viewer.${one.role}`) })}</span>
                    {one.department && <bdi>{one.department}</bdi>}
                    <span>
                      {t(one.expired ? 'people.ranOut' : 'people.until')}{' '}
                      <Time at={one.expiresAt} now={now} />
                    </span>
                  </p>
                </div>
                <form method="post" action={HERE}>
                  <input type="hidden" name="invitation" value={one.id} />
                  <Button
                    name="intent"
                    value="invite-again"
                    aria-label={t('people.againNamed', { email: one.email })}
                  >
                    {t('people.again')}
                  </Button>{' '}
                  <Button
                    name="intent"
                    value="withdraw"
                    aria-label={t('people.withdrawNamed', { email: one.email })}
                  >
                    {t('people.withdraw')}
                  </Button>
                </form>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </DeskShell>
  )
}

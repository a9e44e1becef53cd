import { useForm } from '@conform-to/react'
import { parseWithZod } from '@conform-to/zod/v4'
import { data } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { readSheets, saveDepartment } from '#app/domain/departments/edit.server.ts'
import { invite } from '#app/domain/people/invite.server.ts'
import { Button } from '#app/ui/button.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { TextArea, TextField } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { open, seeOther } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { sayErrors } from '#app/web/forms.ts'
import { sendInvitation } from '#app/web/people-mail.server.ts'
import { DepartmentForm } from './form.ts'

export const meta = titled('deskDepartments')

export const loader = open('manage-departments', async (door) => {
  const actor = door.viewer
  const [desk, sheets] = await Promise.all([readDesk(door, actor), readSheets(door.campus)])
  return { desk, sheets }
})

export const action = open('manage-departments', async (door) => {
  const submission = parseWithZod(await door.request.formData(), { schema: DepartmentForm })
  if (submission.status !== 'success') return data(submission.reply(), { status: 400 })
  const { id, ...sheet } = submission.value
  const saved = await saveDepartment(door.campus, { ...sheet, id: id ?? null })
  if (saved.kind === 'taken') {
    return data(submission.reply({ fieldErrors: { keywords: ['termTaken'] } }), { status: 400 })
  }
  for (const email of saved.strangers) {
    const invited = await invite(door.campus, door.viewer, {
      email,
      role: 'responder',
      departmentId: saved.id,
    })
    await sendInvitation(door.app, invited)
  }
  throw seeOther(
    '/desk/departments',
    saved.strangers.length > 0 ? 'department-saved-invited' : 'department-saved',
  )
})

export default function Departments() {
  const { desk, sheets } = useLoaderData<typeof loader>()
  const lastResult = useActionData<typeof action>()
  /** The sheet that came back, which stands open: null is none, and empty the new one. */
  const wrong = lastResult ? String(lastResult.initialValue?.id ?? '') : null
  const t = useText()
  return (
    <DeskShell here="departments" {...desk}>
      <PageTitle title={t('desk.departmentsTitle')} intro={t('desk.departmentsIntro')} />
      {sheets.map((sheet) => (
        <details className="desk-part" key={sheet.id} open={wrong === String(sheet.id)}>
          <summary>
            <bdi>{sheet.name}</bdi>
          </summary>
          <Sheet
            sheet={{
              id: String(sheet.id),
              name: sheet.name,
              purpose: sheet.purpose,
              answerWithin: String(sheet.answerWithin),
              staff: sheet.staff.join('\n'),
              hashtags: sheet.hashtags.join(', '),
              keywords: sheet.keywords.join('\n'),
            }}
          />
        </details>
      ))}
      <details className="desk-part" open={sheets.length === 0 || wrong === ''}>
        <summary>{t('departmentSheet.add')}</summary>
        <Sheet
          sheet={{ id: '', name: '', purpose: '', answerWithin: '3', staff: '', hashtags: '', keywords: '' }}
        />
      </details>
    </DeskShell>
  )
}

type SheetValues = Record<
  'id' | 'name' | 'purpose' | 'answerWithin' | 'staff' | 'hashtags' | 'keywords',
  string
>

function Sheet({ sheet }: { sheet: SheetValues }) {
  const t = useText()
  const lastResult = useActionData<typeof action>()
  const mine = (lastResult?.initialValue?.id ?? '') === sheet.id
  const [form, fields] = useForm({
    id: `department-${sheet.id || 'new'}`,
    lastResult: lastResult && mine ? lastResult : null,
    defaultValue: sheet,
  })
  const field = (name: Exclude<keyof SheetValues, 'id'>) => ({
    id: fields[name].id,
    name: fields[name].name,
    label: t(`departmentSheet.${name}`),
    errors: [...new Set(sayErrors(t, Object.values(fields[name].allErrors ?? {}).flat()))],
    defaultValue: fields[name].initialValue,
  })
  const drawn = {
    name: field('name'),
    purpose: field('purpose'),
    answerWithin: field('answerWithin'),
    staff: field('staff'),
    hashtags: field('hashtags'),
    keywords: field('keywords'),
  }
  const errors = Object.values(drawn).flatMap(({ id, errors }) => errors.map((text) => ({ id, text })))
  return (
    <form method="post" action="/desk/departments" className="form" noValidate id={form.id}>
      <ErrorSummary errors={errors} />
      <input type="hidden" name="id" value={sheet.id} />
      <TextField {...drawn.name} required />
      <TextArea {...drawn.purpose} hint={t('departmentSheet.purposeHint')} rows={2} required />
      <TextField {...drawn.answerWithin} inputMode="numeric" required />
      <TextArea {...drawn.staff} hint={t('departmentSheet.staffHint')} rows={3} />
      <TextArea {...drawn.hashtags} hint={t('departmentSheet.hashtagsHint')} rows={2} />
      <TextArea {...drawn.keywords} hint={t('departmentSheet.keywordsHint')} rows={3} />
      <Button type="submit">{t('departmentSheet.save')}</Button>
    </form>
  )
}

import { useForm, type SubmissionResult } from '@conform-to/react'
import { parseWithZod } from '@conform-to/zod/v4'
import { data } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { readRules, saveList, saveSettings } from '#app/domain/screening/rules.server.ts'
import { isFilledIn, type WordList } from '#app/domain/screening/views.ts'
import { Refusal } from '#app/platform/errors.ts'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { SelectField, TextArea, TextField } from '#app/ui/field.tsx'
import { Flash } from '#app/ui/flash.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { LIST_KINDS } from '#app/vocabulary.ts'
import { open, seeOther } from '#app/web/door.server.ts'
import { sayErrors } from '#app/web/forms.ts'
import { titled } from '#app/web/page-title.ts'
import { ListForm, SettingsForm, wordsField, wordsIn } from './form.ts'

export const meta = titled('screening')

const HERE = '/desk/screening'

export const loader = open('manage-screening', async (door) => {
  const [desk, rules] = await Promise.all([readDesk(door, door.viewer), readRules(door.campus)])
  return { desk, rules }
})

export const action = open('manage-screening', async ({ campus, viewer, request }) => {
  const form = await request.formData()
  switch (form.get('intent')) {
    case 'settings': {
      const submission = parseWithZod(form, { schema: SettingsForm })
      if (submission.status !== 'success') return data(submission.reply(), { status: 400 })
      const { intent: _intent, ...settings } = submission.value
      await saveSettings(campus, viewer, settings)
      throw seeOther(HERE, 'screening-saved')
    }
    case 'list': {
      const submission = parseWithZod(form, { schema: ListForm })
      if (submission.status !== 'success') return data(submission.reply(), { status: 400 })
      const { intent: _intent, id, email, language, newWords, ...list } = submission.value
      const words = wordsIn(form)
      if (language && newWords.length > 0) words[language] = [...(words[language] ?? []), ...newWords]
      const saved = await saveList(campus, viewer, { ...list, id: id ?? null, email: email ?? '', words })
      if (!saved) return data(submission.reply({ fieldErrors: { name: ['takenName'] } }), { status: 400 })
      throw seeOther(HERE, 'screening-saved')
    }
    default:
      throw new Refusal('invalid', 'bad-form')
  }
})

type Fields = Record<string, string>

export default function Screening() {
  const { desk, rules } = useLoaderData<typeof loader>()
  const lastResult = useActionData<typeof action>()
  /** The form that came back: null is none, and empty that of a new list. */
  const wrong = lastResult?.initialValue?.intent === 'list' ? String(lastResult.initialValue.id ?? '') : null
  const t = useText()
  const fresh: WordList = {
    id: 0,
    kind: 'custom',
    name: '',
    office: '',
    phone: '',
    email: '',
    crisisLine: '',
    crisisPhone: '',
    guidance: '',
    words: { en: [] },
  }
  return (
    <DeskShell here="screening" {...desk}>
      <PageTitle title={t('screening.title')} intro={t('screening.intro')} />
      <Section title={t('screening.lists')} id="lists">
        {rules.lists.map((list) => (
          <div key={list.id}>
            {!isFilledIn(list) && (
              <Flash kind="problem">
                {list.name}: {t('screening.unset')}
              </Flash>
            )}
            <details className="desk-part" open={wrong === String(list.id)}>
              <summary>
                <bdi>{list.name}</bdi>
              </summary>
              <ListFields list={list} lastResult={wrong === String(list.id) ? lastResult : undefined} />
            </details>
          </div>
        ))}
        <details className="desk-part" open={wrong === ''}>
          <summary>{t('screening.add')}</summary>
          <ListFields list={fresh} lastResult={wrong === '' ? lastResult : undefined} />
        </details>
      </Section>
      <Section title={t('screening.settings')} id="settings">
        <SettingsFields
          values={{
            reviewImports: rules.reviewImports ? 'yes' : 'no',
            country: rules.country,
            studentNumbers: rules.studentNumbers.join('\n'),
            rooms: rules.rooms.join('\n'),
            own: rules.own.join('\n'),
            seniors: rules.seniors.join('\n'),
            careMinutes: String(rules.careMinutes),
            heldMinutes: String(rules.heldMinutes),
            spamHours: String(rules.spamHours),
          }}
          lastResult={lastResult?.initialValue?.intent === 'settings' ? lastResult : undefined}
        />
      </Section>
    </DeskShell>
  )
}

type Sent = { lastResult: SubmissionResult<Array<string>> | undefined }

function useFields(id: string, defaultValue: Fields, lastResult: Sent['lastResult']) {
  const t = useText()
  const [form, fields] = useForm<Fields>({ id, lastResult: lastResult ?? null, defaultValue })
  const field = (name: string) => ({
    id: `${id}-${name}`,
    name,
    errors: [...new Set(sayErrors(t, Object.values(fields[name]?.allErrors ?? {}).flat()))],
    defaultValue: fields[name]?.initialValue,
  })
  return {
    form,
    field,
    errors: (names: ReadonlyArray<string>) =>
      names.flatMap((name) => field(name).errors.map((text) => ({ id: `${id}-${name}`, text }))),
  }
}

const AREAS = ['studentNumbers', 'rooms', 'own', 'seniors'] as const
const HINTS = {
  studentNumbers: 'patternHint',
  rooms: 'roomsHint',
  own: 'ownHint',
  seniors: 'seniorsHint',
} as const
const NUMBERS = ['careMinutes', 'heldMinutes', 'spamHours'] as const

function SettingsFields({ values, lastResult }: { values: Fields } & Sent) {
  const t = useText()
  const { form, field, errors } = useFields('settings-form', values, lastResult)
  return (
    <form method="post" action={HERE} className="form" noValidate id={form.id}>
      <ErrorSummary errors={errors(['country', ...AREAS, ...NUMBERS])} />
      <SelectField
        {...field('reviewImports')}
        label={t('screening.reviewImports')}
        options={[
          { value: 'no', text: t('screening.off') },
          { value: 'yes', text: t('screening.on') },
        ]}
      />
      <TextField
        {...field('country')}
        label={t('screening.country')}
        hint={t('screening.countryHint')}
        maxLength={2}
        required
      />
      {AREAS.map((name) => (
        <TextArea
          key={name}
          {...field(name)}
          label={t(`screening.${name}`)}
          hint={t(`screening.${HINTS[name]}`)}
          rows={3}
        />
      ))}
      {NUMBERS.map((name) => (
        <TextField key={name} {...field(name)} label={t(`screening.${name}`)} inputMode="numeric" required />
      ))}
      <Button name="intent" value="settings">
        {t('screening.save')}
      </Button>
    </form>
  )
}

const LINES = ['office', 'phone', 'email', 'crisisLine', 'crisisPhone'] as const

function ListFields({ list, lastResult }: { list: WordList } & Sent) {
  const t = useText()
  const { id, words, kind, ...rest } = list
  const values: Fields = { ...rest, kind, language: '', newWords: '' }
  for (const [language, phrases] of Object.entries(words)) values[wordsField(language)] = phrases.join('\n')
  const { form, field, errors } = useFields(`list-${id}`, values, lastResult)
  return (
    <form method="post" action={HERE} className="form" noValidate id={form.id}>
      <ErrorSummary errors={errors(['name', ...LINES, 'guidance', 'language', 'newWords'])} />
      {id !== 0 && <input type="hidden" name="id" value={id} />}
      <TextField {...field('name')} label={t('screening.name')} required />
      <SelectField
        {...field('kind')}
        label={t('screening.kind')}
        options={LIST_KINDS.map((kind) => ({ value: kind, text: t(`listKind.${kind}`) }))}
      />
      {LINES.map((name) => (
        <TextField key={name} {...field(name)} label={t(`screening.${name}`)} />
      ))}
      <TextArea {...field('guidance')} label={t('screening.guidance')} rows={3} />
      {Object.keys(words).map((language) => (
        <TextArea
          key={language}
          {...field(wordsField(language))}
          label={t('screening.words', { language })}
          hint={t('screening.wordsHint')}
          rows={6}
        />
      ))}
      <TextField
        {...field('language')}
        label={t('screening.language')}
        hint={t('screening.languageHint')}
        maxLength={3}
      />
      <TextArea {...field('newWords')} label={t('screening.newWords')} rows={3} />
      <Button name="intent" value="list">
        {t('screening.saveList')}
      </Button>
    </form>
  )
}

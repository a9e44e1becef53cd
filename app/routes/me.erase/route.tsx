import { parseWithZod } from '@conform-to/zod/v4'
import { getFormProps, useForm } from '@conform-to/react'
import { data } from '@remix-run/node'
import { useActionData } from '@remix-run/react'
import { z } from 'zod'
import { textIn, useText } from '#app/catalogue/text.ts'
import { can } from '#app/domain/people/can.ts'
import { erase } from '#app/domain/privacy/erase.server.ts'
import { KEPT_OR_NOT } from '#app/domain/privacy/views.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { SelectField, TextField } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { open, seeOther, type OwnDoor } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { factorsToChange } from '#app/web/factors.server.ts'
import { choice, sayErrors } from '#app/web/forms.ts'

export const meta = titled('erase')

const EraseForm = z.object({
  words: z.enum(KEPT_OR_NOT, choice()),
  votes: z.enum(KEPT_OR_NOT, choice()),
  /** Typed, so that nobody is erased by a slip. */
  word: z
    .string({ error: 'required' })
    .refine((word) => word.trim().toLowerCase() === textIn('en')('erase.word'), 'wrongWord'),
})

export const loader = open('manage-self', async (door) => {
  await askWhoWorksHere(door)
  return null
})

export const action = open('manage-self', async (door) => {
  const { campus, request, viewer, sessions, sessionId } = door
  const sent = await request.formData()
  await askWhoWorksHere(door, sent)
  const submission = parseWithZod(sent, { schema: EraseForm })
  if (submission.status !== 'success') return data(submission.reply(), { status: 400 })
  const { words, votes } = submission.value
  await erase(campus, viewer.personId, { words, votes })
  const response = seeOther('/', 'erased')
  response.headers.append('Set-Cookie', await sessions.end(sessionId))
  throw response
})

/** Whose mailbox alone was taken is not erased by it from where they work. */
async function askWhoWorksHere(door: OwnDoor, sent?: FormData): Promise<void> {
  if (can(door.viewer, 'secure-self')) await factorsToChange(door, sent)
}

export default function Erase() {
  const lastResult = useActionData<typeof action>()
  const t = useText()
  const [form, fields] = useForm({
    id: 'erase-form',
    lastResult: lastResult ?? null,
    defaultValue: { words: 'keep', votes: 'keep', word: '' },
  })
  const errors = [fields.words, fields.votes, fields.word].flatMap(({ id, errors }) =>
    sayErrors(t, errors).map((text) => ({ id, text })),
  )
  return (
    <div className="prose">
      <PageTitle title={t('erase.title')} intro={t('erase.intro')} />
      <Section title={t('erase.whatTitle')} id="what">
        <ul>
          {t('erase.points', { returnObjects: true }).map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      </Section>
      <form method="post" action="/me/erase" className="form" {...getFormProps(form)} noValidate>
        <ErrorSummary errors={errors} />
        <SelectField
          id={fields.words.id}
          name="words"
          label={t('erase.words')}
          hint={t('erase.wordsHint')}
          errors={sayErrors(t, fields.words.errors)}
          defaultValue={fields.words.initialValue}
          options={[
            { value: 'keep', text: t('erase.wordsKeep') },
            { value: 'take-back', text: t('erase.wordsTakeBack') },
          ]}
        />
        <SelectField
          id={fields.votes.id}
          name="votes"
          label={t('erase.votes')}
          hint={t('erase.votesHint')}
          errors={sayErrors(t, fields.votes.errors)}
          defaultValue={fields.votes.initialValue}
          options={[
            { value: 'keep', text: t('erase.votesKeep') },
            { value: 'take-back', text: t('erase.votesTakeBack') },
          ]}
        />
        <TextField
          id={fields.word.id}
          name="word"
          label={t('erase.confirm', { word: t('erase.word') })}
          errors={sayErrors(t, fields.word.errors)}
          defaultValue={fields.word.initialValue}
          autoComplete="off"
          autoCapitalize="none"
          required
        />
        <Button type="submit">{t('erase.send')}</Button>
        <p>
          <a href="/me">{t('erase.back')}</a>
        </p>
      </form>
    </div>
  )
}

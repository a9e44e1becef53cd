import type { FormHTMLAttributes } from 'react'
import { useText } from '#app/catalogue/text.ts'
import type { Office, PointedOut as Piece } from '#app/domain/screening/views.ts'
import { Button } from './button.tsx'
import { DraftRestored } from './draft-restored.tsx'
import { TextArea } from './field.tsx'
import { Flash } from './flash.tsx'
import { VisitorSupport } from './offices.tsx'
import { PointedOut } from './pointed-out.tsx'
import { FormGuard, FormKey } from './slots.tsx'

/** What stands between the form and its comment: one of these at most. */
export type CommentStep = { offices?: Array<Office>; found?: Array<Piece>; marks?: string; takenOut?: true }

export type CommentFormProps = {
  number: number
  /** Where to sign in, when nobody is; the form is shown all the same, and the text is kept. */
  signedIn: boolean
  /** Made with the form: sent twice, it is one comment. */
  submissionKey: string
  /** When the form was made; see `web/stamp`. */
  made?: string
  id?: string
  defaultValue?: string
  errors?: ReadonlyArray<string>
  maxLength?: number
  form?: FormHTMLAttributes<HTMLFormElement>
  /** Marks of what its author chose to publish all the same. */
  personal?: string
  step?: CommentStep
}

export function CommentForm({
  number,
  signedIn,
  submissionKey,
  made = '',
  id = 'comment',
  defaultValue,
  errors,
  maxLength,
  form,
  personal = '',
  step = {},
}: CommentFormProps) {
  const t = useText()
  return (
    <form
      className="comment-form"
      method="post"
      action={`/tickets/${number}`}
      data-draft={`comment-${number}`}
      noValidate
      {...form}
    >
      <FormKey value={submissionKey} />
      <FormGuard made={made} />
      <DraftRestored draft={`comment-${number}`} />
      {step.takenOut && <Flash kind="done">{t('pointedOut.done')}</Flash>}
      {step.offices && <VisitorSupport offices={step.offices} intent="comment" />}
      {step.found ? (
        <PointedOut found={step.found} marks={step.marks ?? ''} intent="comment" />
      ) : (
        <input type="hidden" name="personal" value={personal} />
      )}
      <TextArea
        id={id}
        name="body"
        label={t('comment.label')}
        hint={t('comment.hint')}
        defaultValue={defaultValue}
        errors={errors}
        maxLength={maxLength}
        rows={4}
        required
        // eslint-disable-next-line jsx-a11y/no-autofocus -- at the end of a long page: after an error, reading goes on here
        autoFocus={Boolean(errors?.length) || step.takenOut === true}
      />
      <Button kind="primary" name="intent" value="comment">
        {signedIn ? t('comment.send') : t('comment.signIn')}
      </Button>
    </form>
  )
}

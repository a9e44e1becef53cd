import type { FormHTMLAttributes } from 'react'
import { useText } from '#app/catalogue/text.ts'
import { Button } from './button.tsx'
import { DraftRestored } from './draft-restored.tsx'
import { TextArea } from './field.tsx'
import { FormGuard, FormKey } from './slots.tsx'

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
        autoFocus={Boolean(errors?.length)}
      />
      <Button kind="primary" name="intent" value="comment">
        {signedIn ? t('comment.send') : t('comment.signIn')}
      </Button>
    </form>
  )
}

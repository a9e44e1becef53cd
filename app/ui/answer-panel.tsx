import type { FormHTMLAttributes } from 'react'
import { useText } from '#app/catalogue/text.ts'
import type { ChannelId, Status } from '#app/vocabulary.ts'
import { Button } from './button.tsx'
import { SelectField, TextArea } from './field.tsx'

type Written = { defaultValue?: string; errors?: ReadonlyArray<string> }

export type AnswerPanelProps = {
  action: string
  department: string
  /** Where the ticket stands, and where it may go from there. */
  status: Status
  next: ReadonlyArray<Status>
  /** The accounts that repeat the answer. */
  mirrors: Array<{ channel: ChannelId; handle: string }>
  body?: Written
  to?: Written
  form?: FormHTMLAttributes<HTMLFormElement>
  /** Made with the form: sent twice, it is one answer. */
  submissionKey: string
}

/** Posts `intent=answer` with `body`, which is also the public sentence of a change, and `to` (empty: leave it). */
export function AnswerPanel({
  action,
  department,
  status,
  next,
  mirrors,
  body,
  to,
  form,
  submissionKey,
}: AnswerPanelProps) {
  const t = useText()
  const accounts = mirrors.map(({ channel, handle }) => `@${handle} (${t(`source.${channel}`)})`).join(', ')
  return (
    <form className="answer-panel" method="post" action={action} noValidate {...form}>
      <h2>{t('answerPanel.title', { department })}</h2>
      <input type="hidden" name="key" value={submissionKey} />
      <TextArea
        id="answer-body"
        name="body"
        label={t('answerPanel.body')}
        hint={
          accounts
            ? t('answerPanel.bodyHintMirrored', { department, accounts })
            : t('answerPanel.bodyHint', { department })
        }
        {...body}
      />
      <div className="answer-status">
        <SelectField
          id="answer-to"
          name="to"
          label={t('answerPanel.status')}
          options={[
            { value: '', text: t('answerPanel.keep', { status: t(`status.${status}`) }) },
            ...next.map((each) => ({ value: each, text: t(`status.${each}`) })),
          ]}
          {...to}
        />
      </div>
      <Button kind="primary" name="intent" value="answer">
        {t('answerPanel.send')}
      </Button>
    </form>
  )
}

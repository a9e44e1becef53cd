import { useLocale, useText } from '#app/catalogue/text.ts'
import type { Asked, PublicTally } from '#app/domain/tickets/views.ts'
import { Button } from './button.tsx'
import { TextArea } from './field.tsx'
import { Marked } from './slots.tsx'
import { absolute } from './time.tsx'

export type SolvedQuestionProps = {
  number: number
  asked: Asked
  signedIn: boolean
  until: Date
  /** Where the answer returns to. */
  back: string
}

/**
 * The question to the one who looks, and to nobody else: the only part of a resolved ticket that is personal. A
 * visitor may be one of those asked, and is led through signing in.
 */
export function SolvedQuestion({ number, asked, signedIn, until, back }: SolvedQuestionProps) {
  const t = useText()
  const locale = useLocale()
  const action = `/tickets/${number}`
  if (!signedIn) {
    return (
      <p className="solved-question">
        {t('verdict.visitor')}{' '}
        <a href={`/sign-in?back=${encodeURIComponent(`${back}#solved`)}`}>{t('verdict.signIn')}</a>
      </p>
    )
  }
  const question = (asked: Exclude<Asked, null>) => (
    <div className="solved-question">
      <p>
        {asked !== 'may' && <strong>{t(asked === 'yes' ? 'verdict.saidYes' : 'verdict.saidNo')} </strong>}
        {t('verdict.intro', { day: absolute(until, 'date', locale) })}
      </p>
      {asked !== 'yes' && (
        <form method="post" action={action}>
          <input type="hidden" name="back" value={back} />
          <Button name="intent" value="solved" kind={asked === 'may' ? 'primary' : 'normal'}>
            {t('verdict.yes')}
          </Button>
        </form>
      )}
      {asked !== 'no' && (
        <details>
          <summary>{t('verdict.no')}</summary>
          <form method="post" action={action} className="form">
            <input type="hidden" name="back" value={back} />
            <TextArea
              id="verdict-reason"
              name="reason"
              label={t('verdict.why')}
              hint={t('verdict.whyHint')}
              rows={3}
              maxLength={2000}
            />
            <Button name="intent" value="not-solved">
              {t('verdict.no')}
            </Button>
          </form>
        </details>
      )}
    </div>
  )
  return (
    <Marked
      name={`asked:${number}`}
      is={asked ?? ''}
      options={{ '': null, may: question('may'), yes: question('yes'), no: question('no') }}
    />
  )
}

/** What those who answered say: counts alone, the same for everybody. */
export function SolvedTally({ tally }: { tally: PublicTally }) {
  const t = useText()
  return (
    <>
      <p className="solved-tally">
        {tally === 'few'
          ? t('verdict.few')
          : t('verdict.tally', { solved: String(tally.solved), count: tally.answered })}
      </p>
      <details className="definitions">
        <summary>{t('verdict.meaning')}</summary>
        <p>{t('verdict.meaningText')}</p>
      </details>
    </>
  )
}

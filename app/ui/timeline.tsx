import type { ReactNode } from 'react'
import { useText, type Text } from '#app/catalogue/text.ts'
import type { EntryView } from '#app/domain/tickets/views.ts'
import type { Status } from '#app/vocabulary.ts'
import { ticketHref } from './board.tsx'
import { Arrow, Check, Cross, Handover, Lock, Pencil, Speech } from './icons.tsx'
import { HiddenNote } from './hidden-note.tsx'
import { Mirrored } from './official-answer.tsx'
import { PostCard } from './post-card.tsx'
import { Photos } from './photos.tsx'
import { pseudonymIn } from './pseudonym.ts'
import { ReplyReason } from './reply-reason.tsx'
import { StatusMark } from './status-mark.tsx'
import { TicketText } from './ticket-text.tsx'
import { Time } from './time.tsx'

export type TimelineProps = {
  entries: Array<EntryView>
  now: Date
  /** The official answer that stands above, so that it is not said twice. */
  pinned: string | null
  /** The ticket's own address: what is answered may stand on another page of it. */
  here: string
  /** Whether staff looks: beside each post stands whether we may reply to it. */
  staff?: boolean
  /** The desk's page on which staff may ask who stands behind a name. */
  askOn?: string
  /** Whether whoever looks may hide what readers said, and block them. */
  moderates?: boolean
}

/** What can be reported and hidden: the words of readers. */
const isReaders = ({ kind, hidden }: EntryView) => kind === 'comment' && hidden === null

/** Everything that happened, in one column, oldest first; what answers a post stands under it. */
export function Timeline({
  entries,
  now,
  pinned,
  here,
  staff = false,
  askOn,
  moderates = false,
}: TimelineProps) {
  const t = useText()
  if (entries.length === 0) return <p className="hint">{t('timeline.emptyPage')}</p>
  const shown = new Set(entries.map((entry) => entry.id))
  const answering = (id: string | null) =>
    entries.filter(({ replyTo }) => (replyTo !== null && shown.has(replyTo) ? replyTo : null) === id)

  function list(of: Array<EntryView>, className: string) {
    return (
      <ol className={className}>
        {of.map((entry) => {
          const replies = answering(entry.id)
          return (
            <li
              key={entry.id}
              id={`entry-${entry.id}`}
              className="entry"
              data-kind={entry.kind}
              data-audience={entry.audience}
            >
              <Entry entry={entry} now={now} pinned={entry.id === pinned} staff={staff} />
              {askOn && entry.pseudonym && (
                <p className="hint">
                  <a href={`${askOn}?ask=${encodeURIComponent(entry.pseudonym.name)}#unmask`}>
                    {t('unmask.askLink', { name: entry.pseudonym.name })}
                  </a>
                </p>
              )}
              {!staff && isReaders(entry) && (
                <p className="hint entry-report">
                  <a href={`/report/${entry.id}`} rel="nofollow">
                    {t('hidden.report')}
                    <span className="unseen">: {t('hidden.reportOf', { id: entry.id })}</span>
                  </a>
                </p>
              )}
              {moderates && (entry.kind === 'raised' || entry.kind === 'comment') && (
                <p className="hint">
                  <a href={`/desk/moderation/hide/${entry.id}`}>
                    {t('hidden.hide')}
                    <span className="unseen">: {t('hidden.hideOf', { id: entry.id })}</span>
                  </a>
                  {entry.pseudonym && (
                    <>
                      {' · '}
                      <a
                        href={`/desk/moderation/block?${new URLSearchParams({ name: entry.pseudonym.name, entry: entry.id })}`}
                      >
                        {t('hidden.block', { name: entry.pseudonym.name })}
                      </a>
                    </>
                  )}
                </p>
              )}
              {entry.replyTo !== null && !shown.has(entry.replyTo) && (
                <p className="hint">
                  <a href={`${here}?before=${BigInt(entry.replyTo) + 1n}#entry-${entry.replyTo}`}>
                    {t('timeline.inAnswerTo')}
                  </a>
                </p>
              )}
              {replies.length > 0 && list(replies, 'replies')}
            </li>
          )
        })}
      </ol>
    )
  }
  return list(answering(null), 'timeline')
}

/** Ways through a long conversation: the first page, the neighbours, the newest. */
export function TimelinePages({ here, older, newer }: Record<'here' | 'older' | 'newer', string | null>) {
  const t = useText()
  if (older === null && newer === null) return null
  return (
    <nav className="timeline-pages" aria-label={t('timeline.pages')}>
      {older !== null && (
        <>
          <a href={`${here}?after=0#timeline`}>{t('timeline.first')}</a>
          <a rel="prev" href={`${here}?before=${older}#timeline`}>
            {t('timeline.older')}
          </a>
        </>
      )}
      {newer !== null && (
        <>
          <a rel="next" href={`${here}?after=${newer}#timeline`}>
            {t('timeline.newer')}
          </a>
          <a href={`${here}#timeline`}>{t('timeline.newest')}</a>
        </>
      )}
    </nav>
  )
}

function Entry({ entry, now, pinned, staff }: EntryProps & { pinned: boolean; staff: boolean }) {
  switch (entry.kind) {
    case 'raised':
      return <RaisedEntry entry={entry} now={now} staff={staff} />
    case 'comment':
      return <CommentEntry entry={entry} now={now} staff={staff} />
    case 'answer':
      return <AnswerEntry entry={entry} now={now} pinned={pinned} />
    case 'status':
      return <StatusEntry entry={entry} now={now} pinned={pinned} />
    case 'handover':
      return <HandoverEntry entry={entry} now={now} />
    case 'merge':
      return <MergeEntry entry={entry} now={now} />
    case 'edit':
      return <EditEntry entry={entry} now={now} />
    case 'gone':
      return <GoneEntry entry={entry} now={now} />
    case 'note':
      return <NoteEntry entry={entry} now={now} />
  }
}

type EntryProps = { entry: EntryView; now: Date }

/** @param marked whether to say that it is who raised the ticket */
function speaker({ voice, pseudonym, department, post }: EntryView, t: Text, marked = true): string {
  switch (voice) {
    case 'author':
    case 'member':
      if (pseudonym === null) return t('timeline.voiceMember')
      return t(voice === 'author' && marked ? 'timeline.author' : 'timeline.named', {
        who: pseudonymIn(t, pseudonym),
      })
    case 'former':
      return t('timeline.voiceFormer')
    case 'department':
      return department?.name ?? t('timeline.voiceDepartment')
    case 'network':
      return post?.authorName || t('timeline.voiceNetwork', { network: t(`source.${post?.channel ?? 'x'}`) })
    case 'quad':
      return t('timeline.voiceQuad')
  }
}

/** What happened and when, beside its sign on the rail. */
function Line({ sign, entry, now, children }: EntryProps & { sign: ReactNode; children: ReactNode }) {
  return (
    <>
      <span className="sign">{sign}</span>
      <p className="entry-line">
        <span>{children}</span>{' '}
        <a href={`#entry-${entry.id}`}>
          <Time at={entry.at} now={now} />
        </a>
      </p>
    </>
  )
}

/** What was said: the network's card when it was said there, else our own plain text. */
function Said({ entry, staff = false }: { entry: EntryView; staff?: boolean }) {
  const t = useText()
  if (entry.hidden) return <HiddenNote note={entry.hidden} />
  if (entry.post)
    return (
      <>
        {/* What it answers stands above it, or is linked: the network's own quotation would say it twice. */}
        <PostCard post={entry.replyTo === null ? entry.post : { ...entry.post, parent: null }} />
        {staff && <ReplyReason post={entry.post} />}
      </>
    )
  if (entry.body)
    return (
      <div className="said">
        <TicketText text={entry.body} />
        <Photos photos={entry.photos} />
      </div>
    )
  return entry.kind === 'comment' ? <p className="hint">{t('timeline.wordsTakenBack')}</p> : null
}

type WithPost = EntryProps & { staff: boolean }

function RaisedEntry({ entry, now, staff }: WithPost) {
  const t = useText()
  return (
    <>
      <Line sign={<Arrow />} entry={entry} now={now}>
        {t('timeline.raised', {
          who: speaker(entry, t, false),
        })}
        {entry.related && (
          <>
            {' '}
            {t('timeline.raisedAs', { number: String(entry.related.number) })}{' '}
            <bdi>{entry.related.title}</bdi>
          </>
        )}
      </Line>
      {entry.related && <Said entry={entry} staff={staff} />}
    </>
  )
}

function CommentEntry({ entry, now, staff }: WithPost) {
  const t = useText()
  return (
    <>
      <Line sign={<Speech />} entry={entry} now={now}>
        {t('timeline.comment', { who: speaker(entry, t) })}
      </Line>
      <Said entry={entry} staff={staff} />
    </>
  )
}

function AnswerEntry({ entry, now, pinned }: EntryProps & { pinned: boolean }) {
  const t = useText()
  return (
    <>
      <Line sign={<Check />} entry={entry} now={now}>
        <strong>{t('timeline.answer', { who: speaker(entry, t) })}</strong>
        <Moved to={entry.to} />
      </Line>
      {pinned ? (
        <Pinned />
      ) : (
        <div className="said official-said">
          <p className="tag">{t('answer.official')}</p>
          {entry.body && <TicketText text={entry.body} />}
          <Mirrored entry={entry} />
        </div>
      )}
    </>
  )
}

/** Said once is enough. */
function Pinned() {
  const t = useText()
  return (
    <p className="hint">
      <a href="#official-answer">{t('answer.pinned')}</a>
    </p>
  )
}

function Moved({ to }: { to: Status | null }) {
  return to === null ? null : (
    <>
      {': '}
      <StatusMark status={to} />
    </>
  )
}

function StatusEntry({ entry, now, pinned }: EntryProps & { pinned: boolean }) {
  const t = useText()
  return (
    <>
      <Line sign={<Arrow />} entry={entry} now={now}>
        {t('timeline.status', { who: speaker(entry, t) })}
        <Moved to={entry.to} />
      </Line>
      {pinned ? <Pinned /> : <Said entry={entry} />}
    </>
  )
}

function HandoverEntry({ entry, now }: EntryProps) {
  const t = useText()
  return (
    <>
      <Line sign={<Handover />} entry={entry} now={now}>
        {entry.department
          ? t('timeline.handover', { who: entry.department.name })
          : t('timeline.handoverNobody')}
      </Line>
      <Said entry={entry} />
    </>
  )
}

function MergeEntry({ entry, now }: EntryProps) {
  const t = useText()
  return (
    <>
      <Line sign={<Handover />} entry={entry} now={now}>
        {entry.to === 'merged' ? t('timeline.mergeOut') : t('timeline.mergeIn')}{' '}
        {entry.related && (
          <a href={ticketHref(entry.related)}>
            {t('ticket.number', { number: String(entry.related.number) })} <bdi>{entry.related.title}</bdi>
          </a>
        )}
      </Line>
      <Said entry={entry} />
    </>
  )
}

function EditEntry({ entry, now }: EntryProps) {
  const t = useText()
  return (
    <>
      <Line sign={<Pencil />} entry={entry} now={now}>
        {t('timeline.edit', { who: speaker(entry, t) })}
      </Line>
      <Said entry={entry} />
    </>
  )
}

/** What raised it was taken back: on its network, or here. */
function GoneEntry({ entry, now }: EntryProps) {
  const t = useText()
  return (
    <Line sign={<Cross />} entry={entry} now={now}>
      {entry.post
        ? t('timeline.gone', { network: t(`source.${entry.post.channel}`) })
        : t('timeline.takenBack')}
    </Line>
  )
}

/** Drawn only on the desk: the public queries never return it. */
function NoteEntry({ entry, now }: EntryProps) {
  const t = useText()
  return (
    <>
      <Line sign={<Lock />} entry={entry} now={now}>
        {t(entry.from === null ? 'timeline.note' : 'timeline.notSolved', { who: speaker(entry, t) })}
      </Line>
      <div className="said staff-only">
        <p className="tag">{t('timeline.staffOnly')}</p>
        {entry.body ? (
          <TicketText text={entry.body} />
        ) : (
          <p className="hint">{t('timeline.wordsTakenBack')}</p>
        )}
      </div>
    </>
  )
}

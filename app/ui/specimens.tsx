import type { ReactNode } from 'react'
import type { Text } from '#app/catalogue/text.ts'
import type { DepartmentCard } from '#app/domain/departments/views.ts'
import type { SessionView } from '#app/domain/people/views.ts'
import type { Office as OfficeView, PointedOut as PointedOutPiece } from '#app/domain/screening/views.ts'
import type {
  BoardCounts,
  DepartmentName,
  EntryView,
  PostView,
  QueueItem,
  SimilarTicket,
  TicketRow,
  TicketView,
} from '#app/domain/tickets/views.ts'
import type { CallsView } from '#app/inbound/views.ts'
import type { AccountView, DeliveryView } from '#app/outbound/views.ts'
import {
  DELIVERY_STATES,
  ENTRY_KINDS,
  ERROR_STATUSES,
  SOURCES,
  STATUSES,
  THEMES,
  URGENCIES,
  type StatusChoice,
} from '#app/vocabulary.ts'
import { AnswerPanel } from './answer-panel.tsx'
import { Behind } from './behind.tsx'
import { BoardList, BoardRow } from './board.tsx'
import { Button } from './button.tsx'
import { AccountActions, AccountPolicy, LabelReminder } from './account-policy.tsx'
import { AccountList, ChannelAccount } from './channel-account.tsx'
import { Columns, Section } from './columns.tsx'
import { CommentForm } from './comment-form.tsx'
import { Complaint } from './complaint.tsx'
import { DeliveryList, DeliveryRow } from './delivery-row.tsx'
import { DemoPeople } from './demo-people.tsx'
import { DepartmentFace, DepartmentList, SaidAndDone } from './department.tsx'
import { DraftRestored } from './draft-restored.tsx'
import { EmptyState } from './empty-state.tsx'
import { ErrorPage } from './error-page.tsx'
import { ErrorSummary } from './error-summary.tsx'
import { Facts } from './facts.tsx'
import { Field, SelectField, TextArea, TextField } from './field.tsx'
import { Filters } from './filters.tsx'
import { Flash } from './flash.tsx'
import { FollowButton } from './follow-button.tsx'
import { Found } from './found.tsx'
import * as icons from './icons.tsx'
import { HiddenNote } from './hidden-note.tsx'
import { Ledger } from './ledger.tsx'
import { LiveNews } from './live-news.tsx'
import { MailboxList } from './mailbox-list.tsx'
import { Mirrored, OfficialAnswer } from './official-answer.tsx'
import { NetworkCalls } from './network-calls.tsx'
import { PageTitle } from './page-title.tsx'
import { Offices, VisitorSupport } from './offices.tsx'
import { PointedOut } from './pointed-out.tsx'
import { Pager } from './pager.tsx'
import { Photos } from './photos.tsx'
import { PostCard } from './post-card.tsx'
import { QueueList, QueueRow } from './queue-row.tsx'
import { ReplyReason } from './reply-reason.tsx'
import { Responsible } from './responsible.tsx'
import { SessionList } from './session-list.tsx'
import { Share } from './share.tsx'
import { Similar } from './similar.tsx'
import { SolvedQuestion, SolvedTally } from './solved-question.tsx'
import { SourceMark } from './source-mark.tsx'
import { StatusMark } from './status-mark.tsx'
import { PromiseLine, ResponseLine, Stepper } from './stepper.tsx'
import { Support } from './support.tsx'
import { ThemeChoice } from './theme-choice.tsx'
import { TicketHead } from './ticket-head.tsx'
import { TicketText } from './ticket-text.tsx'
import { Time } from './time.tsx'
import { Timeline, TimelinePages } from './timeline.tsx'
import { VoteButton } from './vote-button.tsx'
import { VoteFlag } from './vote-flag.tsx'

/** A part, by the name it is exported with, in each of its states. */
export type Specimen = { part: string; states: Array<[state: string, drawn: ReactNode]> }

/** They stand around the page that shows the others. */
export const AROUND = ['Shell', 'DeskShell']

/** Always the same, so that two photographs of the parts can be compared. */
const now = new Date('2026-11-23T14:00:00Z')
const before = (hours: number) => new Date(now.getTime() - hours * 3_600_000)
/** The hardest title there is: nothing in it may be broken. */
const unbroken = 'Heizungssteuerungs'.repeat(12).slice(0, 200)
/** No ticket has it: forms among the specimens lead to a page that says so. */
const nowhere = 0

const it: DepartmentName = { id: 1, slug: 'it-services', name: 'IT Services' }
const ticket: TicketRow = {
  number: nowhere,
  slug: 'wi-fi-drops-in-the-reading-room',
  title: 'Wi-Fi drops in the reading room',
  status: 'in-progress',
  department: it,
  source: 'web',
  createdAt: before(75),
  votes: 128,
  comments: 4,
  answers: 1,
  answeredAt: before(20),
  voted: false,
}
const post: PostView = {
  channel: 'x',
  authorName: 'A Student',
  authorHandle: 'a_student',
  text: 'The Wi-Fi in the reading room drops every ten minutes. @quad_it can you look?',
  url: 'https://x.com/a_student/status/1',
  postedAt: before(80),
  edited: false,
  parent: null,
  images: [],
  summons: 'mentioned',
  gone: false,
  hidden: null,
}
const parent = {
  authorName: null,
  authorHandle: null,
  text: 'Is it only me?',
  url: 'https://x.com/i/status/2',
}
const entry: EntryView = {
  id: 'specimen',
  kind: 'answer',
  audience: 'public',
  at: before(20),
  voice: 'department',
  pseudonym: null,
  department: it,
  body: 'Two access points are being replaced.\n\nWe will say here when it is done: https://it.example.edu/status',
  from: 'planned',
  to: 'in-progress',
  related: null,
  post: null,
  hidden: null,
  replyTo: null,
  photos: [],
  mirrored: [
    { channel: 'x', handle: 'quad_it', url: 'https://x.com/quad_it/status/3', state: 'sent' },
    { channel: 'x', handle: 'quad_campus', url: null, state: 'queued' },
    { channel: 'x', handle: 'quad_library', url: null, state: 'parked' },
  ],
}
const note = { at: before(10), reason: 'personal-data', policyVersion: 1, appeal: 'open' } as const
const related = { number: nowhere, slug: 'no-wi-fi', title: 'No Wi-Fi in the library' }
const raisedBy = { name: 'Cobalt Finch', affiliation: null }
const entries: Array<EntryView> = ENTRY_KINDS.flatMap((kind) => {
  const one: EntryView = {
    ...entry,
    id: kind,
    kind,
    audience: kind === 'note' ? 'staff' : 'public',
    voice: kind === 'raised' || kind === 'edit' ? 'author' : kind === 'comment' ? 'member' : 'department',
    pseudonym: kind === 'comment' ? { name: 'Amber Heron', affiliation: 'student' } : raisedBy,
    body: kind === 'raised' ? null : entry.body,
    to: kind === 'merge' ? null : entry.to,
    related: kind === 'merge' ? related : null,
    mirrored: kind === 'answer' ? entry.mirrored : [],
  }
  if (kind !== 'comment') return [one]
  return [
    one,
    { ...one, id: 'taken-back', voice: 'former', body: null },
    { ...one, id: 'hidden', body: null, hidden: note },
    { ...one, id: 'post', voice: 'network', post },
    { ...one, id: 'unbroken', body: unbroken },
  ]
})
// There is no photo to show here, so it is the sign of the site.
const photo = { id: '../favicon.svg', description: 'The sign of this site', width: 300, height: 200 }
const promise = { department: it.name, workingDays: 3, first: true, by: before(-30) }
const latePromise = { ...promise, first: false, by: before(60) }
const response = { at: before(50), workingDays: 2, target: 3, due: before(-10) }
const view: TicketView = {
  ...ticket,
  body: 'It drops.',
  photos: [],
  hidden: null,
  raisedEntry: null,
  raisedBy,
  promise,
  response: null,
  responsible: null,
  voices: [{ channel: 'x', count: 3 }],
  tally: null,
  takenOut: 0,
  askedUntil: null,
  steps: [
    { status: 'received', at: before(75) },
    { status: 'under-review', at: before(50) },
    { status: 'in-progress', at: before(20) },
  ],
  posts: [],
  official: entry,
  entries,
  followed: false,
  mine: false,
  asked: null,
}
const figures = { open: 12, late: 2, answered: 88, resolved: 61, medianMinutes: 640, withinTarget: 0.91 }
const card: DepartmentCard = {
  ...it,
  purpose: 'Networks, accounts and the machines in the labs.',
  answerWithin: 3,
  figures,
  accounts: [{ channel: 'x', handle: 'quad_it', url: 'https://x.com/quad_it' }],
  hashtags: ['wifi'],
  keywords: ['password', 'printer'],
}
const newCard: DepartmentCard = {
  ...card,
  figures: { open: 0, late: 0, answered: 0, resolved: 0, medianMinutes: null, withinTarget: null },
  accounts: [],
  hashtags: [],
  keywords: [],
}
const counts: BoardCounts = {
  found: 128,
  departments: { [it.id]: 12 },
  statuses: Object.fromEntries(
    [...STATUSES, 'open', 'all'].map((status, index) => [status, index]),
  ) as Record<StatusChoice, number>,
  sources: { web: 90, x: 28, bluesky: 10 },
  anyDepartment: 128,
  anySource: 128,
  atLeast: { found: false, departments: false, statuses: false, sources: false },
}
const someCounts: BoardCounts = {
  ...counts,
  found: 2001,
  departments: { [it.id]: 412, 2: 0 },
  atLeast: { found: true, departments: true, statuses: true, sources: false },
}
const similar: Array<SimilarTicket> = [
  { number: nowhere, slug: 'wi-fi', title: ticket.title, status: 'in-progress', votes: 128, alike: 0.8 },
  { number: 1, slug: 'long', title: unbroken, status: 'resolved', votes: 3, alike: 0.5 },
]
const pointedOut: Array<PointedOutPiece> = [
  { id: 'title-0', field: 'title', kind: 'phone', text: '212-555-0187' },
  { id: 'text-0', field: 'text', kind: 'student-number', text: 'S0000001' },
]
const office: OfficeView = {
  id: 1,
  kind: 'self-harm',
  name: 'Self-harm and suicide',
  office: 'Counselling Service',
  phone: '+1 555 555 0110',
  crisisLine: 'Crisis line, day and night',
  crisisPhone: '+1 555 555 0111',
  guidance: 'Please talk to somebody now.',
}
const queued: QueueItem = { ...ticket, promisedAt: before(-30), urgency: 'calm', responded: false }
const account: AccountView = {
  id: 1,
  channel: 'x',
  handle: 'quad_it',
  department: it,
  state: 'connected',
  lastReadAt: before(0.1),
  lastSentAt: before(20),
  queued: 0,
  parked: 0,
  allowances: { read: { left: 287, of: 300, until: before(-0.2) }, send: null },
  spent: 340_000,
  policy: {
    mirror: 'first-and-final',
    offered: ['first-and-final', 'nothing'],
    links: false,
    quiet: { from: 22 * 60, until: 7 * 60 },
    cap: 500,
    hashtags: ['wifi'],
  },
  wantsLabel: true,
  manages: true,
  signsInThere: true,
  trouble: null,
}
const delivery: DeliveryView = {
  id: '1',
  channel: 'x',
  handle: 'quad_it',
  ticket: related,
  state: 'queued',
  text: 'IT Services answers: two access points are being replaced.',
  reason: null,
  retryAt: null,
  undecided: true,
  attempts: 1,
  postUrl: post.url,
}
const session: SessionView = {
  handle: 'here',
  device: 'Firefox on Linux',
  provider: 'mail',
  createdAt: before(48),
  seenAt: before(1),
  strongAt: null,
  here: true,
}
const elsewhere: SessionView = { ...session, handle: 'elsewhere', strongAt: before(40), here: false }
const calls: CallsView = {
  channel: 'x',
  url: 'https://quad.northfield.example/hooks/x',
  state: 'valid',
  reason: null,
  others: [],
  accounts: [{ handle: 'quad_it', told: true }],
  mayRegister: true,
}
const choice = { q: '', department: null, status: 'open', source: null, sort: 'most-backed' } as const

/** Every part in every state. A test notices the part that is missing. */
export function specimens(t: Text): Array<Specimen> {
  const says = (key: 'first' | 'second') => t(`design.${key}`)
  const row = (drawn: ReactNode) => <ol className="board">{drawn}</ol>
  const onBoard = (one: Partial<TicketRow>) =>
    row(<BoardRow ticket={{ ...ticket, ...one }} now={now} back="/desk/design" />)
  const vote = (one: Partial<TicketRow>) => (
    <VoteButton {...ticket} {...one} title={one.title ?? ticket.title} back="/desk/design" />
  )
  const wrong = { errors: [t('form.required')] }
  const options = [{ value: 'it', text: it.name }]
  const action = '/desk/design'

  return [
    {
      part: 'icons',
      states: Object.entries(icons).map(([name, Icon]) => [name, <Icon key={name} />]),
    },
    {
      part: 'Button',
      states: [
        [t('design.normal'), <Button key="1">{says('first')}</Button>],
        [
          t('design.primary'),
          <Button key="2" kind="primary">
            {says('first')}
          </Button>,
        ],
        [
          t('design.plain'),
          <Button key="3" kind="plain">
            {says('first')}
          </Button>,
        ],
        [
          t('design.disabled'),
          <Button key="4" disabled>
            {says('first')}
          </Button>,
        ],
        [t('design.unbroken'), <Button key="5">{unbroken.slice(0, 80)}</Button>],
      ],
    },
    {
      part: 'StatusMark',
      states: STATUSES.map((status) => [status, <StatusMark key={status} status={status} />]),
    },
    {
      part: 'SourceMark',
      states: SOURCES.map((source) => [source, <SourceMark key={source} source={source} />]),
    },
    {
      part: 'Time',
      states: [
        [t('design.relative'), <Time key="1" at={before(75)} now={now} />],
        ...(['moment', 'date', 'day', 'short'] as const).map((style): [string, ReactNode] => [
          style,
          <Time key={style} at={before(75)} style={style} />,
        ]),
      ],
    },
    {
      part: 'VoteButton',
      states: [
        [t('design.open'), vote({})],
        [t('design.given'), vote({ voted: true, votes: 129 })],
        [t('design.none'), vote({ votes: 0 })],
        [t('design.many'), vote({ votes: 123_456 })],
        [t('design.closed'), vote({ status: 'resolved' })],
      ],
    },
    {
      part: 'FollowButton',
      states: [
        [t('design.open'), <FollowButton key="1" number={nowhere} followed={false} back={action} />],
        [t('design.given'), <FollowButton key="2" number={nowhere} followed back={action} />],
      ],
    },
    {
      part: 'ThemeChoice',
      states: THEMES.map((theme) => [theme, <ThemeChoice key={theme} theme={theme} back={action} />]),
    },
    {
      part: 'Flash',
      states: (['info', 'done', 'problem'] as const).map((kind) => [
        kind,
        <Flash key={kind} kind={kind}>
          {says('second')}
        </Flash>,
      ]),
    },
    {
      part: 'Found',
      states: [
        [
          says('first'),
          <Found key="1" query="wi-fi" counts={{ ...counts, found: 1 }} most={2000} respelt={false} />,
        ],
        [says('second'), <Found key="2" query="wfi" counts={someCounts} most={2000} respelt />],
      ],
    },
    {
      part: 'Field',
      states: [
        [
          t('design.hint'),
          <Field key="1" id="s-field" name="s" label={says('first')} hint={says('second')}>
            {(control) => <input type="date" {...control} />}
          </Field>,
        ],
      ],
    },
    {
      part: 'TextField',
      states: [
        [t('design.normal'), <TextField key="1" id="s-text" name="s" label={says('first')} />],
        [
          t('design.hint'),
          <TextField key="2" id="s-hint" name="s" label={says('first')} hint={says('second')} optional />,
        ],
        [t('design.wrong'), <TextField key="3" id="s-wrong" name="s" label={says('first')} {...wrong} />],
        [
          t('design.unbroken'),
          <TextField key="4" id="s-long" name="s" label={unbroken} defaultValue={unbroken} />,
        ],
        [t('design.disabled'), <TextField key="5" id="s-off" name="s" label={says('first')} disabled />],
      ],
    },
    {
      part: 'TextArea',
      states: [
        [
          t('design.normal'),
          <TextArea key="1" id="s-area" name="s" label={says('first')} hint={says('second')} />,
        ],
        [
          t('design.wrong'),
          <TextArea
            key="2"
            id="s-area-wrong"
            name="s"
            label={says('first')}
            {...wrong}
            defaultValue={unbroken}
          />,
        ],
      ],
    },
    {
      part: 'SelectField',
      states: [
        [
          t('design.normal'),
          <SelectField key="1" id="s-select" name="s" label={says('first')} options={options} />,
        ],
        [
          t('design.wrong'),
          <SelectField
            key="2"
            id="s-select-wrong"
            name="s"
            label={says('first')}
            options={options}
            {...wrong}
          />,
        ],
      ],
    },
    {
      part: 'ErrorSummary',
      states: [
        [
          t('design.wrong'),
          // It takes the focus when it is drawn: not here, where it is one of many.
          <div key="1" {...{ inert: '' }}>
            <ErrorSummary
              errors={[
                { id: 's-wrong', text: t('form.required'), label: says('first') },
                { id: 's-area-wrong', text: t('form.choose') },
              ]}
            />
          </div>,
        ],
      ],
    },
    {
      part: 'PageTitle',
      states: [
        [t('design.normal'), <PageTitle key="1" title={says('first')} intro={says('second')} />],
        [t('design.unbroken'), <PageTitle key="2" title={unbroken} />],
      ],
    },
    {
      part: 'EmptyState',
      states: [
        [
          t('design.normal'),
          <EmptyState key="1" title={says('first')} hint={says('second')}>
            <a className="button primary" href={action}>
              {says('first')}
            </a>
          </EmptyState>,
        ],
      ],
    },
    {
      part: 'SessionList',
      states: [
        [
          t('design.normal'),
          <SessionList key="1" sessions={[session, elsewhere]} now={now} action={action} />,
        ],
      ],
    },
    {
      part: 'NetworkCalls',
      states: (['valid', 'invalid', 'unregistered', 'unknown'] as const).map((state) => [
        t(`calls.state.${state}`, { network: t('source.x'), reason: says('first') }),
        <NetworkCalls key={state} calls={{ ...calls, state }} action={action} problems={[]} />,
      ]),
    },
    {
      part: 'TimelinePages',
      states: [
        [t('design.both'), <TimelinePages key="1" here={action} older="1" newer="2" />],
        [t('design.forwards'), <TimelinePages key="2" here={action} older={null} newer="2" />],
        [t('design.backwards'), <TimelinePages key="3" here={action} older="1" newer={null} />],
      ],
    },
    {
      part: 'Pager',
      states: [
        [t('design.both'), <Pager key="1" previous={action} next={action} />],
        [t('design.forwards'), <Pager key="2" previous={null} next={action} />],
        [t('design.backwards'), <Pager key="3" previous={action} next={null} />],
      ],
    },
    {
      part: 'Filters',
      states: [
        [
          t('design.normal'),
          <Filters key="1" action={action} choice={choice} departments={[it]} counts={counts} />,
        ],
        [
          t('design.chosen'),
          <Filters
            key="2"
            action={action}
            choice={{
              ...choice,
              q: unbroken,
              department: it.slug,
              status: 'waiting',
              source: 'x',
              sort: 'newest',
            }}
            departments={[it, { id: 2, slug: 'long', name: unbroken.slice(0, 60) }]}
            counts={someCounts}
          />,
        ],
        [
          t('design.oneStatus'),
          <Filters key="3" action={action} choice={choice} departments={[it]} counts={counts} fixedStatus />,
        ],
      ],
    },
    {
      part: 'BoardRow',
      states: [
        [t('design.open'), onBoard({})],
        [t('design.given'), onBoard({ voted: true, votes: 129 })],
        [
          t('design.unanswered'),
          onBoard({ answers: 0, comments: 0, status: 'received', department: null, source: 'x' }),
        ],
        [t('design.closed'), onBoard({ status: 'resolved' })],
        [
          t('design.unbroken'),
          onBoard({ title: unbroken, department: { ...it, name: unbroken.slice(0, 60) } }),
        ],
        [t('design.rightToLeft'), onBoard({ title: 'الشبكة اللاسلكية في قاعة المطالعة' })],
      ],
    },
    {
      part: 'BoardList',
      states: [
        [
          t('design.normal'),
          <BoardList
            key="1"
            tickets={[ticket, { ...ticket, number: 1, status: 'declined' }]}
            now={now}
            back={action}
            label={t('design.specimen', { part: 'BoardList' })}
          />,
        ],
        [
          t('design.owned'),
          <BoardList
            key="2"
            tickets={[{ ...ticket, number: 2 }]}
            now={now}
            back={action}
            label={`${t('design.specimen', { part: 'BoardList' })}, ${t('design.owned')}`}
            owned
          />,
        ],
      ],
    },
    {
      part: 'TicketHead',
      states: [
        [t('design.normal'), <TicketHead key="1" ticket={view} now={now} />],
        [
          t('design.mine'),
          <TicketHead key="2" ticket={{ ...view, mine: true, department: null, source: 'x' }} now={now} />,
        ],
        [t('design.unbroken'), <TicketHead key="3" ticket={{ ...view, title: unbroken }} now={now} />],
      ],
    },
    {
      part: 'TicketText',
      states: [
        [t('design.normal'), <TicketText key="1" text={entry.body!} />],
        [
          t('design.unbroken'),
          <TicketText key="2" text={`${unbroken}\n\nhttps://example.edu/${unbroken}`} />,
        ],
        [t('design.rightToLeft'), <TicketText key="3" text="تنقطع الشبكة كل عشر دقائق." />],
      ],
    },
    {
      part: 'PromiseLine',
      states: [
        [t('design.inTime'), <PromiseLine key="1" promise={promise} now={now} />],
        [t('design.dueToday'), <PromiseLine key="2" promise={{ ...promise, by: before(-1) }} now={now} />],
        [t('design.late'), <PromiseLine key="3" promise={latePromise} now={now} />],
      ],
    },
    {
      part: 'Stepper',
      states: [
        [t('design.inTime'), <Stepper key="1" ticket={view} now={now} />],
        [
          t('design.closed'),
          <Stepper
            key="2"
            ticket={{
              ...view,
              status: 'resolved',
              steps: [...view.steps, { status: 'resolved', at: now }],
              promise: null,
              response,
            }}
            now={now}
          />,
        ],
      ],
    },
    {
      part: 'ResponseLine',
      states: [
        [t('design.inTime'), <ResponseLine key="1" response={response} />],
        [
          t('design.late'),
          <ResponseLine key="2" response={{ ...response, workingDays: 5, due: before(40) }} />,
        ],
        [t('design.unowned'), <ResponseLine key="3" response={{ ...response, target: null, due: null }} />],
      ],
    },
    {
      part: 'Responsible',
      states: [
        [
          t('design.normal'),
          <Responsible
            key="1"
            responsible={{ department: it, since: before(70), from: null, accounts: card.accounts }}
          />,
        ],
        [
          t('design.handedOver'),
          <Responsible
            key="2"
            responsible={{
              department: it,
              since: before(20),
              from: { id: 2, slug: 'library', name: 'Library' },
              accounts: [],
            }}
          />,
        ],
        [t('design.unowned'), <Responsible key="3" responsible={null} />],
      ],
    },
    {
      part: 'Support',
      states: [
        [t('design.normal'), <Support key="1" votes={128} voices={view.voices} />],
        [t('design.none'), <Support key="2" votes={1} voices={[]} />],
        [t('ledger.title'), <Support key="3" votes={126} voices={[]} takenOut={2} />],
      ],
    },
    {
      part: 'Ledger',
      states: [
        [
          t('design.normal'),
          <Ledger
            key="1"
            lines={[
              {
                id: '1',
                at: before(20),
                role: 'moderator',
                reason: 'one-person',
                tickets: [{ number: view.number, votes: 24 }],
                undone: { at: before(2), role: 'admin', votes: 24 },
              },
            ]}
          />,
        ],
      ],
    },
    {
      part: 'VoteFlag',
      states: [
        [
          t('design.normal'),
          <VoteFlag
            key="1"
            flag={{
              id: '1',
              ticket: { number: view.number, slug: view.slug, title: view.title },
              since: before(20),
              until: before(10),
              signs: ['burst', 'young', 'single'],
              measures: {
                votes: 240,
                usual: 1.5,
                young: 212,
                single: 220,
                oneRange: 190,
                ring: 0,
                others: 9000,
                othersYoung: 40,
              },
              ranged: true,
              settledAt: null,
            }}
          />,
        ],
      ],
    },
    {
      part: 'Facts',
      states: [
        [
          t('design.normal'),
          <Facts
            key="1"
            facts={[
              [t('me.role'), t('viewer.student')],
              [t('me.votes'), '12'],
            ]}
          />,
        ],
      ],
    },
    {
      part: 'Complaint',
      states: [
        [t('design.normal'), <Complaint key="1" contact="privacy@example.edu" campus="Northfield" />],
        [t('design.none'), <Complaint key="2" contact={null} campus="Northfield" />],
      ],
    },
    {
      part: 'SolvedTally',
      states: [
        [t('design.normal'), <SolvedTally key="1" tally={{ solved: 12, answered: 15 }} />],
        [t('design.none'), <SolvedTally key="2" tally="few" />],
      ],
    },
    {
      part: 'SolvedQuestion',
      states: ([null, 'may', 'yes', 'no'] as const).map((asked) => [
        t(`design.asked.${asked ?? 'visitor'}`),
        <SolvedQuestion
          key={asked}
          number={nowhere}
          asked={asked}
          signedIn={asked !== null}
          until={before(-500)}
          back={action}
        />,
      ]),
    },
    {
      part: 'Photos',
      states: [
        [t('design.normal'), <Photos key="1" photos={[photo, { ...photo, id: `${photo.id}?2` }]} />],
        [t('design.hint'), <Photos key="2" photos={[photo]} children={() => says('second')} />],
      ],
    },
    {
      part: 'Share',
      states: [
        [
          t('design.normal'),
          <Share key="1" title={ticket.title} address="https://quad.example.edu/tickets/1" />,
        ],
      ],
    },
    {
      part: 'LiveNews',
      states: [
        [
          t('design.hidden'),
          <LiveNews key="1" number={nowhere} status="received" newest="0" href={action} />,
        ],
      ],
    },
    {
      part: 'Similar',
      states: [
        [t('design.normal'), <Similar key="1" tickets={similar} />],
        [
          t('design.asking'),
          <Similar key="2" tickets={similar} here>
            <Button kind="primary">{t('similar.different')}</Button>
          </Similar>,
        ],
      ],
    },
    {
      part: 'PointedOut',
      states: [
        [t('design.normal'), <PointedOut key="1" found={pointedOut.slice(0, 1)} marks="" />],
        [t('design.many'), <PointedOut key="2" found={pointedOut} marks="" />],
      ],
    },
    {
      part: 'Offices',
      states: [
        [t('design.normal'), <Offices key="1" offices={[office]} />],
        [t('design.none'), <Offices key="2" offices={[{ ...office, phone: '', crisisPhone: '' }]} />],
      ],
    },
    {
      part: 'VisitorSupport',
      states: [[t('design.visitor'), <VisitorSupport key="1" offices={[office]} />]],
    },
    { part: 'DraftRestored', states: [[t('design.hidden'), <DraftRestored key="1" draft="specimen" />]] },
    { part: 'OfficialAnswer', states: [[t('design.normal'), <OfficialAnswer key="1" entry={entry} />]] },
    { part: 'Mirrored', states: [[t('design.normal'), <Mirrored key="1" entry={entry} />]] },
    {
      part: 'Timeline',
      states: [
        [
          ENTRY_KINDS.join(', '),
          <Timeline key="1" entries={entries} now={now} here={action} pinned={null} />,
        ],
        [
          t('design.pinned'),
          <Timeline key="2" entries={[{ ...entry, id: 'pinned' }]} now={now} here={action} pinned="pinned" />,
        ],
        [t('design.empty'), <Timeline key="3" entries={[]} now={now} here={action} pinned={null} />],
      ],
    },
    {
      part: 'PostCard',
      states: [
        [t('design.normal'), <PostCard key="1" post={post} />],
        [
          t('design.reply'),
          <PostCard key="2" post={{ ...post, authorName: 'B Student', edited: true, parent }} />,
        ],
        [
          t('design.unbroken'),
          <PostCard key="3" post={{ ...post, authorName: unbroken.slice(0, 50), text: unbroken }} />,
        ],
        [
          t('design.images'),
          <PostCard
            key="4"
            post={{
              ...post,
              images: [
                { url: 'https://pbs.example/1', alt: 'A lamp that hangs by one wire' },
                { url: 'https://pbs.example/2', alt: null },
                { url: 'https://pbs.example/3', alt: 'The lamp, swinging', moving: true },
              ],
            }}
          />,
        ],
        [t('design.gonePost'), <PostCard key="5" post={{ ...post, gone: true }} />],
      ],
    },
    {
      part: 'Behind',
      states: [
        [
          t('design.normal'),
          <Behind
            key="1"
            title={t('care.wroteIt')}
            known={{ email: 'sam@northfield.example', identities: [{ issuer: 'mail', subject: 'sam' }] }}
          />,
        ],
        [
          t('unmask.seenNoMail'),
          <Behind key="2" title={t('care.wroteIt')} known={{ email: null, identities: [] }} />,
        ],
      ],
    },
    {
      part: 'HiddenNote',
      states: (['none', 'open', 'upheld'] as const).map((appeal) => [
        t(`moderation.appealState.${appeal}`),
        <HiddenNote key={appeal} note={{ ...note, appeal }} />,
      ]),
    },
    {
      part: 'ReplyReason',
      states: [
        [t('design.mentioned'), <ReplyReason key="1" post={post} />],
        [t('design.quoted'), <ReplyReason key="2" post={{ ...post, summons: 'quoted' }} />],
        [t('design.notSummoned'), <ReplyReason key="3" post={{ ...post, summons: null }} />],
        [t('design.gonePost'), <ReplyReason key="4" post={{ ...post, gone: true }} />],
      ],
    },
    {
      part: 'CommentForm',
      states: [
        [
          t('design.signedIn'),
          <CommentForm key="1" id="s-comment" number={nowhere} signedIn submissionKey="s" />,
        ],
        [
          t('design.visitor'),
          <CommentForm
            key="2"
            id="s-comment-2"
            number={nowhere}
            signedIn={false}
            submissionKey="s"
            {...wrong}
          />,
        ],
      ],
    },
    {
      part: 'DepartmentFace',
      states: [
        [t('design.normal'), <DepartmentFace key="1" department={card} feedHref="/feed.xml" />],
        [t('design.new'), <DepartmentFace key="2" department={newCard} feedHref="/feed.xml" />],
      ],
    },
    {
      part: 'SaidAndDone',
      states: [
        [
          t('design.normal'),
          <SaidAndDone
            key="1"
            resolutions={[
              {
                number: nowhere,
                slug: 'wi-fi',
                title: ticket.title,
                at: before(20),
                sentence: says('second'),
              },
              { number: 1, slug: 'long', title: unbroken, at: before(30), sentence: null },
            ]}
          />,
        ],
      ],
    },
    {
      part: 'DepartmentList',
      states: [
        [t('design.normal'), <DepartmentList key="1" departments={[card, { ...newCard, slug: 'new' }]} />],
        [t('design.empty'), <DepartmentList key="2" departments={[]} />],
      ],
    },
    {
      part: 'Columns',
      states: [
        [
          t('design.normal'),
          <Columns key="1" head={<h3>{says('first')}</h3>} aside={<p>{says('second')}</p>}>
            <p>{says('second')}</p>
          </Columns>,
        ],
      ],
    },
    {
      part: 'Section',
      states: [
        [
          t('design.normal'),
          <Section key="1" id="s-section" title={says('first')}>
            <p>{says('second')}</p>
          </Section>,
        ],
      ],
    },
    {
      part: 'ErrorPage',
      states: ERROR_STATUSES.map((status) => [
        String(status),
        <ErrorPage key={status} status={status} {...(status === 500 ? { reference: 'Zk3vQ' } : {})} />,
      ]),
    },
    {
      part: 'DemoPeople',
      states: [
        [
          t('design.normal'),
          <DemoPeople
            key="1"
            people={[{ id: 'nobody', name: says('first'), about: says('second') }]}
            back={action}
            action={action}
          />,
        ],
      ],
    },
    {
      part: 'MailboxList',
      states: [
        [
          t('design.normal'),
          <MailboxList
            key="1"
            mails={['1', '2'].map((id) => ({
              id,
              to: 'name@example.edu',
              subject: says('first'),
              text: entry.body!,
              sentAt: before(1),
            }))}
            now={now}
          />,
        ],
        [t('design.empty'), <MailboxList key="2" mails={[]} now={now} />],
      ],
    },
    {
      part: 'AnswerPanel',
      states: [
        [
          t('design.wrong'),
          <AnswerPanel
            key="1"
            action={action}
            department={it.name}
            status="planned"
            next={['in-progress', 'resolved']}
            mirrors={[{ channel: 'x', handle: 'quad_it' }]}
            body={wrong}
            submissionKey="s"
          />,
        ],
      ],
    },
    {
      part: 'QueueRow',
      states: URGENCIES.map((urgency) => [
        urgency,
        <ol key={urgency} className="queue">
          <QueueRow item={{ ...queued, urgency }} now={now} href={action} />
        </ol>,
      ]),
    },
    {
      part: 'QueueList',
      states: [
        [
          t('design.unbroken'),
          <QueueList
            key="1"
            items={[queued, { ...queued, number: 1, title: unbroken }]}
            now={now}
            hrefOf={() => action}
          />,
        ],
      ],
    },
    {
      part: 'ChannelAccount',
      states: [
        [t('design.normal'), <ChannelAccount key="1" account={account} now={now} />],
        [
          t('design.trouble'),
          <ChannelAccount
            key="2"
            account={{
              ...account,
              id: 2,
              queued: 3,
              trouble: { reason: says('second'), at: before(1), until: before(-1) },
            }}
            now={now}
          />,
        ],
        [
          t('design.signedOut'),
          <ChannelAccount
            key="3"
            account={{
              ...account,
              id: 3,
              department: null,
              state: 'signed-out',
              parked: 2,
              lastSentAt: null,
              trouble: { reason: says('second'), at: before(1), until: null },
            }}
            now={now}
          />,
        ],
        [
          t('channel.state.disconnected'),
          <ChannelAccount key="4" account={{ ...account, id: 10, state: 'disconnected' }} now={now} />,
        ],
      ],
    },
    {
      part: 'AccountPolicy',
      states: [
        [t('design.normal'), <AccountPolicy key="1" account={{ ...account, id: 6 }} action={action} />],
        [
          t('design.wrong'),
          <AccountPolicy
            key="2"
            account={{ ...account, id: 7 }}
            action={action}
            errors={{ cap: [t('form.money')], quietFrom: [t('form.bothTimes')] }}
          />,
        ],
        [
          t('design.empty'),
          <AccountPolicy
            key="3"
            account={{
              ...account,
              id: 8,
              channel: 'bluesky',
              spent: null,
              manages: false,
              policy: { ...account.policy, mirror: 'every-answer', links: true, quiet: null, hashtags: [] },
            }}
            action={action}
          />,
        ],
      ],
    },
    {
      part: 'LabelReminder',
      states: [[t('design.normal'), <LabelReminder key="1" account={account} action={action} />]],
    },
    {
      part: 'AccountActions',
      states: [
        [
          t('design.normal'),
          <AccountActions key="1" account={account} action={action} connectHref={action} />,
        ],
        [
          t('design.signedOut'),
          <AccountActions
            key="2"
            account={{ ...account, id: 9, state: 'disconnected' }}
            action={action}
            connectHref={action}
          />,
        ],
      ],
    },
    {
      part: 'AccountList',
      states: [
        [
          t('design.normal'),
          <AccountList key="1">
            <ChannelAccount account={{ ...account, id: 4 }} now={now} />
            <ChannelAccount account={{ ...account, id: 5 }} now={now} />
          </AccountList>,
        ],
      ],
    },
    {
      part: 'DeliveryRow',
      states: DELIVERY_STATES.map((state) => [
        state,
        <ul key={state} className="deliveries">
          <DeliveryRow
            delivery={{
              ...delivery,
              state,
              reason: state === 'parked' ? says('second') : null,
              retryAt: state === 'queued' ? before(-1) : null,
              undecided: ['queued', 'checking', 'parked'].includes(state),
            }}
            now={now}
            action={action}
          />
        </ul>,
      ]),
    },
    {
      part: 'DeliveryList',
      states: [
        [t('design.empty'), <DeliveryList key="1" deliveries={[]} now={now} action={action} />],
        [
          t('design.unbroken'),
          <DeliveryList
            key="2"
            deliveries={[{ ...delivery, ticket: { ...related, title: unbroken } }]}
            now={now}
            action={action}
          />,
        ],
      ],
    },
  ]
}

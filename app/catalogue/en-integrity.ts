/** English texts about the honesty of votes: what looks odd, what is not counted, and who is told. */
export const enIntegrity = {
  sign: {
    burst: 'Far more votes than usual',
    young: 'Many accounts younger than a day',
    single: 'Nearly all have backed nothing else',
    'one-range': 'Nearly all from one address range',
    ring: 'Many backed the same tickets in the same order',
  },
  condition: {
    young: 'by accounts that were younger than a day',
    single: 'by accounts that have backed nothing else',
    'one-range': 'from the address range that most came from',
    ring: 'by accounts that backed the same tickets in the same order',
  },
  invalidation: {
    'one-person': 'One person behind several accounts',
    automated: 'Cast by a program',
    'not-a-member': 'Cast by people who do not belong to the campus',
    'our-fault': 'An error of this site',
  },
  challenge: {
    title: 'One moment, please',
    intro:
      'Nothing is lost, and nothing was sent yet. Wait {{seconds}} seconds, then press the button. That is all.',
    early: 'That was a little early. Wait {{seconds}} seconds, then press the button again.',
    kept: 'What you wrote',
    send: 'Send it now',
    why: 'This is asked when much is sent from one place within a few minutes, or when a form comes back sooner than most people type. It does not count against you.',
    old: 'What was kept here was sent already, or is older than seven days, or belongs to somebody else. Go back to where you wrote it.',
    trap: 'Leave this empty',
  },
  flags: {
    title: 'Votes that look odd',
    intro:
      'Ten minutes in which many votes came in an odd way. It says what was counted, and nothing of why: a hot concern looks alike at first. Nothing is taken out unless somebody decides it here.',
    openTitle: 'To look at',
    openEmpty: 'Nothing looks odd.',
    settledTitle: 'Looked at',
    settledEmpty: 'Nothing yet.',
    decisionsTitle: 'Votes not counted',
    decisionsEmpty: 'Every vote is counted.',
    of: 'Of',
    window: '{{since}} to {{until}}',
    votes: 'Votes in ten minutes',
    usual: 'Usual there',
    young: 'Accounts younger than a day',
    single: 'Backed nothing else',
    oneRange: 'Most from one range, the campus left out',
    ring: 'In the same order as others',
    campus: 'Young accounts of everybody else',
    share: '{{number}} ({{percent}} %)',
    look: 'Preview what would be taken out',
    lookNamed: 'Preview what would be taken out of no. {{number}}',
    dismiss: 'Nothing is wrong',
    dismissNamed: 'Nothing is wrong with the votes of no. {{number}}',
    restore: 'Count them again',
    restoreNamed: 'Count again what was taken out on {{at}}',
  },
  taking: {
    title: 'Take votes out',
    intro:
      'Choose what the votes have in common; all of it has to hold. Nothing is done before you confirm, and it can be undone.',
    counted: 'What was counted',
    which: 'Which votes',
    legend: 'Of these ten minutes, votes',
    everywhere: 'Also what the same people backed elsewhere, from an hour before to an hour after',
    preview: 'Preview',
    none: 'No vote is meant by this. Leave something out.',
    summary_one: '{{count}} vote would not be counted.',
    summary_other: '{{count}} votes would not be counted.',
    table: 'What would change',
    ticket: 'Ticket',
    votes: 'Taken out',
    before: 'Votes now',
    after: 'Votes then',
    confirmTitle: 'Confirm',
    reason: 'Why',
    reasonHint: 'It stands in the public ledger, and whoever voted is told.',
    choose: 'Choose a reason',
    confirm_one: 'Take {{count}} vote out',
    confirm_other: 'Take {{count}} votes out',
    settled: 'Somebody has looked at this already.',
    readOnly: 'Only moderators and administrators take votes out.',
  },
  ledger: {
    title: 'Ledger of votes',
    intro:
      'Every time that votes were not counted: when, how many, of which ticket, why, and who decided it by their role. No name stands here. The votes are kept, so that each decision can be undone.',
    empty: 'No vote was ever taken out.',
    emptyHint: 'When one is, it stands here at once.',
    link: 'Ledger of votes',
    at: 'When',
    what: 'Votes',
    why: 'Why',
    who: 'Decided by',
    undone: 'Undone',
    standing: 'no',
    of: '{{votes}} of no. {{number}}',
    back_one: '{{count}} counted again, by: {{role}}',
    back_other: '{{count}} counted again, by: {{role}}',
    ofTicket_one: '{{count}} vote was taken out.',
    ofTicket_other: '{{count}} votes were taken out.',
    seeWhy: 'See why',
  },
  ownVotes: {
    title: 'Votes of yours that are not counted',
    line: 'Your vote on no. {{number}} is not counted. Why: {{reason}}.',
    see: 'Where this stands in the ledger',
    object:
      'Is this wrong? Write to {{contact}} and name the ticket. Somebody looks at it again, and what was wrong is counted again.',
    objectNobody:
      'Is this wrong? Tell whoever runs this site, and name the ticket. Somebody looks at it again, and what was wrong is counted again.',
  },
  invalidationMail: {
    subject: '{{campus}}: votes of yours are not counted',
    body: `Hello,

it was decided that these votes of yours are not counted: {{tickets}}.

Why: {{reason}}.

Nothing else was changed, and nobody is told that the votes were yours. What was decided stands, without names, at
{{ledger}}

Is this wrong? {{url}} says how to object. What was wrong is counted again.
`,
  },
} as const

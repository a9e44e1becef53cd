import type { HideReason, Role, RoutingKind, Status } from '#app/vocabulary.ts'
import type { When } from './moment.ts'
import type { POST } from './network.ts'

/*
 * The campus of the demonstration: departments, people and ten weeks of tickets. All of it is made up, and its
 * addresses lie in a domain that cannot receive mail. `seed.server.ts` plays this script through the domain.
 */

export type DepartmentScript = {
  slug: string
  name: string
  purpose: string
  answerWithin: number
  rules: Record<RoutingKind, Array<string>>
}

/** Also what a new campus starts with, to be renamed at its desk. */
export const DEPARTMENTS: ReadonlyArray<DepartmentScript> = [
  {
    slug: 'it-services',
    name: 'IT Services',
    purpose: 'Wi-Fi, accounts, printing, lecture recordings and the equipment in teaching rooms.',
    answerWithin: 2,
    rules: {
      hashtag: ['wifi', 'it', 'printing', 'lecturecapture'],
      keyword: [
        'wi-fi',
        'wifi',
        'password',
        'printer',
        'printing',
        'lecture recordings',
        'top-up',
        'screen reader',
      ],
    },
  },
  {
    slug: 'library',
    name: 'Library',
    purpose: 'Books and journals, reading rooms, study places and their opening hours.',
    answerWithin: 2,
    rules: {
      hashtag: ['library', 'studyspace'],
      keyword: ['library', 'reading room', 'study room', 'study rooms', 'book loans'],
    },
  },
  {
    slug: 'estates',
    name: 'Estates',
    purpose: 'Buildings and grounds: heating, lifts, lighting, paths, ramps and whatever can break.',
    answerWithin: 3,
    rules: {
      hashtag: ['heating', 'access', 'estates'],
      keyword: [
        'heating',
        'hot water',
        'lift',
        'ramp',
        'crossing',
        'bike racks',
        'drinking water',
        'step-free',
      ],
    },
  },
  {
    slug: 'student-life',
    name: 'Student Life',
    purpose: 'Halls, canteens, sport, getting home safely, and everything around your studies.',
    answerWithin: 3,
    rules: {
      hashtag: ['halls', 'nightbus', 'canteen', 'sport'],
      keyword: ['laundry', 'canteen', 'vegan', 'allergen', 'night bus', 'gym', 'swimming pool', 'halls'],
    },
  },
  {
    slug: 'registry',
    name: 'Registry',
    purpose: 'Timetables, exams, marks, enrolment and official letters.',
    answerWithin: 5,
    rules: {
      hashtag: ['timetable', 'exams', 'enrolment'],
      keyword: ['timetable', 'exam', 'exams', 'enrolment', 'coursework', 'feedback', 'deadline'],
    },
  },
]

export type PersonScript = { name: string; role: Role; departments: Array<string> }

const student = (name: string): PersonScript => ({ name, role: 'student', departments: [] })
const staff = (name: string, ...departments: Array<string>): PersonScript => ({
  name,
  role: 'responder',
  departments,
})

/** Their address is their name at the domain above. */
export const PEOPLE = [
  ...['sam', 'robin', 'noor', 'wei', 'ines', 'tomi', 'billie', 'ravi', 'charlie', 'jamie'].map(student),
  staff('dana', 'it-services'),
  staff('lee', 'library'),
  staff('morgan', 'estates'),
  staff('ash', 'student-life'),
  staff('jo', 'registry'),
  { name: 'pat', role: 'moderator', departments: [] },
  { name: 'kit', role: 'care', departments: [] },
  { name: 'mika', role: 'moderator', departments: [] },
  { name: 'admin', role: 'admin', departments: [] },
] satisfies ReadonlyArray<PersonScript>

/** Students who do nothing but back tickets, so that the counts have people behind them. */
export const CROWD = { size: 180, mailDomain: 'crowd.demo.quad.example' }

/** Made-up accounts that vote as one: what the desk finds odd, and what was done about it. */
export const RING = {
  size: 24,
  /** The title of the ticket they back. */
  backs: 'Bike racks at the Science building are full by nine',
  at: '50h ago',
  takenOutAt: '49h ago',
  takenOutBy: 'admin',
} as const

/** What was also said on the practice network happened just before that post. */
type Spoken = { at: When } | { at: 'as posted'; post: keyof typeof POST }

export type StepScript =
  | { kind: 'comment'; at: When; by: string; text: string }
  /** A reply by someone on the network. */
  | { kind: 'reply'; at: 'as posted'; post: keyof typeof POST }
  | ({ kind: 'answer'; by: string; text: string; to?: Status } & Spoken)
  | { kind: 'status'; at: When; by: string; text: string; to: Status }
  | { kind: 'handover'; at: When; by: string; to: string; text: string }
  | { kind: 'note'; at: When; by: string; text: string }
  /** Whether it was really solved: one by name, or so many of the crowd. */
  | { kind: 'verdict'; at: When; by: string; solved: boolean; text?: string }
  | { kind: 'verdicts'; at: When; yes: number; no: number }
  /** `into`: the post that raised the ticket that stays. */
  /** Hides the newest comment. */
  | { kind: 'hide'; at: When; by: string; reason: HideReason; text: string }
  /** By whoever wrote what was hidden. */
  | { kind: 'appeal'; at: When; by: string; text: string }
  | { kind: 'appeal-decided'; at: When; by: string; upheld: boolean; text: string }
  | { kind: 'merge'; at: When; by: string; into: keyof typeof POST; text: string }

export type TicketScript = {
  /** How many of the crowd back it, beside its author and the people named. */
  crowd: number
  backers?: Array<string>
  steps: Array<StepScript>
} & (
  | { post: keyof typeof POST }
  | { by: string; at: When; title: string; text: string; department: string | null }
)

export const TICKETS: ReadonlyArray<TicketScript> = [
  {
    by: 'ines',
    at: '10w Tue 10:15',
    title: 'Printers on the ground floor of the library are out of toner by noon',
    text: 'All three printers next to the entrance show “replace toner” on most days from about noon. The ones upstairs work, but there is no lift to them at the moment for people who need one.\n\nCould somebody look at them once more during the day?',
    department: 'it-services',
    crowd: 32,
    steps: [
      {
        kind: 'answer',
        at: '10w Tue 15:40',
        by: 'dana',
        to: 'in-progress',
        text: 'You are right: these three print more than all the others together, and were filled only in the morning. From tomorrow they are checked at eleven and at three as well. We will see how that works until Friday.',
      },
      {
        kind: 'comment',
        at: '10w Thu 13:10',
        by: 'tomi',
        text: 'Printed at one today without a queue. First time this term.',
      },
      {
        kind: 'comment',
        at: '10w Thu 15:20',
        by: 'jamie',
        text: 'If it happens again, call the one who refills them at home: 555 0142, in the evening.',
      },
      {
        kind: 'hide',
        at: '10w Thu 16:05',
        by: 'mika',
        reason: 'personal-data',
        text: 'It has the private number of somebody who works here.',
      },
      {
        kind: 'answer',
        at: '9w Mon 10:05',
        by: 'dana',
        to: 'resolved',
        text: 'No printer on the ground floor ran dry since Wednesday, so the two extra rounds stay. A fourth printer is ordered for the spring.',
      },
    ],
  },
  {
    by: 'robin',
    at: '10w Wed 11:30',
    title: 'Student card top-up takes a day to arrive',
    text: 'I put ten pounds on my card on Monday evening and could not pay for lunch on Tuesday. The app says “done”, the till says zero. The money came at night.',
    department: null,
    crowd: 26,
    backers: ['sam'],
    steps: [
      {
        kind: 'handover',
        at: '10w Wed 14:20',
        by: 'dana',
        to: 'student-life',
        text: 'The card readers are ours, but the card accounts belong to the canteens. Student Life runs those, so they answer here.',
      },
      {
        kind: 'comment',
        at: '10w Wed 19:45',
        by: 'charlie',
        text: 'Same for me, also after a top-up in the evening. In the morning it is quick.',
      },
      {
        kind: 'comment',
        at: '10w Thu 09:30',
        by: 'robin',
        text: 'I sell used chargers and cables, half the price of the shop. Write to me.',
      },
      {
        kind: 'hide',
        at: '10w Thu 11:00',
        by: 'mika',
        reason: 'spam',
        text: 'It is an advertisement, and the fifth of these today.',
      },
      { kind: 'appeal', at: '10w Thu 12:00', by: 'robin', text: 'People here need chargers.' },
      {
        kind: 'appeal-decided',
        at: '10w Fri 10:00',
        by: 'admin',
        upheld: true,
        text: 'They may, but this is not where to sell them.',
      },
      {
        kind: 'answer',
        at: '10w Fri 11:15',
        by: 'ash',
        to: 'in-progress',
        text: 'The detail about the evening helped: payments after six were sent to the tills only once, at midnight. Our supplier changes that to every ten minutes with an update next week.',
      },
      {
        kind: 'answer',
        at: '8w Tue 09:30',
        by: 'ash',
        to: 'resolved',
        text: 'The update is in. We topped up five cards at eight last night, and each could pay within ten minutes.',
      },
    ],
  },
  {
    by: 'noor',
    at: '9w Mon 18:50',
    title: 'More than one vegan option in the Harbour canteen after six',
    text: 'At lunch there are three vegan dishes, which is great. After six there is chips and salad. Many of us have labs until half past five and eat here in the evening.',
    department: null,
    crowd: 56,
    backers: ['sam', 'wei'],
    steps: [
      {
        kind: 'comment',
        at: '9w Tue 12:05',
        by: 'billie',
        text: 'A soup that is kept warm would already help.',
      },
      {
        kind: 'comment',
        at: '9w Tue 13:15',
        by: 'tomi',
        text: 'Whoever plans these menus has never been hungry at eight. It is a damned shame.',
      },
      {
        kind: 'hide',
        at: '9w Tue 14:00',
        by: 'mika',
        reason: 'obscenity',
        text: 'It swears.',
      },
      { kind: 'appeal', at: '9w Tue 15:30', by: 'tomi', text: 'That was anger, and nothing else.' },
      {
        kind: 'appeal-decided',
        at: '9w Wed 09:30',
        by: 'admin',
        upheld: false,
        text: 'Strong language is no obscenity. The comment is back.',
      },
      {
        kind: 'answer',
        at: '9w Wed 10:30',
        by: 'ash',
        to: 'planned',
        text: 'Fair point. The kitchen closes its main line at half past five, so what is left must keep well. From the first of the month there will be one warm vegan dish and a soup until eight, for a trial of four weeks.',
      },
      {
        kind: 'status',
        at: '7w Mon 09:00',
        by: 'ash',
        to: 'in-progress',
        text: 'The trial starts tonight. Tell us here what you would change.',
      },
      {
        kind: 'comment',
        at: '7w Wed 20:10',
        by: 'noor',
        text: 'Lentil stew was good, and it was not gone at half past seven. Thank you.',
      },
      {
        kind: 'answer',
        at: '3w Mon 10:15',
        by: 'ash',
        to: 'resolved',
        text: 'About sixty portions went out each evening, more than we hoped for, so it stays. The menu for the week is on the canteen page each Sunday.',
      },
    ],
  },
  {
    by: 'jamie',
    at: '9w Thu 16:20',
    title: 'Exam feedback in History arrives after the next essay is due',
    text: 'The handbook promises feedback within fifteen working days. In three of my modules it came after the next piece of work was due, so none of us could learn from it.\n\nThis is not about single tutors, who clearly have a lot to mark. It is about dates that cannot work together.',
    department: null,
    crowd: 70,
    steps: [
      {
        kind: 'comment',
        at: '9w Fri 09:35',
        by: 'ravi',
        text: 'In second year it is the same with the source essays.',
      },
      {
        kind: 'answer',
        at: '8w Wed 15:00',
        by: 'jo',
        to: 'under-review',
        text: 'We put the due dates of all History modules beside the dates on which marks were released last year. In four of eleven modules they do overlap, as you say. We meet the department next week to move either the one or the other.',
      },
      {
        kind: 'comment',
        at: '8w Wed 17:45',
        by: 'jamie',
        text: 'Thank you for checking it rather than guessing.',
      },
      {
        kind: 'answer',
        at: '4w Thu 11:00',
        by: 'jo',
        to: 'in-progress',
        text: 'Agreed with the department: from next term no essay is due earlier than five working days after the feedback on the one before. The four modules have new dates, which will be in your timetable by the end of the month.',
      },
      {
        kind: 'status',
        at: '2w Mon 10:30',
        by: 'jo',
        to: 'planned',
        text: 'The new dates are entered and wait for the board of studies on Thursday.',
      },
      {
        kind: 'status',
        at: '1w Fri 13:30',
        by: 'jo',
        to: 'in-progress',
        text: 'The board agreed. Two of the four modules show their new dates already; the other two follow next week.',
      },
    ],
  },
  {
    by: 'charlie',
    at: '9w Fri 14:05',
    title: 'Half of the power sockets on the second floor of the library are dead',
    text: 'On the window side every second table has no power. People run cables across the aisle, which cannot be safe.',
    department: 'library',
    crowd: 40,
    steps: [
      {
        kind: 'handover',
        at: '9w Fri 15:50',
        by: 'lee',
        to: 'estates',
        text: 'We walked the floor: 14 of 30 tables have no power. Cables in a floor are work for Estates, who have our list of tables.',
      },
      {
        kind: 'answer',
        at: '8w Mon 13:20',
        by: 'morgan',
        to: 'in-progress',
        text: 'One circuit under the floor has failed. An electrician comes on Thursday before the library opens. Please do not lay cables across the aisle until then: the tables by the stairs all have power.',
      },
      {
        kind: 'answer',
        at: '8w Fri 09:10',
        by: 'morgan',
        to: 'resolved',
        text: 'All 30 tables have power again. We tested each of them this morning.',
      },
    ],
  },
  {
    by: 'wei',
    at: '8w Tue 10:40',
    title: 'Lecture recordings are missing for second-year Economics',
    text: 'Weeks two and three were never put online. I was in hospital then and depend on them.',
    department: null,
    crowd: 45,
    steps: [
      {
        kind: 'answer',
        at: '8w Tue 14:55',
        by: 'dana',
        to: 'in-progress',
        text: 'The recordings exist, but were filed under last year’s module code. We are moving them, and looking for other modules where this happened.',
      },
      {
        kind: 'answer',
        at: '8w Wed 11:30',
        by: 'dana',
        to: 'resolved',
        text: 'All seven lectures are online. Five other modules had the same fault and are put right too. If you missed a deadline because of this, your tutor has a note from us.',
      },
      { kind: 'comment', at: '8w Wed 12:20', by: 'wei', text: 'Found them. Thank you also for the note.' },
    ],
  },
  {
    by: 'billie',
    at: '8w Wed 20:15',
    title: 'Laundry machines in Birch Court take the payment and do not start',
    text: 'Machines 3, 4 and 7. The app takes £2.80, the display says “select programme” and nothing happens. I have lost £8.40 this week. A paper sign on the door says the same happened to others.',
    department: null,
    crowd: 81,
    backers: ['robin'],
    steps: [
      { kind: 'comment', at: '8w Wed 21:40', by: 'robin', text: 'Machine 4 did it to me twice.' },
      {
        kind: 'comment',
        at: '8w Thu 08:10',
        by: 'ines',
        text: 'In Maple Court it is only number 2, but also since Monday.',
      },
      {
        kind: 'answer',
        at: '8w Thu 11:45',
        by: 'ash',
        to: 'in-progress',
        text: 'We have switched off payment on all four machines you name, so that nobody loses more. The company that runs them sends someone tomorrow. Every payment since Monday that was not followed by a wash will be paid back by itself; you need not ask.',
      },
      {
        kind: 'comment',
        at: '8w Fri 18:00',
        by: 'tomi',
        text: 'Somebody was there this afternoon, 3 and 7 work.',
      },
      {
        kind: 'answer',
        at: '7w Tue 10:20',
        by: 'ash',
        to: 'resolved',
        text: 'A faulty update of the payment boxes is taken back and all machines work. 212 payments were returned yesterday; it may take three days until you see yours. If yours is missing on Friday, write here.',
      },
      { kind: 'comment', at: '7w Wed 09:15', by: 'billie', text: 'All three payments are back.' },
    ],
  },
  {
    by: 'tomi',
    at: '8w Thu 13:30',
    title: 'Keep the library open until midnight before the exams',
    text: 'The library closes at ten. In the three weeks before the exams every seat is taken at that time, and there is nowhere else on campus that is quiet, warm and lit.\n\nWe would not need the desk to be staffed. Other buildings are open with a card and a guard.',
    department: null,
    crowd: 163,
    backers: ['sam', 'robin', 'noor', 'ravi'],
    steps: [
      { kind: 'comment', at: '8w Thu 15:05', by: 'ravi', text: 'Even one floor would be enough.' },
      {
        kind: 'comment',
        at: '8w Fri 10:30',
        by: 'wei',
        text: 'Please keep a floor open that can be reached by lift.',
      },
      {
        kind: 'answer',
        at: '8w Fri 16:10',
        by: 'lee',
        to: 'under-review',
        text: 'We would like to. What it costs is a guard and one of us on call, about £190 a night. We are asking for that money for 21 nights, and you will read here by Tuesday whether we got it.',
      },
      {
        kind: 'comment',
        at: '7w Mon 12:00',
        by: 'sam',
        text: 'Thank you for naming the price. Can we do anything to help the request?',
      },
      {
        kind: 'answer',
        at: '7w Tue 14:45',
        by: 'lee',
        to: 'planned',
        text: 'You did: the number of people behind this ticket is part of the request. The money is granted. The ground floor and the first floor stay open until midnight in the three weeks before the exams, with the lift in service.',
      },
      {
        kind: 'answer',
        at: '2w Mon 09:15',
        by: 'lee',
        to: 'resolved',
        text: 'From tonight: ground floor and first floor until midnight, every day including Sunday, with your card from ten. The night bus stops at the library at 00:10.',
      },
    ],
  },
  {
    by: 'ravi',
    at: '7w Mon 09:05',
    title: 'Bike racks at the Science building are full by nine',
    text: 'Bikes are locked to the handrail of the stairs because there is no other place. The handrail is there for people who need it.',
    department: null,
    crowd: 51,
    steps: [
      {
        kind: 'answer',
        at: '7w Wed 11:40',
        by: 'morgan',
        to: 'under-review',
        text: 'We counted on Tuesday and Wednesday: 64 stands, 91 bikes. There is room for 40 more stands on the north side. We are asking for a price and for the fire officer’s view.',
      },
      {
        kind: 'comment',
        at: '7w Wed 18:25',
        by: 'charlie',
        text: 'A roof would be lovely, but the stands matter more.',
      },
      {
        kind: 'answer',
        at: '1w Mon 10:00',
        by: 'morgan',
        to: 'planned',
        text: '40 stands on the north side are ordered and will be built in the break between the terms, when the ground may be dug up without noise in lectures. A roof does not fit under the windows there, we are sorry.',
      },
    ],
  },
  {
    by: 'jamie',
    at: '7w Tue 17:35',
    title: 'Make the swimming pool free for all students',
    text: 'The gym is part of our fees, the swimming pool costs £4 each time. Swimming is the only sport I can do with my knee.',
    department: null,
    crowd: 36,
    steps: [
      {
        kind: 'comment',
        at: '7w Wed 08:50',
        by: 'noor',
        text: 'I would be happy with cheap hours in the morning.',
      },
      {
        kind: 'answer',
        at: '7w Fri 15:20',
        by: 'ash',
        to: 'declined',
        text: 'We cannot make the pool free, and would rather say so plainly. It costs £310,000 a year to heat and guard; entrance pays about half, and without it the pool would have to close on two days. What we can do from Monday: £1 from seven to nine on weekdays, and free at any time with a note from a doctor or physiotherapist, which should cover your knee.',
      },
      {
        kind: 'comment',
        at: '7w Fri 17:10',
        by: 'jamie',
        text: 'That is a no I can live with. Thank you for the figures.',
      },
    ],
  },
  {
    by: 'noor',
    at: '7w Thu 12:25',
    title: 'The quiet room is booked for meetings during prayer times',
    text: 'The quiet room in the Union building was set up for prayer and rest. On most days this week there was a meeting in it between twelve and two.',
    department: 'student-life',
    crowd: 25,
    steps: [
      {
        kind: 'answer',
        at: '7w Fri 10:05',
        by: 'ash',
        to: 'resolved',
        text: 'That should not have happened, and we apologise. The room had slipped into the list of bookable rooms with a new system. It is taken out, all bookings are moved elsewhere, and a sign says what the room is for.',
      },
    ],
  },
  {
    by: 'sam',
    at: '7w Fri 11:20',
    title: 'Library seats are kept with coats for hours',
    text: 'By ten every seat on the quiet floor has a bag or a coat on it, and a third of them have nobody sitting there until lunch. I know everyone needs a break. Three hours is not a break.',
    department: null,
    crowd: 95,
    backers: ['ines', 'tomi'],
    steps: [
      {
        kind: 'comment',
        at: '7w Fri 13:00',
        by: 'ines',
        text: 'A card with the time when you left, as in car parks?',
      },
      {
        kind: 'answer',
        at: '6w Mon 10:50',
        by: 'lee',
        to: 'under-review',
        text: 'We counted last week: at eleven, 38 of 120 seats on the quiet floor were kept for more than an hour. Before we make a rule we would like to try the idea above: a clock card on each table, 45 minutes.',
      },
      {
        kind: 'comment',
        at: '6w Mon 16:30',
        by: 'billie',
        text: 'Please think of people who have to leave for medication or to pray.',
      },
      {
        kind: 'status',
        at: '3w Mon 09:00',
        by: 'lee',
        to: 'in-progress',
        text: 'Clock cards are on all tables of the quiet floor from today, for four weeks. 45 minutes, and 90 for anyone who asks at the desk; no reason needed.',
      },
      {
        kind: 'answer',
        at: '1w Wed 14:00',
        by: 'lee',
        text: 'Half-way figures: at eleven there are now 15 kept seats, down from 38. 22 people asked for the longer time. The trial runs until Friday week, then we decide here.',
      },
    ],
  },
  {
    by: 'wei',
    at: '6w Mon 08:40',
    title: 'The lift in the Engineering block has been out of order for a month',
    text: 'Without it I cannot reach any room above the ground floor, and two of my seminars are on the third. My department moved one of them, the other is still up there. I was told “soon” twice.',
    department: null,
    crowd: 118,
    backers: ['sam', 'billie', 'jamie'],
    steps: [
      {
        kind: 'comment',
        at: '6w Mon 12:15',
        by: 'jamie',
        text: 'The sign on the door has no date on it either.',
      },
      {
        kind: 'answer',
        at: '6w Tue 09:30',
        by: 'morgan',
        to: 'in-progress',
        text: 'We owe you a date rather than “soon”, and an apology. The drive has to be replaced. It is made to order, and the maker promises it in six weeks. Today we moved your second seminar, and all teaching with a person who needs the lift, to the ground floor. If we missed one, call the number on the door: we move it the same day.',
      },
      {
        kind: 'note',
        at: '6w Tue 09:45',
        by: 'morgan',
        text: 'Supplier wants a deposit before they start. Finance has the order; chase on Thursday. Ask whether a used drive from the old Physics lift would fit.',
      },
      { kind: 'comment', at: '6w Tue 10:20', by: 'wei', text: 'Both seminars are moved. Thank you.' },
      {
        kind: 'status',
        at: '4w Fri 15:15',
        by: 'morgan',
        to: 'waiting',
        text: 'The drive is being made. Delivery is confirmed, and two weeks are needed to fit and test it.',
      },
      {
        kind: 'answer',
        at: '1w Thu 09:20',
        by: 'morgan',
        text: 'The drive has arrived, and fitting has begun. The safety test is on Friday next week. Until it is passed the seminars stay where they are.',
      },
    ],
  },
  {
    by: 'ines',
    at: '6w Wed 13:45',
    title: 'Hold all exams of one person in the same room',
    text: 'I had five exams in five buildings. One was on the other side of the city. Could each of us be given one room for all of them?',
    department: null,
    crowd: 14,
    steps: [
      {
        kind: 'answer',
        at: '6w Fri 15:30',
        by: 'jo',
        to: 'declined',
        text: 'We looked into it, and it cannot be done: everyone who sits one paper has to be in the same room, and no two people have the same set of papers. What does work, and is now a rule for the next exam period: nobody gets two buildings on one day, and the hall across the city is used only for papers with more than 300 people.',
      },
    ],
  },
  {
    by: 'charlie',
    at: '5w Mon 07:55',
    title: 'Timetable changes reach us on the morning itself',
    text: 'Three times this month a room changed after eight for a lecture at nine. I travel an hour and see it only when I am in front of the wrong door.',
    department: null,
    crowd: 46,
    backers: ['sam'],
    steps: [
      {
        kind: 'answer',
        at: '5w Wed 16:00',
        by: 'jo',
        to: 'under-review',
        text: 'We went through the three changes: two were known the day before and not sent. From now on a change made before six in the evening is mailed at six. The app that could also send a message to your phone is under review.',
      },
      {
        kind: 'comment',
        at: '5w Thu 09:30',
        by: 'robin',
        text: 'The mail came at six yesterday, so that part works.',
      },
      {
        kind: 'answer',
        at: '1w Wed 11:10',
        by: 'jo',
        to: 'planned',
        text: 'Messages to the phone come with the next version of the timetable app, at the start of next term. You choose which modules you want to hear about.',
      },
    ],
  },
  {
    post: 'wifi',
    crowd: 64,
    backers: ['noor', 'sam'],
    steps: [
      { kind: 'reply', at: 'as posted', post: 'wifiAlso' },
      {
        kind: 'answer',
        at: 'as posted',
        post: 'wifiAnswer',
        by: 'dana',
        to: 'in-progress',
        text: 'We see it in our logs too: the access points in both courts run out of addresses when most residents are at home. We are doubling the range this week and will say here when it is done.',
      },
      {
        kind: 'comment',
        at: '4w Mon 19:40',
        by: 'ravi',
        text: 'Better on the ground floor since yesterday, the top floor still drops.',
      },
      {
        kind: 'answer',
        at: 'as posted',
        post: 'wifiDone',
        by: 'dana',
        to: 'resolved',
        text: 'Both courts have twice as many addresses and four more access points since Monday. For three evenings nobody was turned away. If yours still drops, tell us the room number here.',
      },
      { kind: 'verdicts', at: '2w Mon 09:00', yes: 11, no: 2 },
      { kind: 'verdict', at: '2w Mon 18:30', by: 'noor', solved: true },
      {
        kind: 'verdict',
        at: '2w Tue 21:10',
        by: 'billie',
        solved: false,
        text: 'Much better, but room B 2.11 at the end of the corridor still drops around nine.',
      },
    ],
  },
  {
    by: 'billie',
    at: '5w Wed 21:10',
    title: 'Wi-Fi in Birch Court fails in the evenings',
    text: 'From half past seven until ten my laptop says “connected, no internet”. It is all of the second floor.',
    department: null,
    crowd: 17,
    steps: [
      {
        kind: 'merge',
        at: '5w Thu 09:25',
        by: 'dana',
        into: 'wifi',
        text: 'This is the same fault as in Maple Court, which we are repairing for both courts. Your vote counts there.',
      },
    ],
  },
  {
    by: 'robin',
    at: '5w Fri 12:30',
    title: 'There is no drinking water in the Arts building',
    text: 'The tap on the ground floor was taken out with the old kitchen. The next one is in the library, ten minutes there and back between two seminars.',
    department: null,
    crowd: 22,
    steps: [
      {
        kind: 'answer',
        at: '4w Mon 14:10',
        by: 'morgan',
        to: 'planned',
        text: 'The pipe is still in the wall, so this is a small job. A bottle tap goes in beside the lockers in the week after next.',
      },
      {
        kind: 'answer',
        at: '2w Thu 15:40',
        by: 'morgan',
        to: 'resolved',
        text: 'The tap is in, tested and free. It stands at a height that can be reached from a wheelchair.',
      },
      { kind: 'verdicts', at: '2w Fri 11:00', yes: 1, no: 2 },
      {
        kind: 'verdict',
        at: '2w Fri 13:05',
        by: 'robin',
        solved: false,
        text: 'The tap is behind the shutter of the lockers, which comes down at four. Most of our seminars are later.',
      },
      {
        kind: 'answer',
        at: '1w Mon 11:30',
        by: 'morgan',
        to: 'resolved',
        text: 'You are right, we had not thought of the shutter. It now ends beside the tap and not in front of it, so there is water as long as the building is open.',
      },
      { kind: 'verdicts', at: '1w Tue 10:00', yes: 8, no: 1 },
      { kind: 'verdict', at: '1w Tue 17:20', by: 'robin', solved: true },
    ],
  },
  {
    post: 'ramp',
    crowd: 73,
    backers: ['sam', 'jamie'],
    steps: [
      {
        kind: 'answer',
        at: 'as posted',
        post: 'rampDone',
        by: 'morgan',
        to: 'resolved',
        text: 'The bins are gone, and we are sorry about the detour. They now stand behind the loading bay, the ramp is painted as a keep-clear area, and the evening round checks it every day.',
      },
      { kind: 'reply', at: 'as posted', post: 'rampThanks' },
    ],
  },
  {
    by: 'jamie',
    at: '4w Wed 10:10',
    title: 'Step-free routes are missing from the campus map',
    text: 'The map shows lifts but not which entrances have no steps. For a building I have never been to I have to walk around it first. A photograph of each entrance would already help.',
    department: null,
    crowd: 20,
    backers: ['wei'],
    steps: [
      {
        kind: 'answer',
        at: '4w Fri 11:25',
        by: 'morgan',
        to: 'under-review',
        text: 'We have this for 31 of 44 buildings, but only on paper. Would anyone who uses these routes walk the other 13 with us? We pay two hours each. Please write to the address on our page.',
      },
      { kind: 'comment', at: '4w Fri 12:00', by: 'wei', text: 'I will.' },
      {
        kind: 'answer',
        at: '1w Mon 13:45',
        by: 'morgan',
        to: 'planned',
        text: 'Three of you came along, and all 44 buildings are recorded. The map gets a step-free layer with photographs in its next version, at the start of next term.',
      },
    ],
  },
  {
    post: 'seats',
    crowd: 60,
    backers: ['tomi'],
    steps: [
      {
        kind: 'answer',
        at: 'as posted',
        post: 'seatsAnswer',
        by: 'lee',
        to: 'planned',
        text: 'Yes. The gates already count people in and out, so a live figure for each floor is possible. We plan to put it on our home page before the exam period.',
      },
      {
        kind: 'status',
        at: '1w Tue 10:40',
        by: 'lee',
        to: 'in-progress',
        text: 'A first version runs inside the library and is being compared with seats counted by hand.',
      },
    ],
  },
  {
    by: 'ravi',
    at: '3w Mon 18:20',
    title: 'Places for the gym induction are gone within a minute',
    text: 'New places appear at six on Sundays and are gone at one past six. Without the induction nobody may use the weights room, so for half the term I have paid for something I cannot use.',
    department: null,
    crowd: 16,
    steps: [
      {
        kind: 'answer',
        at: '3w Wed 14:30',
        by: 'ash',
        to: 'under-review',
        text: 'There are 40 places a week and a waiting list of 230, so you are not just slow. We are looking at groups of eight instead of four, and at a short film that covers the first half.',
      },
      {
        kind: 'answer',
        at: '1w Tue 16:05',
        by: 'ash',
        to: 'planned',
        text: 'From the first week of next month: groups of eight, 96 places a week, given out in the order of a waiting list. No more racing at six.',
      },
    ],
  },
  {
    by: 'tomi',
    at: '3w Tue 09:50',
    title: 'Letters that prove enrolment take two weeks',
    text: 'My landlord wants one within five days. I know that I am enrolled, you know it too; can the letter not be made by the website?',
    department: null,
    crowd: 13,
    steps: [
      {
        kind: 'answer',
        at: '3w Thu 13:15',
        by: 'jo',
        to: 'in-progress',
        text: 'For a letter in English with your course and dates: yes, and it is nearly ready. Yours was sent to you by mail this morning so that you need not wait.',
      },
      {
        kind: 'answer',
        at: '2w Wed 09:40',
        by: 'jo',
        to: 'resolved',
        text: 'You can now download it under “My documents”, signed and with a code that a landlord or an embassy can check. Letters with other wording still take up to five working days.',
      },
    ],
  },
  {
    post: 'heating',
    crowd: 47,
    backers: ['ravi', 'charlie'],
    steps: [
      {
        kind: 'answer',
        at: 'as posted',
        post: 'heatingAnswer',
        by: 'morgan',
        to: 'in-progress',
        text: 'The valve that feeds that side of the second floor has failed. A new one is ordered. Until it is in, electric heaters stand in 2.12 to 2.16, and seminars may move to 1.08.',
      },
      {
        kind: 'comment',
        at: '3w Thu 10:15',
        by: 'charlie',
        text: 'The heaters help, but only near the front.',
      },
      {
        kind: 'status',
        at: '1w Wed 16:20',
        by: 'morgan',
        to: 'waiting',
        text: 'The valve that came had the wrong thread and went back. The right one is promised for this week; the heaters stay, and each room got a second one.',
      },
    ],
  },
  {
    by: 'noor',
    at: '3w Fri 15:25',
    title: 'A screen reader cannot read the module handbooks',
    text: 'The handbooks are pictures of pages. My screen reader says “image” forty times and nothing else.',
    department: null,
    crowd: 10,
    backers: ['wei', 'jamie'],
    steps: [
      {
        kind: 'answer',
        at: '2w Mon 10:20',
        by: 'dana',
        to: 'in-progress',
        text: 'That is our fault: the scanner made pictures where it should have read the text. Readable versions of your five handbooks are in your mailbox. All 180 are being done again, those asked for here first.',
      },
      {
        kind: 'answer',
        at: '1w Fri 11:00',
        by: 'dana',
        text: '112 of the 180 are done, among them all of first year. The rest follow within two weeks, and new handbooks are checked with a screen reader before they go out.',
      },
    ],
  },
  {
    post: 'timetable',
    crowd: 28,
    steps: [
      {
        kind: 'answer',
        at: 'as posted',
        post: 'timetableAnswer',
        by: 'jo',
        to: 'in-progress',
        text: 'Neither should clash, and 31 of you have the same two. Go to the one you went to last week; nobody is marked absent from the other. We are looking for a second slot.',
      },
      {
        kind: 'answer',
        at: 'as posted',
        post: 'timetableDone',
        by: 'jo',
        to: 'resolved',
        text: 'From next week the second seminar also runs on Thursdays at ten, in room 0.31. You are moved there; write to us if Thursday does not suit you.',
      },
    ],
  },
  {
    by: 'robin',
    at: '2w Tue 07:20',
    title: 'The hot water in Ash Court is cold by eight in the morning',
    text: 'Since last week the showers on all floors are cold from about eight. Whoever has a nine o’clock lecture showers at six or not at all.',
    department: null,
    crowd: 43,
    backers: ['sam', 'tomi'],
    steps: [
      {
        kind: 'comment',
        at: '2w Wed 08:15',
        by: 'tomi',
        text: 'Third floor, cold at a quarter to eight today.',
      },
      {
        kind: 'note',
        at: '2w Fri 16:30',
        by: 'morgan',
        text: 'The boiler company has moved its visit twice. We should have said so here by now. Answer on Monday, with or without a date from them.',
      },
      {
        kind: 'comment',
        at: '1w Thu 08:05',
        by: 'robin',
        text: 'Is anyone looking at this? It is more than a week now.',
      },
    ],
  },
  {
    by: 'ines',
    at: '2w Thu 18:00',
    title: 'Let groups book library study rooms for two hours in a row',
    text: 'One hour is over before a group of six has settled down. Booking twice is not allowed.',
    department: null,
    crowd: 8,
    steps: [
      {
        kind: 'answer',
        at: '1w Mon 10:30',
        by: 'lee',
        to: 'planned',
        text: 'Agreed for groups of four and more: two hours in a row outside the exam period. The booking page learns this with its update on the first of the month.',
      },
    ],
  },
  {
    post: 'crossing',
    crowd: 52,
    backers: ['billie', 'sam', 'ravi'],
    steps: [
      {
        kind: 'comment',
        at: '2w Thu 19:30',
        by: 'ravi',
        text: 'Nearly hit somebody there on my bike yesterday, and I was going slowly.',
      },
      {
        kind: 'answer',
        at: 'as posted',
        post: 'crossingAnswer',
        by: 'morgan',
        to: 'waiting',
        text: 'Thank you, this is urgent. We have put up a lamp on a mast and warning signs this morning. The crossing itself belongs to the city; we reported it at nine and will say here when they come.',
      },
      {
        kind: 'status',
        at: '1w Thu 15:30',
        by: 'morgan',
        to: 'in-progress',
        text: 'The city has found a damaged cable and will replace it next week. Our lamp stays on from four in the afternoon until eight in the morning.',
      },
    ],
  },
  {
    by: 'jamie',
    at: '2w Fri 13:10',
    title: 'A coursework deadline falls on a public holiday',
    text: 'The submission desk is closed that day, but one part has to be handed in on paper.',
    department: null,
    crowd: 9,
    steps: [
      {
        kind: 'answer',
        at: '1w Tue 11:35',
        by: 'jo',
        to: 'resolved',
        text: 'Well spotted. It is now due on the next working day at noon, for everyone, and your school has told all 140 of you. We also searched the whole year: no other deadline falls on a holiday.',
      },
    ],
  },
  {
    by: 'charlie',
    at: '1w Mon 10:50',
    title: 'Nobody at the back of Lecture Theatre B can hear the microphone',
    text: 'From row M upwards it is a murmur. Lecturers repeat questions from the front, but not the answers.',
    department: 'it-services',
    crowd: 8,
    steps: [
      {
        kind: 'answer',
        at: '1w Tue 09:55',
        by: 'dana',
        to: 'under-review',
        text: 'We measured this morning: the rear loudspeakers are silent. Whether it is the amplifier or the cable we will know on Thursday evening, when the theatre is free.',
      },
      {
        kind: 'status',
        at: '1w Fri 10:15',
        by: 'dana',
        to: 'in-progress',
        text: 'It is the amplifier. A loan one goes in before Monday; until then please sit in the lower half where you can.',
      },
    ],
  },
  {
    post: 'nightBus',
    crowd: 34,
    backers: ['noor'],
    steps: [
      {
        kind: 'answer',
        at: 'as posted',
        post: 'nightBusAnswer',
        by: 'ash',
        to: 'in-progress',
        text: 'We are counting how many people would use it: two late trips run on the next four Fridays as a trial, at 01:15 and 02:30 from the main gate. After that we decide with the figures in public.',
      },
      { kind: 'comment', at: '1w Wed 18:00', by: 'billie', text: 'Will it also stop at Maple Court?' },
    ],
  },
  {
    by: 'billie',
    at: '1w Wed 12:45',
    title: 'Allergen labels are missing at the salad bar',
    text: 'The bowls have names but no allergens. The people behind the counter are kind and look it up, but there is a queue behind me.',
    department: null,
    crowd: 18,
    steps: [
      {
        kind: 'answer',
        at: '1w Thu 10:40',
        by: 'ash',
        to: 'resolved',
        text: 'There are labels on every bowl from today, and a folder with all ingredients at the till. The cards had been taken away for washing and not put back; that is now on the closing list.',
      },
      { kind: 'verdicts', at: '1w Fri 12:30', yes: 1, no: 2 },
      {
        kind: 'verdict',
        at: '1w Fri 13:15',
        by: 'billie',
        solved: false,
        text: 'There were labels yesterday. Today the two bowls with dressing have none, and the folder was in the kitchen.',
      },
    ],
  },
  {
    by: 'ines',
    at: '1w Thu 11:15',
    title: 'A place on campus to feed a baby',
    text: 'At present there is the toilet in the Union building or the cloakroom of the library.',
    department: 'student-life',
    crowd: 6,
    steps: [
      {
        kind: 'answer',
        at: '1w Fri 12:10',
        by: 'ash',
        to: 'planned',
        text: 'Room U.04 in the Union building will be a parents’ room with a chair, a sink and a lock, from the beginning of next month. Until then the first-aid room beside it is open for you; just ask at the reception.',
      },
    ],
  },
  {
    by: 'noor',
    at: '40h ago',
    title: 'The password reset does not accept my phone number',
    text: 'It says “invalid number”. The number is not from this country, which the page does not say is needed.',
    department: null,
    crowd: 4,
    steps: [],
  },
  {
    by: 'ravi',
    at: '38h ago',
    title: 'Drilling next to Hall 3 while exams are written',
    text: 'The building site behind Hall 3 was drilling during the whole of this morning’s paper. There are two more weeks of exams in that hall.',
    department: null,
    crowd: 9,
    backers: ['jamie'],
    steps: [
      {
        kind: 'comment',
        at: '36h ago',
        by: 'jamie',
        text: 'I was in there too. It was worst in the last half hour.',
      },
    ],
  },
  { post: 'sound', crowd: 11, steps: [] },
  { post: 'doubleBass', crowd: 1, steps: [] },
  {
    by: 'wei',
    at: '15h ago',
    title: 'Nobody can say where lost property goes',
    text: 'I lost a bag in the Union building. Reception sent me to security, security to the porter, the porter to reception. Is there one place?',
    department: null,
    crowd: 3,
    steps: [],
  },
  {
    by: 'sam',
    at: '5h ago',
    title: 'Printing from a phone has stopped working',
    text: 'Since yesterday the page where you upload a file from a phone stays white. From a laptop it works.',
    department: null,
    crowd: 2,
    steps: [{ kind: 'comment', at: '3h ago', by: 'robin', text: 'White page for me too, on two phones.' }],
  },
]

/** Whom a made-up campus names in need. The numbers are among those that are given to nobody. */
export const OFFICES: Record<
  string,
  { office: string; phone: string; crisisLine: string; crisisPhone: string }
> = {
  'self-harm': {
    office: 'Counselling Service',
    phone: '+1 555 555 0110',
    crisisLine: 'Crisis line, day and night',
    crisisPhone: '+1 555 555 0111',
  },
  'sexual-misconduct': {
    office: 'Office of Equity and Conduct',
    phone: '+1 555 555 0120',
    crisisLine: 'Survivors’ line, day and night',
    crisisPhone: '+1 555 555 0121',
  },
  threat: {
    office: 'Campus Safety',
    phone: '+1 555 555 0130',
    crisisLine: 'Campus Safety, day and night',
    crisisPhone: '+1 555 555 0131',
  },
}

/** What a made-up campus looks for. */
export const SCREENING = {
  studentNumbers: ['S#######'],
  rooms: ['Birch House ###?'],
  own: [`@demo.quad.example`],
  seniors: ['President Adams', 'Prof. Hill'],
}

/** What waits for a person: made up, like everything here. */
export const HELD = [
  {
    minutesAgo: 25,
    by: 'charlie',
    title: 'My marks are of somebody else',
    text: 'The portal shows me marks that are not mine. My student number is S0000001. Please mend it.',
  },
  {
    minutesAgo: 95,
    by: 'jamie',
    title: 'The night before exams',
    text: 'I have not slept for a week because of the noise, and I do not want to live like this any more.',
  },
]

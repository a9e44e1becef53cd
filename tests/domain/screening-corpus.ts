import { choiceFrom, type Choose } from '../support/choice.ts'

/**
 * What a made-up text is. `in-need`: a disclosure in words of a list; `between-the-lines`: one that uses none of them.
 * `harmless-word`: words of violence, meant otherwise.
 */
export const CORPUS_KINDS = [
  'criticism',
  'harsh',
  'harmless-word',
  'personal-data',
  'in-need',
  'spam',
  'between-the-lines',
] as const
export type CorpusKind = (typeof CORPUS_KINDS)[number]

export type CorpusText = {
  kind: CorpusKind
  text: string
  /** What must never be public of it; '': all of it may. */
  secret: string
}

const PLACES = [
  'the library',
  'Birch House',
  'the canteen',
  'lab 3',
  'room 204',
  'the pool',
  'Gate B',
  'CS 101',
  'bus 42',
]
const THINGS = ['heating', 'printer', 'timetable', 'queue', 'lift', 'exam', 'Wi-Fi', 'menu', 'lamp', 'portal']
const TIMES = [
  'since Monday',
  'for 3 weeks',
  'on 02/03/2026',
  'at 10:30',
  'every day from 9:00-17:00',
  'in week 12',
]
const COSTS = [
  '',
  ' It cost me $1,250.00.',
  ' I paid 12.50.',
  ' The book is 978-3-16-148410-0.',
  ' See https://news.example/2125550187.',
]
const SWEARS = [
  'This is shit.',
  'What the hell.',
  'You useless idiots.',
  'Bloody disgrace.',
  'Fuck this.',
  'The president should resign.',
]
const NEVER_MEANT = [
  'This deadline is killing me.',
  'I could murder a coffee.',
  'The exam was a bloodbath and the marks are a crime.',
  'Please shoot me a mail when it works.',
  'The new portal bombs every night.',
  'The drama club plays a tragedy and nobody is told.',
  'The rapeseed oil in the canteen is stale.',
  'The deadline for the poetry cut is dead.',
]
/** A list finds these, and a person of the care team publishes them. */
const FOUND_THOUGH_HARMLESS = [
  'The posters about suicide prevention on the stairs are torn.',
  'The lecture on sexual harassment law clashes with statistics.',
  'Our play about a bomb threat has no room to rehearse.',
]
const DISCLOSURES = [
  'I want to kill myself',
  'some days I think of ending my life',
  'I was sexually assaulted after the party',
  'a tutor groped me',
  'somebody wrote that he will bring a gun',
  'my flatmate keeps saying he will kill her',
  'I have started hurting myself again',
  'I do not want to live any more',
  'he is stalking me on my way home',
]
/** People tell of it in such words too, and nothing here finds them: the page must say where help is on every form. */
const BETWEEN_THE_LINES = [
  'I cannot see how this goes on for me',
  'everybody would be happier without me around',
  'what he did that night in the common room was not what I wanted',
  'I am scared of what he might do next week',
]
const NAMES = ['sam', 'kim', 'ines', 'wei', 'noor', 'tomi']
const ADS = [
  'Cheap essays, all subjects, written overnight: write to us now',
  'Win a phone today, all you need is here, press the link below',
  'Best rates for your flat, hurry, only a few of them are left',
]

/** Texts that nobody wrote: the same seed gives the same ones. Each is marked as made up. */
export function aCorpus(seed: number, size: number): Array<CorpusText> {
  const choose = choiceFrom(seed)
  return Array.from({ length: size }, (_, index) => {
    // Every kind comes often, criticism most.
    const kind = CORPUS_KINDS[[0, 0, 1, 1, 2, 3, 3, 4, 4, index % 20 < 10 ? 5 : 6][index % 10]!]!
    const { text, secret } = MAKE[kind](choose, index)
    // A flood is the same words each time.
    return { kind, text: kind === 'spam' ? `[made up] ${text}` : `[made up ${index}] ${text}`, secret }
  })
}

const grievance = (choose: Choose) =>
  `The ${choose(THINGS)} in ${choose(PLACES)} has been broken ${choose(TIMES)}.${choose(COSTS)}`

const digits = (choose: Choose, length: number) =>
  Array.from({ length }, () => choose(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])).join('')

const MAKE: Record<CorpusKind, (choose: Choose, index: number) => { text: string; secret: string }> = {
  criticism: (choose) => ({ text: grievance(choose), secret: '' }),
  harsh: (choose) => ({ text: `${choose(SWEARS)} ${grievance(choose)} ${choose(SWEARS)}`, secret: '' }),
  'harmless-word': (choose, index) => ({
    text: `${choose(index % 4 === 0 ? FOUND_THOUGH_HARMLESS : NEVER_MEANT)} ${grievance(choose)}`,
    secret: '',
  }),
  'personal-data': (choose, index) => {
    const secret = choose([
      `${choose(NAMES)}.${index}@mail.example`,
      `212-555-${digits(choose, 4)}`,
      `(415) 555-${digits(choose, 4)}`,
      `+44 20 7946 0${digits(choose, 3)}`,
      `S${digits(choose, 7)}`,
    ])
    return { text: `${grievance(choose)} Reach me: ${secret}, please.`, secret }
  },
  'in-need': (choose, index) => {
    const said = choose(DISCLOSURES)
    return { text: `${grievance(choose)} And ${said}, entry ${index}.`, secret: `${said}, entry ${index}.` }
  },
  spam: (choose) => ({ text: choose(ADS), secret: '' }),
  'between-the-lines': (choose) => ({
    text: `${grievance(choose)} And ${choose(BETWEEN_THE_LINES)}.`,
    secret: '',
  }),
}

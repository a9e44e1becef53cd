import { DEMO_APP } from '#app/platform/env.server.ts'
import { momentOf, type When } from './moment.ts'

/*
 * The practice network of the demonstration: made-up accounts and posts. Nobody here exists, and no key here
 * opens anything but the practice network. The posts' ids are fixed, so that the campus that `seed.server.ts`
 * fills and the network that runs beside it speak of the same posts, whenever each of them was started.
 */

type DemoUser = { id: string; handle: string; name: string; accessToken?: string; accessSecret?: string }
type DemoPost = { id: string; author: string; text: string; at: string; inReplyTo?: string }

/** What the practice network is started with. */
export type DemoNetwork = {
  users: Array<DemoUser>
  apps: Array<{ key: string; secret: string; clientId: string; clientSecret: string }>
  posts: Array<DemoPost>
}

export type OfficialUser = Required<DemoUser> & {
  /** The slug of its department; null: the whole campus. */
  department: string | null
}

const official = (index: number, handle: string, name: string, department: string | null): OfficialUser => ({
  id: `170000000000000000${index}`,
  handle,
  name,
  department,
  accessToken: `170000000000000000${index}-demo-token`,
  accessSecret: `demo-secret-of-${handle}`,
})

/** The accounts the university speaks with. X allows handles of 15 characters. */
export const OFFICIAL_USERS: ReadonlyArray<OfficialUser> = [
  official(1, 'QuadUniversity', 'Quad University (demo)', null),
  official(2, 'quad_it', 'Quad IT Services (demo)', 'it-services'),
  official(3, 'quad_library', 'Quad Library (demo)', 'library'),
  official(4, 'quad_estates', 'Quad Estates (demo)', 'estates'),
  official(5, 'quad_students', 'Quad Student Life (demo)', 'student-life'),
  official(6, 'quad_registry', 'Quad Registry (demo)', 'registry'),
]

const STUDENTS: ReadonlyArray<DemoUser> = [
  // An official account that is not connected yet: for connecting one by hand.
  { id: '1710000000000000100', handle: 'quad_helpdesk', name: 'Quad Help Desk (demo)' },
  { id: '1710000000000000001', handle: 'demo_sam', name: 'Sam Demo' },
  { id: '1710000000000000002', handle: 'demo_robin', name: 'Robin (demo)' },
  { id: '1710000000000000003', handle: 'demo_noor', name: 'Noor (demo)' },
  { id: '1710000000000000004', handle: 'demo_wei', name: 'Wei (demo)' },
  { id: '1710000000000000005', handle: 'demo_ines', name: 'Ines (demo)' },
  { id: '1710000000000000006', handle: 'demo_tomi', name: 'Tomi (demo)' },
  { id: '1710000000000000007', handle: 'demo_billie', name: 'Billie (demo)' },
  { id: '1710000000000000008', handle: 'demo_ravi', name: 'Ravi (demo)' },
  { id: '1710000000000000009', handle: 'demo_charlie', name: 'Charlie (demo)' },
  { id: '1710000000000000010', handle: 'demo_jamie', name: 'Jamie (demo)' },
]

/** The posts that the script of the campus refers to, by what they are about. */
export const POST = {
  wifi: '1742000000000001001',
  wifiAlso: '1742000000000001002',
  wifiAnswer: '1742000000000001003',
  ramp: '1742000000000001101',
  rampDone: '1742000000000001102',
  rampThanks: '1742000000000001103',
  seats: '1742000000000001201',
  seatsAnswer: '1742000000000001202',
  heating: '1742000000000001301',
  heatingAnswer: '1742000000000001302',
  wifiDone: '1742000000000001303',
  timetable: '1742000000000001401',
  timetableAnswer: '1742000000000001402',
  crossing: '1742000000000001501',
  crossingAnswer: '1742000000000001502',
  timetableDone: '1742000000000001601',
  nightBus: '1742000000000001602',
  nightBusAnswer: '1742000000000001603',
  square: '1742000000000001604',
  sound: '1742000000000001701',
  doubleBass: '1742000000000001702',
} as const

/**
 * What was said so far, oldest first. The words of an official reply are those that the campus would have sent:
 * whom it answers, who speaks, about which ticket, and the answer.
 */
const POSTS: ReadonlyArray<Omit<DemoPost, 'at'> & { at: When }> = [
  {
    id: POST.wifi,
    at: '5w Tue 12:40',
    author: 'demo_robin',
    text: '@quad_it The Wi-Fi in Maple Court drops every evening from about eight. Nobody on my corridor can hand anything in. #wifi',
  },
  {
    id: POST.wifiAlso,
    at: '5w Tue 13:25',
    author: 'demo_noor',
    text: '@demo_robin @quad_it Same on the second floor of Birch Court, it starts at half past seven.',
    inReplyTo: POST.wifi,
  },
  {
    id: POST.wifiAnswer,
    at: '5w Tue 15:10',
    author: 'quad_it',
    text: '@demo_robin IT Services answers (no. 1016): We see it in our logs too: the access points in both courts run out of addresses when most residents are at home. We are doubling the range this week and will say here when it is done.',
    inReplyTo: POST.wifi,
  },
  {
    id: POST.ramp,
    at: '4w Mon 08:55',
    author: 'demo_wei',
    text: '@quad_estates The ramp at the side door of the Arts building is blocked by bins again. I use a wheelchair and had to go round the whole block to get to my seminar. #access',
  },
  {
    id: POST.rampDone,
    at: '4w Mon 11:20',
    author: 'quad_estates',
    text: '@demo_wei Estates on no. 1019, resolved: The bins are gone, and we are sorry about the detour. They now stand behind the loading bay, the ramp is painted as a keep-clear area, and the evening round checks it every day.',
    inReplyTo: POST.ramp,
  },
  {
    id: POST.rampThanks,
    at: '4w Tue 09:05',
    author: 'demo_wei',
    text: '@quad_estates Clear this morning as well. Thank you for being quick.',
    inReplyTo: POST.rampDone,
  },
  {
    id: POST.seats,
    at: '4w Thu 18:15',
    author: 'demo_ines',
    text: '@quad_library Could you show online how many seats are free? I walked over three times today and left again each time.',
  },
  {
    id: POST.seatsAnswer,
    at: '4w Fri 10:00',
    author: 'quad_library',
    text: '@demo_ines Library answers (no. 1021): Yes. The gates already count people in and out, so a live figure for each floor is possible. We plan to put it on our home page before the exam period.',
    inReplyTo: POST.seats,
  },
  {
    id: POST.heating,
    at: '3w Wed 07:50',
    author: 'demo_tomi',
    text: '@quad_estates No heating in room 2.14 of the Science building, third day now. People sit in their coats. #heating',
  },
  {
    id: POST.heatingAnswer,
    at: '3w Wed 10:35',
    author: 'quad_estates',
    text: '@demo_tomi Estates answers (no. 1024): The valve that feeds that side of the second floor has failed. A new one is ordered. Until it is in, electric heaters stand in 2.12 to 2.16, and seminars may move to 1.08.',
    inReplyTo: POST.heating,
  },
  {
    id: POST.wifiDone,
    at: '3w Thu 11:05',
    author: 'quad_it',
    text: '@demo_robin IT Services on no. 1016, resolved: Both courts have twice as many addresses and four more access points since Monday. For three evenings nobody was turned away. If yours still drops, tell us the room number here.',
    inReplyTo: POST.wifi,
  },
  {
    id: POST.timetable,
    at: '2w Mon 09:30',
    author: 'demo_sam',
    text: '@quad_registry My timetable has two compulsory seminars on Tuesdays at two. Which one am I meant to go to? #timetable',
  },
  {
    id: POST.timetableAnswer,
    at: '2w Tue 14:20',
    author: 'quad_registry',
    text: '@demo_sam Registry answers (no. 1026): Neither should clash, and 31 of you have the same two. Go to the one you went to last week; nobody is marked absent from the other. We are looking for a second slot.',
    inReplyTo: POST.timetable,
  },
  {
    id: POST.crossing,
    at: '2w Thu 17:05',
    author: 'demo_billie',
    text: '@QuadUniversity The lights at the crossing by the sports centre have been out for a week. Cars only see you when you are already on the road.',
  },
  {
    id: POST.crossingAnswer,
    at: '2w Fri 09:45',
    author: 'QuadUniversity',
    text: '@demo_billie Estates answers (no. 1028): Thank you, this is urgent. We have put up a lamp on a mast and warning signs this morning. The crossing itself belongs to the city; we reported it at nine and will say here when they come.',
    inReplyTo: POST.crossing,
  },
  {
    id: POST.timetableDone,
    at: '1w Tue 12:00',
    author: 'quad_registry',
    text: '@demo_sam Registry on no. 1026, resolved: From next week the second seminar also runs on Thursdays at ten, in room 0.31. You are moved there; write to us if Thursday does not suit you.',
    inReplyTo: POST.timetable,
  },
  {
    id: POST.nightBus,
    at: '1w Tue 16:25',
    author: 'demo_ravi',
    text: '@quad_students Is there any chance of a night bus after one on Fridays? Walking back to Oakfield alone is not great. #nightbus',
  },
  {
    id: POST.nightBusAnswer,
    at: '1w Wed 15:30',
    author: 'quad_students',
    text: '@demo_ravi Student Life answers (no. 1032): We are counting how many people would use it: two late trips run on the next four Fridays as a trial, at 01:15 and 02:30 from the main gate. After that we decide with the figures in public.',
    inReplyTo: POST.nightBus,
  },
  {
    id: POST.square,
    at: '1w Thu 12:10',
    author: 'demo_noor',
    text: 'The book stalls are on the main square until four, if anyone needs a cheap atlas.',
  },
  {
    id: POST.sound,
    at: '30h ago',
    author: 'demo_charlie',
    text: '@quad_it The recordings of the Monday chemistry lectures have had no sound for two weeks now. Picture is fine. #lecturecapture',
  },
  {
    id: POST.doubleBass,
    at: '20h ago',
    author: 'demo_jamie',
    text: '@QuadUniversity Who do I ask about keeping a double bass somewhere between rehearsals? Everyone sends me to someone else.',
  },
]

/** The practice network as it stands at a moment: the posts keep their ids, their times lie in the weeks before. */
export function demoNetworkAt(now: Date): DemoNetwork {
  return {
    users: [...OFFICIAL_USERS.map(({ department: _, ...user }) => user), ...STUDENTS],
    apps: [
      {
        key: DEMO_APP.appKey,
        secret: DEMO_APP.appSecret,
        clientId: DEMO_APP.clientId,
        clientSecret: DEMO_APP.clientSecret,
      },
    ],
    posts: POSTS.map((post) => ({ ...post, at: momentOf(now, post.at).toISOString() })),
  }
}

export const demoNetwork: DemoNetwork = demoNetworkAt(new Date())

import { randomUUID } from 'node:crypto'
import type { Page } from '@playwright/test'
import {
  breakNext,
  expect,
  postOn,
  postsOn,
  raise,
  send,
  test,
  unfold,
  voteButton,
  votesFor,
  type Quad,
  readInvitation,
  setUpApp,
  signInByMail,
} from './quad.ts'

const queue = (page: Page) => page.getByRole('list', { name: 'Queue' })
const answerField = (page: Page) => page.getByRole('textbox', { name: 'Official answer' })
const said = (page: Page) => page.getByRole('status')

/** The page has come alive: React holds its document. */
const hydrated = (page: Page) =>
  page.waitForFunction(() => Object.keys(document).some((key) => key.startsWith('__reactContainer')))

/** Answers without opening the desk's page. */
async function answer(page: Page, number: number, body: string) {
  const sent = await send(page, `/desk/tickets/${number}`, {
    intent: 'answer',
    key: randomUUID(),
    body,
    to: '',
  })
  expect(sent.status()).toBe(303)
}

/** Posts a mention and waits for its ticket. @returns its number and the post's id */
async function mention(quad: Quad, page: Page, { as, to, about }: { as: string; to: string; about: string }) {
  const post = await postOn(quad, { as, text: `@${to} ${about}` })
  const address = new RegExp(`href="/tickets/(\\d+)/[^"]*"><bdi>${about}<`)
  let number = 0
  await expect
    .poll(
      async () => {
        const board = await page.request.get('/?sort=newest')
        return (number = Number(address.exec(await board.text())?.[1] ?? 0))
      },
      { timeout: 15_000 },
    )
    .toBeGreaterThan(0)
  return { post, number }
}

test.describe('who may', () => {
  test('a visitor is asked to sign in and brought back', async ({ open }) => {
    const page = await open('/desk/channels?department=library', { scripts: false })
    await expect(page.getByRole('heading', { name: 'Sign in', exact: true })).toBeVisible()
    await page.getByRole('button', { name: /^Sign in as lee\b/i }).click()
    await expect(page).toHaveURL('/desk/channels?department=library')
    await expect(page.getByRole('heading', { level: 1, name: 'Channels' })).toBeVisible()
  })

  test('a student is told that this is for staff', async ({ open }) => {
    const page = await open('/', { as: 'noor', scripts: false })
    for (const path of ['/desk', '/desk/tickets/1037', '/desk/channels', '/desk/departments']) {
      const response = await page.goto(path)
      expect(response?.status(), path).toBe(403)
      await expect(page.getByRole('main')).toContainText('for people who work for a department')
    }
    const form = { intent: 'answer', key: randomUUID(), body: 'I am no department.', to: '' }
    expect((await send(page, '/desk/tickets/1037', form)).status()).toBe(403)
  })

  test('staff of another department may read, and do nothing', async ({ open }) => {
    const page = await open('/desk/tickets/1037', { as: 'lee', scripts: false })
    await expect(page.getByRole('main')).toContainText('Another department owns this ticket')
    await expect(answerField(page)).toHaveCount(0)
    const shown = async () =>
      // Each page makes new keys for its forms, and says when they were made.
      (await (await page.request.get('/tickets/1037')).text()).replaceAll(
        /value="([0-9a-f-]{36}|[0-9a-z]+\.[\w-]{43})"/g,
        '',
      )
    const before = await shown()
    const forms: Array<Record<string, string>> = [
      { intent: 'answer', body: 'Not ours.', to: '' },
      { intent: 'status', sentence: 'Not ours.', to: 'resolved' },
      { intent: 'handover', sentence: 'Not ours.', department: '1' },
      { intent: 'merge', sentence: 'Not ours.', into: '1016' },
      { intent: 'note', note: 'Not ours.' },
    ]
    for (const form of forms) {
      const sent = await send(page, '/desk/tickets/1037', { key: randomUUID(), ...form })
      expect(sent.status(), form.intent).toBe(403)
      expect(await sent.text()).toContain('This ticket belongs to another department')
    }
    expect((await send(page, '/desk/tickets/1037', { intent: 'burn' })).status()).toBe(400)
    expect(await shown()).toBe(before)
    const departments = await page.goto('/desk/departments')
    expect(departments?.status()).toBe(403)
    await expect(page.getByRole('main')).toContainText('for administrators')
    await page.goto('/desk/channels')
    await expect(page.getByRole('textbox', { name: /token/i })).toHaveCount(0)
  })
})

test('the queue has the oldest promise first', async ({ open }) => {
  const page = await open('/desk', { as: 'admin', scripts: false })
  const promises = await queue(page)
    .locator('.urgency')
    .evaluateAll((each) => each.map((one) => one.querySelector('time')?.dateTime ?? ''))
  expect(promises.length).toBeGreaterThan(5)
  // What nobody owns has no promise yet, and stands above all.
  expect(promises).toEqual(promises.toSorted())
  await page.getByLabel('Department').selectOption({ label: 'Library' })
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(page).toHaveURL(/department=library/)
  const rows = queue(page).getByRole('listitem')
  await expect(rows.filter({ hasText: 'Library' })).toHaveCount(await rows.count())
})

test('a change of status carries its sentence, with scripts off too', async ({ open }) => {
  const page = await open('/', { as: 'robin', scripts: false })
  const { number, path } = await raise(page, {
    title: 'The printer in room 5 prints in pink',
    department: 'IT Services',
  })
  const desk = await open(`/desk/tickets/${number}`, { as: 'dana', scripts: false })
  await test.step('declining needs its reason', async () => {
    const part = await unfold(desk, 'Change the status')
    await part.getByLabel('New status').selectOption({ label: 'Declined' })
    await part.getByLabel('Why, in one public sentence').fill('  ')
    await part.getByRole('button', { name: 'Change the status' }).click()
    const field = desk.getByLabel('Why, in one public sentence').and(desk.locator('[aria-invalid="true"]'))
    await expect(field).toHaveAccessibleDescription(/only spaces|Write something/)
    await expect(field).toBeVisible()
    await expect(desk.getByLabel('New status')).toHaveValue('declined')
  })
  await test.step('so does an answer its words', async () => {
    await answerField(desk).fill('   ')
    await desk.getByLabel('Status after this').selectOption({ label: 'Planned' })
    await desk.getByRole('button', { name: 'Publish the answer' }).click()
    await expect(answerField(desk)).toHaveAttribute('aria-invalid', 'true')
    await expect(desk.getByLabel('Status after this')).toHaveValue('planned')
  })
  await test.step('and with it, everyone can read why', async () => {
    const part = await unfold(desk, 'Change the status')
    await part.getByLabel('New status').selectOption({ label: 'Planned' })
    await part.getByLabel('Why, in one public sentence').fill('A new drum comes on Thursday.')
    await part.getByRole('button', { name: 'Change the status' }).click()
    await expect(said(desk)).toContainText('The status is changed')
    await page.goto(path)
    await expect(page.getByRole('main')).toContainText('A new drum comes on Thursday.')
    await expect(page.locator('.ticket-head')).toContainText('Planned')
  })
  await test.step('from an old page, a change that is no longer possible is refused in words', async () => {
    const stale = await open(`/desk/tickets/${number}`, { as: 'dana', scripts: false })
    await answerField(desk).fill('The drum is in.')
    await desk.getByLabel('Status after this').selectOption({ label: 'Resolved' })
    await desk.getByRole('button', { name: 'Publish the answer' }).click()
    await expect(said(desk)).toContainText('Published')
    const part = await unfold(stale, 'Change the status')
    await part.getByLabel('New status').selectOption({ label: 'Declined' })
    await part.getByLabel('Why, in one public sentence').fill('We have no money.')
    await part.getByRole('button', { name: 'Change the status' }).click()
    await expect(stale.getByRole('main')).toContainText('cannot go from its present status')
  })
})

test('a note stays among staff, and handing over changes whose it is', async ({ open }) => {
  const page = await open('/', { as: 'wei', scripts: false })
  const title = 'The microfilm reader has no lamp'
  const { number, path } = await raise(page, { title, department: 'IT Services' })
  const desk = await open(`/desk/tickets/${number}`, { as: 'dana' })
  await hydrated(desk)
  const note = await unfold(desk, 'Note for staff')
  await note.getByRole('textbox').fill('The spare lamp is in the cellar.')
  await note.getByRole('button', { name: 'Leave the note' }).click()
  await expect(desk.locator('.timeline')).toContainText('The spare lamp is in the cellar.')
  for (const address of [path, '/feed.xml', '/?q=cellar']) {
    const shown = await page.request.get(address).then((response) => response.text())
    expect(shown, address).not.toContain('spare lamp')
  }

  const part = await unfold(desk, 'Hand over')
  await part.getByLabel('To which department?').selectOption({ label: 'Library' })
  await part.getByLabel('Why, in one public sentence').fill('The reader belongs to the library.')
  await part.getByRole('button', { name: 'Hand over' }).click()
  await expect(desk.getByRole('main')).toContainText('Another department owns this ticket')
  const library = await open('/desk', { as: 'lee' })
  await expect(queue(library).getByRole('link', { name: title })).toBeVisible()
  await page.goto(path)
  await expect(page.getByRole('main')).toContainText('The reader belongs to the library.')
  await expect(page.locator('.ticket-head')).toContainText('Library')
})

test('two tickets become one: votes move, and the page leads on', async ({ open }) => {
  const author = await open('/', { as: 'ines', scripts: false })
  const ours = { department: 'Estates' }
  const lost = await raise(author, { title: 'Puddle in front of the chemistry lab', ...ours })
  const kept = await raise(author, { title: 'Rain stands before the chemistry labs', ...ours })
  // One of them backs both, and counts once.
  for (const name of ['ravi', 'tomi']) {
    const page = await open(lost.path, { as: name, scripts: false })
    await voteButton(page, 'Puddle in front of the chemistry lab').click()
    await expect(voteButton(page, 'Puddle in front of the chemistry lab')).toContainText('Backed')
  }
  const desk = await open(`/desk/tickets/${lost.number}`, { as: 'morgan' })
  await hydrated(desk)
  const fill = async (into: string) => {
    const part = await unfold(desk, 'Merge')
    await part.getByLabel('Number of the ticket it goes on in').fill(into)
    await part.getByLabel('Why, in one public sentence').fill('Both are about the same gutter.')
    await part.getByRole('button', { name: 'Merge' }).click()
  }
  await fill('99999999')
  await expect(desk.getByLabel('Number of the ticket it goes on in')).toHaveAccessibleDescription(
    /no ticket with that number/,
  )
  await fill(String(kept.number))
  await expect(desk).toHaveURL(`/desk/tickets/${kept.number}`)
  await author.goto(kept.path)
  expect(await votesFor(author, 'Rain stands before the chemistry labs')).toBe(3)
  const old = await author.request.get(lost.path, { maxRedirects: 0 })
  expect(old.status()).toBe(301)
  expect(old.headers().location).toBe(kept.path)
})

test('an admin adds a department with its staff and its words, and it works at once', async ({ open }) => {
  const desk = await open('/desk/departments', { as: 'admin' })
  await hydrated(desk)
  const sheet = await unfold(desk, 'Add a department')
  await sheet.getByLabel('Name').fill('Parking <b>')
  await sheet.getByLabel('What it owns').fill('Car parks, permits and the barriers.')
  await sheet.getByLabel('Answers within how many working days?').fill('none')
  await sheet.getByLabel('Who answers for it').fill('park@demo.quad.example')
  await sheet.getByLabel('Hashtags that lead here').fill('#parking')
  await sheet.getByLabel('Keywords that lead here').fill('car park\nwifi')
  await sheet.getByRole('button', { name: 'Save' }).click()
  await expect(sheet.getByLabel('Answers within how many working days?')).toHaveAccessibleDescription(
    /whole number from 1 to 60/,
  )
  await sheet.getByLabel('Answers within how many working days?').fill('4')
  await sheet.getByRole('button', { name: 'Save' }).click()
  await expect(sheet.getByLabel('Keywords that lead here')).toHaveAccessibleDescription(
    /another department already/,
  )
  await expect(sheet.getByLabel('Name')).toHaveValue('Parking <b>')
  await sheet.getByLabel('Name').fill('Parking')
  await sheet.getByLabel('Keywords that lead here').fill('car park')
  await sheet.getByRole('button', { name: 'Save' }).click()
  await expect(said(desk)).toContainText('sent an invitation')

  const student = await open('/', { as: 'billie', scripts: false })
  const title = 'The barrier of the car park opens for nobody'
  await raise(student, { title })
  await expect(student.getByRole('main').getByRole('link', { name: 'Parking' }).first()).toBeVisible()

  const warden = await open('/demo/mail', { scripts: false })
  const link = await readInvitation(warden, 'park@demo.quad.example')
  await signInByMail(warden, 'park@demo.quad.example', new URL(link).pathname)
  await warden.getByRole('button', { name: 'Accept' }).click()
  await setUpApp(warden)
  await warden.getByRole('link', { name: 'Go on' }).click()
  await queue(warden).getByRole('link', { name: title }).click()
  await answerField(warden).fill('It opens again.')
  await warden.getByRole('button', { name: 'Publish the answer' }).click()
  await expect(said(warden)).toContainText('Published')
})

test('an admin connects an account; what is wrong is said, and no secret comes back', async ({ open }) => {
  for (const scripts of [true, false]) {
    const desk = await open('/desk/channels', { as: 'admin', scripts })
    if (scripts) await hydrated(desk)
    const connect = async (secret: string) => {
      await desk.getByLabel('Access token', { exact: true }).fill('1700000000000000003-demo-token')
      await desk.getByLabel('Access token secret').fill(secret)
      await desk.getByLabel('Answers for').selectOption({ label: 'Library' })
      await desk.getByRole('button', { name: 'Connect an account on X' }).click()
    }
    await connect('not-the-secret-at-all')
    await expect(desk.getByRole('alert')).toContainText('X did not accept this account')
    await expect(desk.getByLabel('Access token secret')).toHaveValue('')
    expect(await desk.content()).not.toMatch(/not-the-secret-at-all|1700000000000000003-demo-token/)
    await connect('demo-secret-of-quad_library')
    await expect(said(desk)).toContainText('The account is connected')
    await expect(desk.getByRole('article', { name: /@quad_library/ })).toContainText('Connected')
    expect(await desk.content()).not.toContain('demo-secret')
  }
})

test('a delivery that failed says why, and is retried, skipped or answered by hand', async ({
  open,
  quad,
}) => {
  const desk = await open('/desk/channels', { as: 'lee' })
  await hydrated(desk)
  const abouts = [
    'The book scanner is stuck',
    'The reading lamps buzz all day',
    'The atlas room is locked',
  ] as const
  const tickets = []
  for (const [index, about] of abouts.entries()) {
    const as = ['demo_tomi', 'demo_ravi', 'demo_noor'][index]!
    tickets.push({ about, ...(await mention(quad, desk, { as, to: 'quad_library', about })) })
  }
  const detail = 'You are not permitted to reply to this post.'
  await breakNext(quad, 'POST /2/tweets', { status: 403, body: { title: 'Forbidden', detail } }, 3)
  for (const { number } of tickets) await answer(desk, number, 'We look into it.')
  const row = (about: string) => desk.getByRole('listitem').filter({ hasText: about })
  for (const { about } of tickets) {
    await expect(async () => {
      await desk.reload()
      await expect(row(about)).toContainText('Needs a person', { timeout: 500 })
    }).toPass({ timeout: 20_000 })
    await expect(row(about)).toContainText(detail)
  }
  await expect(desk.getByRole('article', { name: /@quad_library/ })).toContainText('3')
  const [scanner, lamps, atlas] = tickets
  await hydrated(desk)
  await row(lamps!.about).getByRole('button', { name: 'Skip' }).click()
  await expect(row(lamps!.about)).toContainText('Skipped')
  await row(atlas!.about).getByRole('button', { name: 'Answered by hand' }).click()
  await expect(row(atlas!.about)).toContainText('Answered by hand')
  await row(scanner!.about).getByRole('button', { name: 'Retry' }).click()
  await expect(said(desk)).toContainText('It is tried again now')
  const repliesTo = async (post: string) =>
    (await postsOn(quad)).filter(({ inReplyTo }) => inReplyTo === post).length
  await expect.poll(() => repliesTo(scanner!.post), { timeout: 20_000 }).toBe(1)
  await test.step('what was settled stays so', async () => {
    await expect(async () => {
      await desk.reload()
      await expect(row(scanner!.about)).toContainText('Sent', { timeout: 500 })
    }).toPass({ timeout: 10_000 })
    expect(await repliesTo(lamps!.post)).toBe(0)
    expect(await repliesTo(atlas!.post)).toBe(0)
    await expect(row(lamps!.about).getByRole('button')).toHaveCount(0)
  })
})

test('when X fails on its side, the desk says so and when it is tried again', async ({ open, quad }) => {
  const desk = await open('/desk/channels', { as: 'jo', scripts: false })
  const about = 'The exam hall clock shows two times'
  const { number, post } = await mention(quad, desk, { as: 'demo_billie', to: 'quad_registry', about })
  await breakNext(quad, 'POST /2/tweets', '500')
  await answer(desk, number, 'Both are wrong, and a new one hangs on Monday.')
  const row = desk.getByRole('listitem').filter({ hasText: about })
  await expect(async () => {
    await desk.reload()
    await expect(row).toContainText('X failed on its side (500)', { timeout: 500 })
  }).toPass({ timeout: 15_000 })
  await expect(row).toContainText('Next try')
  await row.getByRole('button', { name: 'Retry' }).click()
  await expect(said(desk)).toContainText('It is tried again now')
  const replies = async () => (await postsOn(quad)).filter(({ inReplyTo }) => inReplyTo === post).length
  await expect.poll(replies, { timeout: 20_000 }).toBe(1)
})

test('the desk comes alive far away too, without a complaint', async ({ open }) => {
  // Another language and zone than the server's: what is drawn from either would not match.
  const page = await open('/desk', { as: 'dana', locale: 'de-DE', timezoneId: 'Asia/Tokyo' })
  for (const path of ['/desk', '/desk/tickets/1037', '/desk/tickets/1016', '/desk/channels']) {
    await page.goto(path)
    await hydrated(page)
  }
  await page.goto('/desk')
  await queue(page).getByRole('link', { name: 'Printing from a phone has stopped working' }).click()
  await hydrated(page)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    'Printing from a phone has stopped working',
  )
})

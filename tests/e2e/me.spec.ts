import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { alone, expect, raise, unfold, voteButton, votesFor } from './quad.ts'

/** People who are erased here sign in elsewhere. */
const test = alone()

/** The page of a ticket tells the one who raised it how they are called there. */
async function ownName(page: Page): Promise<string> {
  const said = await page.locator('.ticket-head .facts').innerText()
  return /Raised by you, as ([A-Z]\w+ [A-Z]\w+)/.exec(said)![1]!
}

test('what is held about somebody can be seen and taken along', async ({ open }) => {
  const page = await open('/', { as: 'sam' })
  await page.getByRole('link', { name: 'Verified student: what is held about you' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'What is held about you' })).toBeVisible()
  await expect(page.getByText('sam@demo.quad.example').first()).toBeVisible()
  await expect(page.getByRole('region', { name: 'Who asked who you are' })).toContainText(
    'Nobody has been told',
  )
  const files: Record<string, string> = {}
  for (const name of ['Download as JSON', 'Download as a table (CSV)']) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name }).click(),
    ])
    files[download.suggestedFilename()] = await readFile(await download.path(), 'utf8')
  }
  const { held } = JSON.parse(files['held-about-me.json']!) as {
    held: Record<string, Array<Record<string, unknown>>>
  }
  expect(held.person).toMatchObject([{ email: 'sam@demo.quad.example', role: 'student' }])
  expect(held.tickets!.length).toBeGreaterThan(0)
  expect(files['held-about-me.csv']).toContain('"person","1","email","sam@demo.quad.example"')
})

test('a visitor is asked to sign in first, and comes back', async ({ open }) => {
  const page = await open('/trust')
  await page.getByRole('link', { name: 'What is held about you' }).click()
  await expect(page).toHaveURL(/\/sign-in\?back=%2Fme/)
  await page.getByRole('button', { name: /^Sign in as noor\b/i }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'What is held about you' })).toBeVisible()
})

for (const [scripts, who] of [
  [false, 'jamie'],
  [true, 'ravi'],
] as const) {
  test(`somebody is erased, and their words and votes go as they say, ${scripts ? 'with' : 'without'} scripts`, async ({
    open,
  }) => {
    const title = 'A place on campus to feed a baby'
    const page = await open('/tickets/1034', { as: who, scripts })
    const before = await votesFor(page, title)
    const had = (await voteButton(page, title).getAttribute('value')) === 'unvote'
    if (!had) await voteButton(page, title).click()
    const mine = await raise(page, { title: `Zanzibar lamps flicker at ${who}` })
    const name = await ownName(page)

    await page.goto('/me')
    await expect(page.getByRole('region', { name: 'What you said and did' })).toContainText(`as ${name}`)
    await page.getByRole('link', { name: 'Go on to erasing' }).click()
    await page.getByLabel('Your concerns and comments').selectOption('take-back')
    await page.getByLabel('Your votes').selectOption('take-back')
    await page.getByLabel('To go on, write: erase').fill('no')
    await page.getByRole('button', { name: 'Erase me now' }).click()
    await expect(page.getByRole('alert')).toContainText('Write the word exactly')
    await expect(page.getByLabel('Your votes')).toHaveValue('take-back')
    await page.getByLabel('To go on, write: erase').fill('Erase')
    await page.getByRole('button', { name: 'Erase me now' }).click()
    await expect(page.getByText('You are erased, and signed out.')).toBeVisible()
    await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible()

    expect((await page.request.get(mine.path)).status()).toBe(410)
    await page.goto('/tickets/1034')
    expect(await votesFor(page, title)).toBe(had ? before - 1 : before)
    await page.goto('/me')
    await expect(page).toHaveURL(/\/sign-in/)
  })
}

test('staff asks who somebody is, a second person agrees, and they are told of it', async ({ open }) => {
  const student = await open('/', { as: 'sam' })
  const { number, path } = await raise(student, {
    title: 'Quixotic smoke in the archive',
    department: 'Library',
  })
  const name = await ownName(student)
  const staff = await open(`/desk/tickets/${number}`, { as: 'lee' })
  await expect(staff.getByText(`${name}, verified student`).first()).toBeVisible()
  await staff
    .getByRole('link', { name: `Ask who ${name} is` })
    .first()
    .click()
  const part = await unfold(staff, 'Ask who somebody is')
  await expect(part.getByLabel('The name on this ticket')).toHaveValue(name)
  await part.getByLabel('Why it must be known').fill('They write that they will set fire to the archive.')
  await part.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(staff.getByText('Asked. A second person decides.')).toBeVisible()
  await staff.goto('/desk/privacy')
  await expect(staff.getByText('Waits for a second person.')).toBeVisible()
  await expect(staff.getByRole('button', { name: 'Agree' })).toHaveCount(0)

  const admin = await open('/desk/privacy', { as: 'admin' })
  await expect(admin.getByText('They write that they will set fire')).toBeVisible()
  await admin.getByRole('button', { name: 'Agree' }).first().click()
  await expect(admin.getByText('Noted.')).toBeVisible()
  await expect(admin.getByRole('button', { name: 'Look who it is' })).toHaveCount(0)

  await staff.reload()
  await expect(staff.getByText('sam@demo.quad.example')).toHaveCount(0)
  await staff.getByRole('button', { name: 'Look who it is' }).click()
  await expect(staff.getByText('Mail: sam@demo.quad.example')).toBeVisible()
  await staff.goto('/desk/privacy')
  await expect(staff.getByText('sam@demo.quad.example'), 'each look is a press of its own').toHaveCount(0)

  await student.goto('/me')
  const asked = student.getByRole('region', { name: 'Who asked who you are' })
  await expect(asked).toContainText(`Responder told who you are on no. ${number} (${name})`)
  await expect(asked).toContainText('They write that they will set fire to the archive.')
  await student.goto('/trust')
  await expect(student.getByRole('region', { name: 'What staff sees' })).toContainText('fewer than 10')
  const visitor = await open(path)
  await expect(visitor.getByText(`Raised by ${name}, verified student`)).toBeVisible()
})

import { expect, raise, test } from './quad.ts'

const SECRET = 'The lift stuck at the fourth floor is in the way of Jo Example, room 4.07'

test('a concern is reported, hidden with a reason, appealed, and restored by somebody else', async ({
  open,
}) => {
  const author = await open('/', { as: 'noor', scripts: false })
  const { number } = await raise(author, { title: SECRET })
  const ticket = `/tickets/${number}`
  const visitor = await open(ticket, { scripts: false })
  await expect(visitor.getByRole('heading', { level: 1 })).toContainText(SECRET)

  await test.step('a reader reports it, and nothing is hidden by that', async () => {
    const reader = await open(ticket, { as: 'wei', scripts: false })
    await reader.getByRole('link', { name: 'Report this concern' }).click()
    await reader.getByLabel('Which rule does it break?').selectOption({ label: 'personal data' })
    await reader.getByLabel('What moderators should know').fill('A room and a name.')
    await reader.getByRole('button', { name: 'Send the report' }).click()
    await expect(reader.getByRole('status')).toContainText('Thank you')
    await visitor.goto(ticket)
    await expect(visitor.getByRole('heading', { level: 1 })).toContainText(SECRET)
  })

  await test.step('a moderator hides it with a reason', async () => {
    const moderator = await open('/desk/moderation', { as: 'mika', scripts: false })
    const line = moderator.getByRole('listitem').filter({ hasText: SECRET }).first()
    await expect(line).toContainText('1 report')
    await line.getByRole('link', { name: 'Look at it and decide' }).click()
    await moderator.getByLabel('Reason').selectOption({ label: 'personal data' })
    await moderator.getByLabel('What the author is told').fill('It names a person and their room.')
    await moderator.getByRole('button', { name: 'Hide it' }).click()
    await expect(moderator.getByRole('status').first()).toContainText('Hidden')
  })

  await test.step('nobody reads it any more, and everybody reads why', async () => {
    await expect(async () => {
      await visitor.goto(ticket)
      await expect(visitor.getByRole('main')).toContainText('Reason: personal data', { timeout: 500 })
    }).toPass({ timeout: 15_000 })
    expect(await visitor.content()).not.toContain('Jo Example')
    await visitor.goto(`/?q=${encodeURIComponent('Jo Example')}`)
    await expect(visitor.getByRole('link', { name: SECRET })).toHaveCount(0)
  })

  await test.step('the author appeals, once', async () => {
    await author.goto('/me')
    await author.getByRole('link', { name: 'Decisions of moderators about you' }).click()
    await expect(author.getByRole('main')).toContainText('It names a person and their room.')
    await author.getByRole('textbox', { name: 'Appeal' }).fill('Jo Example is made up.')
    await author.getByRole('button', { name: 'Appeal', exact: true }).click()
    await expect(author.getByRole('main')).toContainText('An answer is due by')
    await expect(author.getByRole('button', { name: 'Appeal', exact: true })).toHaveCount(0)
  })

  await test.step('not the one who hid it, but somebody else takes it back', async () => {
    const moderator = await open('/desk/moderation', { as: 'mika', scripts: false })
    const theirs = moderator.getByRole('listitem').filter({ hasText: 'Jo Example is made up.' })
    await expect(theirs).toContainText('Somebody else has to decide this one.')
    const other = await open('/desk/moderation', { as: 'admin', scripts: false })
    const line = other.getByRole('listitem').filter({ hasText: 'Jo Example is made up.' })
    await line.getByLabel('Why, in a sentence for the author').fill('Nobody is called so.')
    await line.getByRole('button', { name: 'Take back' }).click()
    await expect(other.getByRole('status')).toContainText('Decided')
    await expect(async () => {
      await visitor.goto(ticket)
      await expect(visitor.getByRole('heading', { level: 1 })).toContainText(SECRET, { timeout: 500 })
    }).toPass({ timeout: 15_000 })
  })

  await test.step('the public log shows it, without the words', async () => {
    await visitor.goto('/moderation')
    const [newest] = await visitor.getByRole('region', { name: 'Each decision' }).getByRole('listitem').all()
    await expect(newest!).toContainText('Concern')
    await expect(newest!).toContainText('Appeal: taken back')
    expect(await visitor.content()).not.toContain('Jo Example')
  })
})

test('somebody is blocked only after a second look, and told until when', async ({ open }) => {
  const student = await open('/', { as: 'billie', scripts: false })
  const { number } = await raise(student, { title: 'The bicycle stand by the gym has no room left' })
  const moderator = await open(`/desk/tickets/${number}`, { as: 'mika', scripts: false })
  await moderator
    .getByRole('link', { name: /^Block / })
    .first()
    .click()
  await moderator.getByLabel('Reason').selectOption({ label: 'spam' })
  await moderator.getByLabel('For how long').selectOption({ label: '1 day' })
  await moderator.getByLabel('What the author is told').fill('The same thing ten times.')
  await moderator.getByRole('button', { name: 'Look at it first' }).click()
  await expect(moderator.getByRole('main')).toContainText('They may not raise or comment until')
  await moderator.getByRole('button', { name: 'Block them' }).click()
  await expect(moderator.getByRole('status')).toContainText('Blocked')

  await student.goto(`/tickets/${number}`)
  await student.getByRole('textbox', { name: /comment/i }).fill('And again.')
  await student.getByRole('button', { name: /comment/i }).click()
  await expect(student.getByRole('main')).toContainText('You may not raise or comment for now')
  await student.goto('/me/decisions')
  await expect(student.getByRole('main')).toContainText('The same thing ten times.')
  await student.getByRole('textbox', { name: 'Appeal' }).fill('It was once.')
  await student.getByRole('button', { name: 'Appeal', exact: true }).click()

  const other = await open('/desk/moderation', { as: 'admin', scripts: false })
  const line = other.getByRole('listitem').filter({ hasText: 'It was once.' })
  await line.getByLabel('Why, in a sentence for the author').fill('It was.')
  await line.getByRole('button', { name: 'Take back' }).click()
  await student.goto(`/tickets/${number}`)
  await student.getByRole('textbox', { name: /comment/i }).fill('Thank you.')
  await student.getByRole('button', { name: /comment/i }).click()
  await expect(student.getByRole('main')).toContainText('Thank you.')
})

import { expect, postOn, postsOn, reloadUntil, test } from './quad.ts'

/** A demonstration follows within seconds; a machine busy with other things may take longer. */
const BOUND = 30_000

const CONCERN = '@quad_estates The xylophone bench by the pond is loose.'
const TITLE = 'The xylophone bench by the pond is loose'
const EDITED = '@quad_estates The xylophone bench and the marimba bench by the pond are loose.'
const EDITED_TITLE = 'The xylophone bench and the marimba bench by the pond are loose'

test('what is edited and deleted on the network is edited and gone here', async ({ quad, open }) => {
  const network = await open(quad.sandboxUrl, { scripts: false })
  const board = await open('/?sort=newest', { scripts: false })
  const foreign: Array<string> = []
  board.on('request', (request) => {
    if (!request.url().startsWith(quad.url)) foreign.push(request.url())
  })
  const listed = (title: string) =>
    board.getByRole('list', { name: 'Tickets' }).getByRole('link', { name: title })

  await test.step('a post with pictures becomes a ticket, and its pictures are words', async () => {
    await network.getByLabel('Post as').selectOption({ label: 'Tomi (demo) (@demo_tomi)' })
    await network.getByLabel('What is happening?').fill(CONCERN)
    await network.getByLabel('Pictures').fill('A bench with three legs\nvideo: It rocks')
    await network.getByRole('button', { name: 'Post', exact: true }).click()
    await reloadUntil(board, listed(TITLE), BOUND)
    await listed(TITLE).click()
    const card = board.getByRole('figure', { name: /Post on X by Tomi/ })
    const pictures = card.getByRole('list', { name: 'Pictures' }).getByRole('link')
    await expect(pictures).toHaveText(['Picture: A bench with three legs', 'Still from a video: It rocks'])
    await expect(board.getByRole('img')).toHaveCount(0)
  })

  const ticket = new URL(board.url()).pathname
  const [post] = (await postsOn(quad)).filter(({ text }) => text === CONCERN)
  const reply = await postOn(quad, {
    as: 'demo_wei',
    text: 'Same with the one beside it',
    inReplyTo: post!.id,
  })
  const article = (id: string) => network.locator(`#post-${id}`)

  await test.step('an edit there is an edit here', async () => {
    await network.reload()
    await article(post!.id).getByText('Edit', { exact: true }).click()
    await article(post!.id).getByLabel('New text').fill(EDITED)
    await article(post!.id).getByRole('button', { name: 'Save as new version' }).click()
    await reloadUntil(board, board.getByRole('heading', { name: EDITED_TITLE }), BOUND)
    await expect(board.getByRole('figure', { name: /Post on X by Tomi/ }).first()).toContainText('edited')
    await expect(board.getByRole('figure', { name: /Post on X by Wei/ })).toContainText('Same with the one')
  })

  const [edited] = (await postsOn(quad)).filter(({ text }) => text === EDITED)

  await test.step('the post that raised it is deleted: the ticket stays for those who stand behind it', async () => {
    await network.reload()
    await article(edited!.id).getByText('Delete', { exact: true }).click()
    await article(edited!.id).getByRole('button', { name: 'Delete this post' }).click()
    await reloadUntil(board, board.getByRole('heading', { name: 'A concern that is no longer on X' }), BOUND)
    await expect(board.getByRole('main')).toContainText('so its words are not shown here any more')
    await expect(board.getByRole('main')).not.toContainText('xylophone')
    await expect(board.getByRole('figure', { name: /Post on X by Wei/ })).toContainText('Same with the one')
    await board.goto('/?q=xylophone')
    await expect(board.getByText('No ticket matches')).toBeVisible()
  })

  await test.step('the last one behind it goes too, and so does the ticket', async () => {
    await article(reply).getByText('Delete', { exact: true }).click()
    await article(reply).getByRole('button', { name: 'Delete this post' }).click()
    await expect
      .poll(async () => (await board.goto(ticket))?.status(), { timeout: BOUND, intervals: [1000] })
      .toBe(410)
    await expect(board.getByRole('main')).toContainText(
      'was taken back, here or on its network, and nobody else stood behind it',
    )
    await board.goto('/?sort=newest')
    await expect(listed('A concern that is no longer on X')).toHaveCount(0)
  })

  expect(foreign, 'asked of other sites').toEqual([])
})

test('the desk says beside each post whether it may be answered there', async ({ quad, open }) => {
  await postOn(quad, { as: 'demo_noor', text: 'The vending machine in Birch Court ate my card #askquad' })
  await postOn(quad, { as: 'demo_noor', text: '@quad_it The vending website is down as well' })
  const desk = await open('/desk', { as: 'admin' })
  for (const [title, reason] of [
    ['The vending machine in Birch Court ate my card', 'neither mentions us nor quotes a post of ours'],
    ['The vending website is down as well', 'X lets us reply: this post mentions us.'],
  ] as const) {
    await reloadUntil(desk, desk.getByRole('link', { name: title }), BOUND)
    await desk.getByRole('link', { name: title }).click()
    await expect(desk.getByText(reason)).toBeVisible()
    if (title.includes('machine'))
      await expect(desk.getByRole('link', { name: 'Reply by hand on X' })).toBeVisible()
    await desk.goto('/desk')
  }
})

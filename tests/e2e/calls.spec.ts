import { alone, expect, postOn, reloadUntil } from './quad.ts'

/** A demonstration that X may call: its accounts are then read every five minutes only. */
const test = alone({ X_WEBHOOKS: 'on' })

test('an administrator has X call us, and then a concern comes in at once', async ({ open, quad }) => {
  const desk = await open('/desk/channels', { as: 'admin' })
  const calls = desk.getByRole('region', { name: 'Calls by X' })
  await expect(calls).toContainText('Not registered yet')
  await expect(calls).toContainText('/hooks/x')
  await calls.getByRole('button', { name: 'Have X call us' }).click()
  await expect(desk.getByRole('status')).toContainText('It calls us now')
  await expect(calls).toContainText('has made sure that it is us')
  await expect(calls).toContainText('We are told of @quad_it.')
  await expect(calls).not.toContainText('We are not told')

  const about = 'The clock above the main gate stands still'
  await postOn(quad, { as: 'demo_tomi', text: `@quad_estates ${about}.` })
  const board = await open('/?sort=newest')
  // Far sooner than it would be read.
  await reloadUntil(board, board.getByRole('link', { name: about }), 30_000)

  await test.step('X gives up on us, and is asked again', async () => {
    const network = await open(quad.sandboxUrl, { scripts: false })
    await network.getByText('Calls', { exact: true }).click()
    await network.getByRole('button', { name: 'Give up on who is called' }).click()
    await desk.reload()
    await expect(calls).toContainText('has stopped calling')
    await calls.getByRole('button', { name: 'Check again, and add what is missing' }).click()
    await expect(calls).toContainText('has made sure that it is us')
  })

  await test.step('what X refuses stands there in its words', async () => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ match: 'GET /2/webhooks', fault: '503', times: 1 })
    await fetch(`${quad.sandboxUrl}/sandbox/faults`, { method: 'POST', headers, body })
    await desk.reload()
    await expect(calls).toContainText('X did not say how it stands: Service Unavailable')
  })

  await test.step('staff of a department sees nothing of it', async () => {
    const others = await open('/desk/channels', { as: 'dana' })
    await expect(others.getByRole('region', { name: 'Calls by X' })).toHaveCount(0)
  })
})

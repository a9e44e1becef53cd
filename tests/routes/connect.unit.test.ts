import { parseWithZod } from '@conform-to/zod/v4'
import { expect, test } from 'vitest'
import { ConnectForm, CREDENTIALS, HIDDEN } from '#app/routes/desk.channels/form.ts'
import { CHANNELS } from '#app/vocabulary.ts'

function read(fields: Record<string, string>) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return parseWithZod(form, { schema: ConnectForm })
}

test.each(CHANNELS)(
  '%s: what its form asks for is what is taken, for one department or the whole campus',
  (channel) => {
    const asked = Object.fromEntries(CREDENTIALS[channel].map(({ name }) => [name, `the ${name}`]))
    expect(read({ channel, department: '', ...asked })).toMatchObject({
      status: 'success',
      value: { channel, ...asked },
    })
    expect(read({ channel, department: '2', ...asked })).toMatchObject({
      status: 'success',
      value: { department: 2 },
    })
    for (const { name } of CREDENTIALS[channel]) {
      const submission = read({ channel, ...asked, [name]: '' })
      expect(submission.status).toBe('error')
      const back = submission.reply({ hideFields: HIDDEN })
      expect(Object.keys(back.error ?? {})).toEqual([name])
      expect(JSON.stringify(back)).not.toContain('the ')
    }
  },
)

test('a network that there is not is refused', () => {
  expect(read({ channel: 'carrier-pigeon', accessToken: 'a', accessSecret: 'b' }).status).toBe('error')
})

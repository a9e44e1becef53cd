import { expect, test } from 'vitest'
import { mailTrust } from '#app/web/sign-in.server.ts'

type App = Parameters<typeof mailTrust>[0]

const app = (mailCounts: string, ...enabled: Array<boolean>) =>
  ({
    env: { adminEmail: 'ada@quad.example', campus: { mailCounts } },
    providers: { list: () => Promise.resolve(enabled.map((enabled) => ({ configured: { enabled } }))) },
  }) as unknown as App

test.each([
  ['alone', [], true],
  ['alone', [false], true],
  ['alone', [false, true], false],
  ['always', [true], true],
  ['never', [], false],
] as const)('an address that counts %s, beside sign-ins %j: %j', async (mailCounts, enabled, counts) => {
  expect(await mailTrust(app(mailCounts, ...enabled))).toEqual({ adminEmail: 'ada@quad.example', counts })
})

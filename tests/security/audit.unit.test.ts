import { expect, test } from 'vitest'
import { judge } from '../../scripts/audit.mjs'

const advisory = (id: string) => ({
  url: `https://github.com/advisories/${id}`,
  title: 'Runs what it should read',
  severity: 'high',
})
const report = {
  vulnerabilities: {
    reader: { via: [advisory('GHSA-aaaa'), advisory('GHSA-bbbb')] },
    // Affected by the one above alone.
    library: { via: ['reader'] },
  },
}

test('each known hole is explained, or told once', () => {
  expect(judge(report, { 'GHSA-aaaa': 'We never call it.' })).toEqual({
    unexplained: ['GHSA-bbbb: reader, high: Runs what it should read'],
    idle: [],
  })
})

test('an explanation of what is mended is told', () => {
  expect(judge({ vulnerabilities: {} }, { 'GHSA-aaaa': 'We never call it.' })).toEqual({
    unexplained: [],
    idle: ['GHSA-aaaa'],
  })
})

import { describe, expect, test } from 'vitest'
import { clientAddress, networks, rangeOf } from '#app/domain/integrity/address-range.ts'

test.each<[address: string, range: string | null]>([
  ['192.0.2.77', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:DB8:0001::9', '2001:db8:1::/48'],
  ['2001:db8::9', '2001:db8:0::/48'],
  ['::1', '0:0:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
  ['192.0.2', null],
  ['unknown', null],
  ['', null],
])('%s is of %s', (address, range) => expect(rangeOf(address)).toBe(range))

describe('whose request it is', () => {
  test.each<
    [
      what: string,
      remote: string | undefined,
      forwarded: string | undefined,
      proxies: number,
      is: string | null,
    ]
  >([
    ['without a proxy, who is connected', '192.0.2.1', undefined, 0, '192.0.2.1'],
    ['without a proxy, what is forwarded is made up', '192.0.2.1', '198.51.100.1', 0, '192.0.2.1'],
    ['a proxy nobody told of is nobody', '127.0.0.1', '198.51.100.1', 0, null],
    ['a private address is nobody, too', '10.1.2.3', undefined, 0, null],
    ['in IPv6 likewise', '::ffff:127.0.0.1', undefined, 0, null],
    ['behind one proxy, whom it heard', '127.0.0.1', '198.51.100.1', 1, '198.51.100.1'],
    ['and not what was sent to it', '127.0.0.1', '203.0.113.5, 198.51.100.1', 1, '198.51.100.1'],
    ['behind two, whom the first heard', '127.0.0.1', '203.0.113.5, 198.51.100.1', 2, '203.0.113.5'],
    ['a campus address behind one', '127.0.0.1', '10.1.2.3', 1, '10.1.2.3'],
    ['past the proxy, who is connected', '192.0.2.1', undefined, 1, '192.0.2.1'],
    ['with a port', '127.0.0.1', '198.51.100.1:4711', 1, '198.51.100.1'],
    ['IPv6 with a port', '127.0.0.1', '[2001:db8::1]:4711', 1, '2001:db8::1'],
    ['nonsense', '127.0.0.1', 'unknown', 1, null],
    ['a closed connection', undefined, undefined, 0, null],
  ])('%s', (_what, remote, forwarded, proxies, is) =>
    expect(clientAddress(remote, forwarded, proxies)).toBe(is),
  )
})

test('networks have their addresses, however they are written', () => {
  const campus = networks(['192.0.2.0/24', '2001:db8::/32'])
  for (const address of ['192.0.2.9', '::ffff:192.0.2.9', '2001:db8:ffff::1'])
    expect(campus.has(address)).toBe(true)
  for (const address of ['192.0.3.9', '2001:db9::1', 'unknown', '']) expect(campus.has(address)).toBe(false)
  expect(networks([]).has('192.0.2.9')).toBe(false)
})

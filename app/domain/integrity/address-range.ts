import { BlockList, isIP } from 'node:net'

/**
 * The range an address counts as: /24 of IPv4 and /48 of IPv6, which is what one household, one company or one part of a
 * campus usually has. Null for what is no address.
 */
export function rangeOf(address: string): string | null {
  const plain = unmapped(address)
  switch (isIP(plain)) {
    case 4:
      return `${plain.split('.').slice(0, 3).join('.')}.0/24`
    case 6: {
      const [head = '', tail] = (plain.split('%')[0] ?? '').toLowerCase().split('::')
      const front = head === '' ? [] : head.split(':')
      const back = tail === undefined || tail === '' ? [] : tail.split(':')
      const gap =
        tail === undefined ? [] : Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0')
      const groups = [...front, ...gap, ...back].slice(0, 3)
      return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/48`
    }
    default:
      return null
  }
}

/** Written as IPv6, as a server that listens to both hears it, an IPv4 address is still one. */
function unmapped(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}

export type Networks = { has(address: string): boolean }

/** @param list such as `192.0.2.0/24` and `2001:db8::/32` */
export function networks(list: ReadonlyArray<string>): Networks {
  const known = new BlockList()
  for (const network of list) {
    const [address = '', bits] = network.split('/')
    known.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6')
  }
  return {
    has(address) {
      const plain = unmapped(address)
      const family = isIP(plain)
      return family !== 0 && known.check(plain, family === 4 ? 'ipv4' : 'ipv6')
    },
  }
}

/** Addresses that no client has from outside: where one is seen, it may be that of a proxy before us. */
const NEARBY = networks([
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
])

/**
 * Whose request it is, by its address; null where that cannot be told.
 * @param forwarded the header `X-Forwarded-For`: each proxy adds whom it heard
 * @param proxies how many proxies of ours stand before us; what others wrote further to the left, anybody can make up
 */
export function clientAddress(
  remote: string | undefined,
  forwarded: string | undefined,
  proxies: number,
): string | null {
  if (remote === undefined) return null
  // Without a proxy that is known, a nearby address may be one that nobody told us of: then everybody would share it.
  if (proxies === 0) return NEARBY.has(remote) ? null : remote
  const heard = [...(forwarded ?? '').split(',').map((each) => each.trim()), remote].filter(Boolean)
  const address = (heard.at(-1 - proxies) ?? heard[0]!).replace(/^\[([^\]]+)\](:\d+)?$/, '$1')
  const bare = /^\d+\.\d+\.\d+\.\d+:\d+$/.test(address) ? address.split(':')[0]! : address
  return isIP(bare) === 0 ? null : bare
}

import type { IncomingMessage } from 'node:http'
import { clientAddress, networks, rangeOf } from '#app/domain/integrity/address-range.ts'
import { originOf } from '#app/domain/integrity/limits.server.ts'
import type { Seal } from '#app/platform/seal.ts'
import type { Env } from '#app/platform/env.server.ts'

export type OriginOf = (request: IncomingMessage) => string

/**
 * Tells from which address range a request comes, as a keyed hash (see `votes.origin`): the address itself goes no
 * further than this.
 */
export function origins(env: Pick<Env, 'proxies' | 'campus'>, seal: Seal): OriginOf {
  const campus = networks(env.campus.networks)
  return (request) => {
    const forwarded = request.headersDistinct['x-forwarded-for']?.join(',')
    const address = clientAddress(request.socket.remoteAddress, forwarded, env.proxies)
    const range = address && rangeOf(address)
    return range ? originOf(seal.mark('address range', range), campus.has(address)) : ''
  }
}

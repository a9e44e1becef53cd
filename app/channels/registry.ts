import type { ChannelId } from '#app/vocabulary.ts'
import type { Network } from './channel.ts'

/** The networks this campus speaks on. One that is not configured is not here. */
export type Networks = ReadonlyMap<ChannelId, Network>

export function registry(networks: Array<Network | null>): Networks {
  return new Map(networks.flatMap((network) => (network ? [[network.id, network] as const] : [])))
}

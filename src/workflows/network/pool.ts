import type { NetworkUse } from '../../domain/model/network.ts'
import type { Networks } from '../../ports/network.ts'
import { sharedNetwork } from './make.ts'

/** The pool of the network that apps and proxy share, with who has its addresses; undefined where there is no such network. */
export async function poolOf(networks: Networks, name: string): Promise<NetworkUse | undefined> {
  const found = await sharedNetwork(networks, name)
  return found && (await networks.use(found.id))
}

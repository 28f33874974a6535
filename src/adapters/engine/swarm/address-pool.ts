import { sizeOf } from '../../../domain/plan/subnets.ts'
import type { ApiTask } from './api.ts'
import { givenAddresses } from './given-addresses.ts'
import { subnetsOf } from './networks.ts'
import type { Parts } from './parts.ts'

/** A task gets its addresses within milliseconds; after this long in state `new` there are none, ms. */
const STUCK_AFTER_MS = 4_000

/**
 * Why a task stays in state `new`, where it is that a network has no address left (trap 38). The engine says nothing of it outside its own
 * log: no event, no error on the task (measured on 20.10). So the addresses are counted, only for tasks that are stuck.
 */
export async function usedUpPool(parts: Parts, task: ApiTask): Promise<string | undefined> {
  if (task.Status.State !== 'new' || parts.clock.now() - Date.parse(task.Status.Timestamp) < STUCK_AFTER_MS) return undefined
  for (const { Target } of task.Spec.Networks ?? []) {
    const { network, given } = await givenAddresses(parts, Target)
    const size = sizeOf(subnetsOf(network))
    if (size === undefined) continue
    // A few more may be held by plain containers of other nodes, which nothing shows.
    if (given.length + Math.ceil(size / 50) >= size) return `network ${network.Name} has no free address (${subnetsOf(network).join(' and ')}: ${given.length} of ${size} are taken)`
  }
  return undefined
}

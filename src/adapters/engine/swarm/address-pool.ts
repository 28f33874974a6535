import type { ApiTask } from './api.ts'
import { OVER } from './forgotten-tasks.ts'
import type { Parts } from './parts.ts'

/** A task gets its addresses within milliseconds; after this long in state `new` there are none, ms. */
const STUCK_AFTER_MS = 4_000

interface ApiPool {
  Id: string
  Name: string
  IPAM?: { Config?: Array<{ Subnet?: string }> | null } | null
}

/**
 * Why a task stays in state `new`, where it is that a network has no address left (trap 38). The engine says nothing of it outside its own
 * log: no event, no error on the task (measured on 20.10). So the addresses are counted, only for tasks that are stuck.
 */
export async function usedUpPool(parts: Parts, task: ApiTask): Promise<string | undefined> {
  if (task.Status.State !== 'new' || parts.clock.now() - Date.parse(task.Status.Timestamp) < STUCK_AFTER_MS) return undefined
  for (const { Target } of task.Spec.Networks ?? []) {
    const network = await parts.connection.call<ApiPool>({ to: 'inspecting a network', path: `/networks/${Target}` })
    const size = sizeOf(network)
    if (size === undefined) continue
    const taken = await takenIn(parts, network.Id)
    // One for the gateway, one for the node's own end, and a few that plain containers may hold, which no list shows.
    if (taken + 2 + Math.ceil(size / 50) >= size) return `network ${network.Name} has no free address (${network.IPAM?.Config?.[0]?.Subnet}: ${taken} of ${size} are taken by tasks and services)`
  }
  return undefined
}

function sizeOf({ IPAM }: ApiPool): number | undefined {
  const bits = Number(IPAM?.Config?.[0]?.Subnet?.match(/^[\d.]+\/(\d+)$/)?.[1] ?? Number.NaN)
  return Number.isNaN(bits) ? undefined : 2 ** (32 - bits) - 2
}

async function takenIn(parts: Parts, network: string): Promise<number> {
  const [tasks, services] = await Promise.all([parts.lists.tasks(), parts.lists.services()])
  // The record of an ended task still names its addresses; they were given back.
  const ofTasks = tasks.filter(({ Status }) => !OVER.has(Status.State)).flatMap(({ NetworksAttachments }) => (NetworksAttachments ?? []).filter(({ Network }) => Network.ID === network))
  const ofServices = services.flatMap(({ Endpoint }) => (Endpoint?.VirtualIPs ?? []).filter(({ NetworkID }) => NetworkID === network))
  return ofTasks.length + ofServices.length
}

import type { AttachedService, Subnet } from '../../../domain/model/network.ts'
import type { OpenMove } from '../../../domain/model/network-move.ts'
import { baselineOf, sayMet } from '../../../domain/plan/gate.ts'
import { moveObstacles } from '../../../domain/plan/network-move.ts'
import { isPortError } from '../../../ports/port-error.ts'
import { LeaveUntouched, StandStill, type Step, TurnBack } from '../../journal/step.ts'
import { askRoutes, askUrls } from '../../reconcile/gate.ts'
import { sharedNetwork } from '../make.ts'
import { type MoveContext, routesIn, SEE, servicesIn } from './context.ts'
import { runsInFlight } from './in-flight.ts'

export type MoveStep = Step<OpenMove>

/** A stack's longest stop grace is the recipe's to say; beyond this nobody waits for it, ms. */
const OFF_LIMIT = 10 * 60_000
const ON_LIMIT = 5 * 60_000
const ROUTES_LIMIT = 2 * 60_000
/** Between two looks, ms. */
const PACE = 200
/** Good answers in a row, of every route. */
const PASSES = 3

export const DETACH = 'detach every service'
export const MAKE = 'make the network anew'

/** Everything that later steps and the way back work from. Looked at by the one that holds the locks, so that nothing comes or goes after it unseen. */
export function see({ ports, signal }: MoveContext): MoveStep {
  return {
    name: SEE,
    async act({ of }) {
      const attached = await ports.networks.attached(of.id)
      const [obstacle] = moveObstacles({ network: of, attached, runs: await runsInFlight(ports) })
      if (obstacle) throw new LeaveUntouched(`${obstacle.why} ${obstacle.mend}`)
      return { services: attached.services, routes: baselineOf(await askRoutes(ports, null, signal)) }
    },
  }
}

/** One change for each: off the network, and down. It comes up once, on the new one, and not in between on none. */
export function detach(context: MoveContext): MoveStep {
  return { name: DETACH, act: async (move) => void (await takeOff(context, move, move.of.id)) }
}

export function removeOld({ ports }: MoveContext): MoveStep {
  return {
    name: 'remove the network as it was',
    async act({ of }) {
      await ports.networks.remove(of.id).catch((error: unknown) => {
        // Something that no list shows is still attached to it.
        if (isPortError(error, 'conflict') || isPortError(error, 'timeout')) throw new TurnBack(error.message, 'host')
        throw error
      })
      return undefined
    },
  }
}

export function makeNew(context: MoveContext): MoveStep {
  return {
    name: MAKE,
    async act(move) {
      await networkWith(context, move, [move.to, ...move.of.subnets.filter(isIpv6)]).catch((error: unknown) => {
        if (isPortError(error) && error.kind !== 'unreachable') throw new TurnBack(error.message, 'host')
        throw error
      })
      return undefined
    },
  }
}

export function attach(context: MoveContext): MoveStep {
  return {
    name: 'attach every service',
    async act(move) {
      const late = await putOn(context, move)
      if (late) throw new TurnBack(late, 'host')
      return undefined
    },
  }
}

export function proveRoutes(context: MoveContext): MoveStep {
  return {
    name: 'see that every route answers',
    async act(move) {
      const lost = await lostRoutes(context, move)
      if (lost) throw new TurnBack(lost, 'host')
      return undefined
    },
  }
}

/** For one that turned before anything was touched. */
export function leave(): MoveStep {
  return { name: 'go back: nothing was touched', act: async () => undefined }
}

export function detachBack(context: MoveContext): MoveStep {
  return {
    name: 'go back: detach every service',
    async act(move) {
      const now = await sharedNetwork(context.ports.networks, move.of.name)
      // It is the old one, or there is none.
      if (!now || sameSubnets(now.subnets, move.of.subnets)) return undefined
      await takeOff(context, move, now.id)
      return undefined
    },
  }
}

export function makeBack(context: MoveContext): MoveStep {
  return { name: 'go back: make the network as it was', act: async (move) => void (await networkWith(context, move, move.of.subnets)) }
}

export function attachBack(context: MoveContext): MoveStep {
  return {
    name: 'go back: attach every service',
    async act(move) {
      const late = await putOn(context, move)
      if (late) throw new StandStill('stuck', late, 'See with docker service ps what keeps it, then: cc-ci network migrate --yes')
      return undefined
    },
  }
}

export function proveRoutesBack(context: MoveContext): MoveStep {
  return {
    name: 'go back: see that every route answers',
    async act(move) {
      const lost = await lostRoutes(context, move)
      if (lost) throw new StandStill('stuck', lost, 'See with docker service logs what keeps it, then: cc-ci network migrate --yes')
      return undefined
    },
  }
}

async function takeOff({ ports, signal, say }: MoveContext, move: OpenMove, network: string): Promise<void> {
  const { networks, clock } = ports
  for (const service of servicesIn(move)) {
    await ifThere(networks.setService(service.id, { networks: service.networks.filter((one) => one.network !== move.of.id), replicas: service.mode === 'replicated' ? 0 : null }))
  }
  const from = clock.monotonic()
  let said = ''
  for (;;) {
    const left = (await networks.attached(network)).services.filter(({ tasks }) => tasks > 0).map(({ name }) => name)
    if (left.length === 0) return
    signal.throwIfAborted()
    if (clock.monotonic() - from > OFF_LIMIT) throw new TurnBack(`After ${OFF_LIMIT / 60_000} minutes tasks of ${left.join(', ')} still run.`, 'host')
    if (said !== left.join()) {
      said = left.join()
      say(`waiting for ${left.join(', ')} to stop`)
    }
    await clock.pause(PACE, signal)
  }
}

/** The network of that name with exactly these subnets. One with others that stands there is ours, from the other direction, or somebody made it meanwhile: empty, it goes. */
async function networkWith({ ports: { networks } }: MoveContext, { of }: OpenMove, subnets: Subnet[]): Promise<void> {
  const now = await sharedNetwork(networks, of.name)
  if (now && sameSubnets(now.subnets, subnets)) return
  if (now) await networks.remove(now.id)
  await networks.make({ ...of, subnets })
}

/** On the network that has the name now, each with what it had. Answers who does not run again, in words. */
async function putOn({ ports, signal, say }: MoveContext, move: OpenMove): Promise<string | undefined> {
  const { networks, clock } = ports
  const now = await sharedNetwork(networks, move.of.name)
  if (!now) return `There is no network ${move.of.name} any more.`
  const gone = new Set<string>()
  for (const service of servicesIn(move)) {
    const its = service.networks.map((one) => (one.network === move.of.id ? { ...one, network: now.id } : one))
    if (!(await ifThere(networks.setService(service.id, { networks: its, replicas: service.replicas })))) {
      gone.add(service.id)
      say(`${service.name} is gone: somebody removed it meanwhile`)
    }
  }
  const wanted = servicesIn(move).filter(({ id }) => !gone.has(id))
  const from = clock.monotonic()
  let said = ''
  for (;;) {
    const late = lateIn(wanted, (await networks.attached(now.id)).services)
    if (late.length === 0) return undefined
    signal.throwIfAborted()
    if (clock.monotonic() - from > ON_LIMIT) return `After ${ON_LIMIT / 60_000} minutes ${late.join(', ')} does not run as before.`
    if (said !== late.join()) {
      said = late.join()
      say(`waiting for ${late.join(', ')} to run`)
    }
    await clock.pause(PACE, signal)
  }
}

/** Those of which fewer tasks run than before it began. What did not run then is not waited for. */
function lateIn(before: AttachedService[], now: AttachedService[]): string[] {
  return before.filter(({ id, running }) => (now.find((one) => one.id === id)?.running ?? 0) < running).map(({ name }) => name)
}

/** Every route that answered before, until all of them answer again; which do not, in words. */
async function lostRoutes({ ports, signal, say }: MoveContext, move: OpenMove): Promise<string | undefined> {
  const { clock, engine } = ports
  const urls = routesIn(move)
  const reach = await engine.reach()
  const from = clock.monotonic()
  for (let passes = 0; ; ) {
    const answers = await askUrls(ports, urls, { reach, signal })
    signal.throwIfAborted()
    const lost = answers.filter(({ met }) => met.met !== 'as-expected')
    passes = lost.length === 0 ? passes + 1 : 0
    if (passes === PASSES) {
      say(`${urls.length} of ${urls.length} routes answer as before`)
      return undefined
    }
    if (clock.monotonic() - from > ROUTES_LIMIT) return `After ${ROUTES_LIMIT / 60_000} minutes these do not answer as before: ${lost.map(({ probe, met }) => `${probe.url} (${sayMet(met)})`).join(', ')}.`
    await clock.pause(PACE, signal)
  }
}

async function ifThere(work: Promise<void>): Promise<boolean> {
  try {
    await work
    return true
  } catch (error) {
    if (isPortError(error, 'not-found')) return false
    throw error
  }
}

function sameSubnets(a: Subnet[], b: Subnet[]): boolean {
  return [...a].sort().join() === [...b].sort().join()
}

function isIpv6(subnet: Subnet): boolean {
  return subnet.includes(':')
}

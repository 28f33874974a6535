import type { HostUnit } from '../../domain/boot/host-units.ts'
import { type SaidMade, sayNetworkMade, saySwarmMade } from '../../domain/report/network.ts'
import type { Engine } from '../../ports/engine.ts'
import { answering } from '../../workflows/boot/answering.ts'
import { startApp } from '../../workflows/boot/app-unit.ts'
import { endServer, startServer } from '../../workflows/boot/server-unit.ts'
import { takeDown } from '../../workflows/boot/take-down.ts'
import type { StartGiven, Started, UnitToStart } from '../../workflows/boot/unit.ts'
import { makeProxyNetwork, makeSwarm } from '../../workflows/network/make.ts'
import { move } from '../../workflows/network/move/move.ts'
import { openMove } from '../../workflows/network/move/open-move.ts'
import { type Call, EXIT } from '../command.ts'
import { exitOfMoved, sayMoved } from '../network/words.ts'
import { platformEngine } from '../platform/app.ts'
import { sayTold } from '../platform/words.ts'

/** How each unit of this host is brought up: every one sees first whether it is up, and leaves that alone. */
export function toBringUp(call: Call, unit: HostUnit): UnitToStart {
  return { ...unit, start: answering(startOf(call, unit)) }
}

function startOf(call: Call, { name, work }: HostUnit): (given: StartGiven) => Promise<Started> {
  const { networkPorts, settings, serverPorts, wantedServer } = call.services
  switch (work.is) {
    case 'swarm':
      return async () => {
        const made = await makeSwarm(networkPorts.networks)
        return asMade(saySwarmMade(made), made.did === 'made')
      }
    case 'networks':
      return async (given) => {
        const moved = await goOnMoving(call, given)
        if (moved) return moved
        const made = await makeProxyNetwork(networkPorts, { name: settings.proxy.network, subnet: settings.proxy.subnet })
        return asMade(sayNetworkMade(made, settings.proxy.network), made.did === 'made')
      }
    case 'app':
      return (given) => withEngine(call, (engine) => startApp(call.services.platformPorts(engine), work.app, given, (told) => sayTold(name, told).join('\n')))
    case 'server':
      return (given) => startServer(serverPorts, wantedServer!, given)
  }
}

/** How each is taken down; undefined: it stays, because it harms nobody and holds nothing. */
export function toTakeDown(call: Call, unit: HostUnit): UnitToStart | undefined {
  const { work } = unit
  const { serverPorts } = call.services
  switch (work.is) {
    case 'swarm':
    case 'networks':
      return undefined
    case 'app':
      return { ...unit, start: answering((given) => withEngine(call, (engine) => takeDown(call.services.platformPorts(engine), work.app, given))) }
    case 'server':
      return { ...unit, start: answering(async ({ cancel }) => {
        const went = await endServer(serverPorts, 'cc-ci boot down', cancel)
        if (went === 'goes-on') return { is: 'not-up', says: 'it was asked to end and still runs', next: `See ${call.services.wantedServer!.command.log}.`, exit: EXIT.infra, mayPass: false }
        return { is: 'up', says: went === 'ended' ? 'it ended in order' : 'none runs', did: went === 'ended', exit: EXIT.pass }
      }) }
  }
}

/** A move of the shared network that a reboot cut off comes to its end first: until then nothing else would come up. Answers why it did not. */
async function goOnMoving(call: Call, given: StartGiven): Promise<Started | undefined> {
  const { networkPorts, settings } = call.services
  if ((await openMove(networkPorts.moves, settings.proxy.network)) === undefined) return undefined
  let isOver = false
  const went = await withEngine(call, async (engine) => {
    const moved = await move(call.services.movePorts(engine), { name: settings.proxy.network, begin: null, apps: settings.platform.map(({ name }) => name), signals: given, say: given.say })
    isOver = moved.is === 'ended'
    return { is: 'not-up', says: sayMoved(moved, settings.proxy).join('\n'), exit: exitOfMoved(moved), mayPass: moved.is === 'busy' }
  })
  if (!isOver) return went
  given.say(went.says)
  return undefined
}

function asMade({ says, mend, refused }: SaidMade, did: boolean): Started {
  if (refused) return { is: 'not-up', says, ...(mend === undefined ? {} : { next: mend }), exit: EXIT.stuck, mayPass: false }
  return { is: 'up', says: mend === undefined ? says : `${says}; ${mend}`, did, exit: EXIT.pass }
}

/** An engine that does not answer yet may do so in a moment. */
async function withEngine({ services }: Call, work: (engine: Engine) => Promise<Started>): Promise<Started> {
  const engine = await platformEngine(services)
  return 'unavailable' in engine ? { is: 'not-up', says: engine.unavailable, exit: EXIT.infra, mayPass: true } : await work(engine)
}

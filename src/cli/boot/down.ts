import { downOrder } from '../../domain/boot/supervise.ts'
import { type Command, UsageError } from '../command.ts'
import { carryOut } from './carry-out.ts'
import { unitsHere, withAll } from './choose.ts'
import { toTakeDown } from './works.ts'

export const bootDown: Command = {
  name: 'boot down',
  summary: 'take what this host runs down, last first; volumes, secrets and known-good stay',
  usage: '[UNIT…] [--yes] [--wait]',
  options: {
    yes: { type: 'boolean', says: 'go on without being asked: on a terminal it is needed' },
    wait: { type: 'boolean', says: 'wait for another boot up or down that is under way; without it: leave' },
  },
  words: { least: 0, most: 1_000 },
  examples: ['cc-ci boot down --yes', 'cc-ci boot down keycloak --yes'],
  interrupted: 'nothing new is taken down; what is under way comes to its end.',
  abandoned: 'Left where it is: the next cc-ci boot down goes on with it.',
  async run(call) {
    const all = unitsHere(call)
    const chosen = withAll(all, call.words, ({ name }) => all.filter(({ requires, work }) => requires.includes(name) && work.is !== 'server').map((unit) => unit.name))
    const works = new Map(chosen.flatMap((unit) => [toTakeDown(call, unit)].flatMap((work) => (work ? [[unit.name, work] as const] : []))))
    const names = [...works.keys()].toReversed()
    if (names.length === 0) throw new UsageError(`${chosen.map(({ name }) => name).join(' and ')} cannot be taken down: they stay, and hold nothing.`)
    if (call.io.isTerminal && !call.flag('yes')) {
      throw new UsageError(`This takes down: ${names.join(', ')}. Whoever uses them meets nobody until ${call.services.commandLine('boot up')}. Their volumes, secrets and known-good versions are kept. To go on: --yes`)
    }
    return await carryOut(call, {
      does: 'down',
      units: downOrder(chosen).flatMap(({ name, requires, after }) => [works.get(name)].flatMap((work) => (work ? [{ ...work, requires, after }] : []))),
      leftOut: new Set(),
      lock: 'boot',
      waitMs: call.flag('wait') ? all.reduce((sum, { limitMs, graceMs }) => sum + limitMs + graceMs, 0) : 0,
      tells: true,
    })
  },
}

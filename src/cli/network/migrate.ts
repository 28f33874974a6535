import { isRecordTrouble } from '../../domain/model/journal.ts'
import type { OpenMove } from '../../domain/model/network-move.ts'
import { mayBeShared } from '../../domain/plan/subnets.ts'
import { sayMovePlan } from '../../domain/report/network.ts'
import { move } from '../../workflows/network/move/move.ts'
import { planMove } from '../../workflows/network/move/plan.ts'
import { type Command, EXIT, endedBySignal, InfraError, UsageError } from '../command.ts'
import { howToMake } from './how-to-make.ts'
import { exitOfMoved, sayMoved } from './words.ts'

export const networkMigrate: Command = {
  name: 'network migrate',
  summary: 'move everything on the network that all apps share to a larger range',
  usage: '[--to SUBNET] [--yes]',
  options: {
    to: { type: 'string', value: 'SUBNET', says: 'the range; default: proxy.subnet of the settings, or the next one that is free' },
    yes: { type: 'boolean', says: 'do it; without it the plan is shown and nothing is touched' },
  },
  words: { least: 0, most: 0 },
  examples: ['cc-ci network migrate', 'cc-ci network migrate --to 10.20.0.0/16 --yes'],
  interrupted: 'everything goes back onto the network as it was. Once more leaves it where it is.',
  abandoned: 'Left where it is. Go on with: cc-ci network migrate',
  async run(call) {
    const { io, services, json } = call
    const asked = call.text('to') ?? null
    if (asked !== null && !mayBeShared(asked)) throw new UsageError(`--to takes a private IPv4 range between a /8 and a /28, by its first address, such as 10.20.0.0/16, not "${asked}".`)
    const engine = await services.engine('swarm')
    if ('unavailable' in engine) throw new InfraError(engine.unavailable)
    const { settings } = services
    const name = settings.proxy.network
    const ports = services.movePorts(engine)
    const known = await ports.moves.read()
    if (isRecordTrouble(known)) throw new InfraError(`${known.file}: ${known.says}. ${known.mend}`)
    const carryOut = async (begin: Parameters<typeof move>[1]['begin']) => {
      const moved = await move(ports, { name, begin, apps: settings.platform.map((app) => app.name), signals: services.signals, say: (text) => io.err(text) })
      if (json) io.out(JSON.stringify(moved, null, 2))
      else for (const line of sayMoved(moved, settings.proxy)) io.out(line)
      return services.signals.cancel.aborted ? endedBySignal(services.signals.cancel) : exitOfMoved(moved)
    }

    if (known.open) {
      if (asked !== null && asked !== known.open.to) throw new UsageError(`The move to ${known.open.to} was interrupted and comes first; leave --to away.`)
      if (call.flag('yes')) return await carryOut(null)
      io.out(json ? JSON.stringify({ open: known.open }, null, 2) : sayOpen(known.open))
      return EXIT.infra
    }
    const plan = await planMove(ports, { name, asked, settings: settings.proxy.subnet, signal: services.signals.cancel })
    if (!plan) throw new InfraError(`There is no network ${name} on ${settings.docker.host}. To make it: ${howToMake(settings)}`)
    const { to, refusals } = plan
    const begins = call.flag('yes') && to !== null && refusals.length === 0
    const shown = sayMovePlan(plan)
    if (begins) for (const line of shown) io.err(line)
    else io.out(json ? JSON.stringify({ plan }, null, 2) : shown.join('\n'))
    if (to === null || refusals.length > 0) return refusals.some((one) => one.of === 'request') ? EXIT.usage : EXIT.infra
    if (begins) return await carryOut({ of: plan.of, to })
    if (!json) io.out(`Nothing was touched. To do it: cc-ci network migrate${asked === null ? '' : ` --to ${asked}`} --yes`)
    return EXIT.pass
  },
}

function sayOpen({ of, to, intended, done, turned, paused }: OpenMove): string {
  const at = intended.findLast((step) => !(step in done)) ?? intended.at(-1)
  return [
    `The move of ${of.name} from ${of.subnets.join(' and ')} to ${to} is open${turned ? ', and on its way back' : ''}.`,
    ...(at === undefined ? [] : [`  it came to: ${at}`]),
    ...(turned ? [`  it went back because: ${turned.why}`] : []),
    ...(paused ? [`  it stands still because: ${paused.why} ${paused.next}`] : []),
    'To go on with it: cc-ci network migrate --yes',
  ].join('\n')
}

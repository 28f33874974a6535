import { sayMoment } from '../../domain/report/moment.ts'
import { sayTrend } from '../../domain/report/network.ts'
import { openMove } from '../../workflows/network/move/open-move.ts'
import { type PoolStatus, poolStatus } from '../../workflows/network/status.ts'
import { type Command, EXIT, InfraError } from '../command.ts'
import { row } from '../row.ts'
import { howToMake } from './how-to-make.ts'

export const networkStatus: Command = {
  name: 'network status',
  summary: 'the addresses of the network that all apps share, and who has them',
  usage: '',
  options: {},
  words: { least: 0, most: 0 },
  examples: ['cc-ci network status', 'cc-ci network status --json'],
  async run({ io, json, services }) {
    const { settings, networkPorts, records } = services
    const status = await poolStatus({ networks: networkPorts.networks, records }, settings.proxy.network)
    const open = await openMove(networkPorts.moves, settings.proxy.network)
    if (open !== undefined) io.err(open)
    if (!status) throw new InfraError(`There is no network ${settings.proxy.network} on ${settings.docker.host}.${open === undefined ? ` To make it: ${howToMake(settings)}` : ''}`)
    io.out(json ? JSON.stringify(status, null, 2) : linesOf(status).join('\n'))
    return EXIT.pass
  },
}

function linesOf({ network, subnets, size, used, left, users, trend, state }: PoolStatus): string[] {
  return [
    `${network}  ${subnets.join(' and ')}`,
    ...row('addresses', `${size}: ${used} in use, ${left} left`),
    ...users.flatMap(({ who, addresses }, index) => row(index === 0 ? 'in use by' : '', `${who}: ${addresses}`)),
    ...trend.runs.toReversed().flatMap(({ run, at, before, after }, index) => row(index === 0 ? 'runs' : '', `${sayMoment(at)} ${run}: ${before} before, ${after} after`)),
    ...row('trend', sayTrend(trend)),
    ...(state === 'good' ? [] : row('next', 'move everything to a larger subnet: cc-ci network migrate')),
  ]
}

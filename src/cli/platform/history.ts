import { isRecordTrouble } from '../../domain/model/journal.ts'
import { sayDuration } from '../../domain/report/duration.ts'
import { sayLost } from '../../domain/report/lost-requests.ts'
import { sayOpen } from '../../domain/report/open-operation.ts'
import { sayMoment } from '../../domain/report/moment.ts'
import { lockOf } from '../../workflows/reconcile/context.ts'
import { type Command, EXIT } from '../command.ts'
import { appNamed } from './app.ts'
import { sayOutcome } from './words.ts'

export const platformHistory: Command = {
  name: 'platform history',
  summary: 'what was done to a platform app, newest first',
  usage: 'APP',
  options: {},
  words: { least: 1, most: 1 },
  examples: ['cc-ci platform history traefik'],
  async run(call) {
    const { io, services } = call
    const app = appNamed(call, call.words[0]!)
    const known = await services.platformRecords.read(app.name)
    if (isRecordTrouble(known)) {
      io.err(`${known.file}: ${known.says}. ${known.mend}`)
      return EXIT.infra
    }
    const { history } = known
    const holder = await services.locks.holder(lockOf(app))
    if (call.json) {
      io.out(JSON.stringify({ app: app.name, open: history.open, operations: history.operations.toReversed(), approvals: history.approvals.toReversed() }, null, 2))
      return EXIT.pass
    }
    const lines = [
      ...(history.open ? [{ n: Number.MAX_SAFE_INTEGER, text: `${sayMoment(history.open.beganAt)}  ${history.open.kind} to ${history.open.to.version}: not at its end (${sayOpen(history.open, holder)})` }] : []),
      ...history.operations.map((one) => ({ n: one.n, text: `${sayMoment(one.endedAt)}  ${one.kind}${one.from !== null && one.from !== one.to ? ` ${one.from} →` : ''} ${one.to}: ${sayOutcome(one.outcome)} (${sayDuration(one.endedAt - one.beganAt)})${one.restoredBy === undefined ? '' : `; the data was put back by hand by ${one.restoredBy}`}${(one.lost && `; ${sayLost(one.lost)}`) ?? ''}` })),
      ...history.approvals.map((one) => ({ n: one.n, text: `${sayMoment(one.at)}  approved ${one.version} (${one.lifts}) by ${one.by}` })),
    ].sort((a, b) => b.n - a.n)
    io.out(lines.length === 0 ? `Nothing was ever done to ${app.name}.` : lines.map(({ text }) => text).join('\n'))
    return EXIT.pass
  },
}

import { sayBytes } from '../../domain/report/bytes.ts'
import { sayDuration } from '../../domain/report/duration.ts'
import { sayHold } from '../../domain/report/hold.ts'
import { sayMoment } from '../../domain/report/moment.ts'
import { type Status, statusOf } from '../../workflows/reconcile/status.ts'
import { type Command, EXIT } from '../command.ts'
import { row } from '../row.ts'
import { appsAsked, onPlatform } from './app.ts'
import { sayOutcome } from './words.ts'

export const platformStatus: Command = {
  name: 'platform status',
  summary: 'the platform apps: wanted, running, known-good, holds',
  usage: '[APP]',
  options: {},
  words: { least: 0, most: 1 },
  examples: ['cc-ci platform status', 'cc-ci platform status traefik --json'],
  async run(call) {
    const { io, services } = call
    const apps = appsAsked(call)
    return onPlatform(call, async (ports) => {
      const all = await Promise.all(apps.map((app) => statusOf(ports, app, services.signals.cancel)))
      if (call.json) io.out(JSON.stringify(all, null, 2))
      else io.out(all.map((one) => linesOf(one, services.clock.now()).join('\n')).join('\n\n'))
      return all.some((one) => 'trouble' in one || 'unknown' in one || one.snapshotTrouble !== null) ? EXIT.infra : EXIT.pass
    })
  },
}

function linesOf(status: Status, now: number): string[] {
  if ('trouble' in status) return [status.app, ...row('record', `${status.trouble.file}: ${status.trouble.says}. ${status.trouble.mend}`)]
  if ('unknown' in status) return [status.app, ...row('unknown', status.unknown)]
  const { running, lastGood, snapshot, snapshotTrouble, hold } = status
  return [
    `${status.app}  ${status.domain}`,
    ...row('wanted', status.wanted ?? `unknown${status.sourceTrouble === null ? ': no release' : ''}`),
    ...row('running', running === null ? 'nothing' : `${running.version ?? 'an unknown version'}, ${running.health.is === 'healthy' ? 'healthy' : `${running.health.is}: ${running.health.why}`}`),
    ...row('known-good', lastGood ? `${lastGood.version} since ${sayMoment(lastGood.at)} (${lastGood.gate.passes} good answers over ${sayDuration(lastGood.gate.ms)}: ${lastGood.gate.asked.join('; ') || 'tasks only'})` : 'none'),
    ...row('snapshot', snapshot ? `${sayDuration(now - snapshot.at)} old, ${sayBytes(snapshot.bytes)}, verified when it was taken` : snapshotTrouble === null ? 'none' : `unknown: ${snapshotTrouble}`),
    ...row('hold', hold ? sayHold(hold).why : 'none'),
    ...(status.open ? row('open', `${status.open.kind} to ${status.open.to}: ${status.open.why}`) : []),
    ...(status.worksOnIt && !status.open ? row('now', `process ${status.worksOnIt.pid} works on it: ${status.worksOnIt.why}`) : []),
    ...(status.sourceTrouble === null ? [] : row('trouble', status.sourceTrouble)),
    ...status.operations.flatMap((one) => row(sayMoment(one.endedAt).slice(5), `${one.kind} ${one.to}: ${sayOutcome(one.outcome)}`)),
  ]
}

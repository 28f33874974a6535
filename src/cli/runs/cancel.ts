import { milliseconds } from '../../domain/recipe/config/milliseconds.ts'
import { sayDuration } from '../../domain/report/duration.ts'
import { sayCancelled, sayDied, wasCancelled } from '../../domain/report/run-ending.ts'
import { runWord } from '../../domain/report/words.ts'
import type { RunId } from '../../domain/model/run.ts'
import { type Cancelled, cancelRun } from '../../workflows/run/cancel.ts'
import { type Call, type Command, endedBySignal, EXIT, InfraError, UsageError } from '../command.ts'
import { namedRun } from './named-run.ts'
import { toldProgress } from './told-progress.ts'

/** ms beyond the limit of the teardown: for hearing of it, for what is under way to let go, for the results. */
const MARGIN = 60_000

export const runsCancel: Command = {
  name: 'runs cancel',
  summary: 'end a run of another process as Ctrl-C would: torn down',
  usage: 'RUN [--timeout TIME]',
  options: { timeout: { type: 'string', value: 'TIME', says: 'how long to wait until it is gone, such as 90s or 5m; default: as long as a teardown may take here' } },
  words: { least: 1, most: 1 },
  examples: ['cc-ci runs cancel note-1f2e3d', 'cc-ci runs cancel note-1f2e3d --timeout 30s'],
  interrupted: 'no longer waiting. The request stands: the run ends by itself.',
  async run(call) {
    const { services, io } = call
    const limitMs = timeoutOf(call)
    const run = (await namedRun(call, call.words[0]!)).header.app.run
    const progress = toldProgress(call, { from: services.clock.now() })
    const cancelled = await cancelRun({
      records: services.records, locks: services.locks, clock: services.clock, run, limitMs,
      by: 'cc-ci runs cancel from another process',
      signal: services.signals.cancel,
      onAsked: () => io.err(`${run} is asked to end. Waiting for its teardown, at most ${sayDuration(limitMs)}.`),
      onEvent: (event) => progress.event(event),
    }).finally(() => progress.stop())
    return sayOutcome(call, run, cancelled, limitMs)
  },
}

function sayOutcome(call: Call, run: RunId, cancelled: Cancelled, limitMs: number): number {
  const { services, io } = call
  const { commandLine } = services
  if (cancelled.is === 'goes-on') {
    if (!cancelled.late) return endedBySignal(services.signals.cancel)
    const process = cancelled.holder ? ` (process ${cancelled.holder.pid})` : ''
    throw new InfraError(`${run} was asked to end, and is still there after ${sayDuration(limitMs)}${process}. The request stands; ${commandLine(`runs watch ${run}`)} shows what it does. If its process hangs, end that, and then: ${commandLine(`runs clean ${run}`)}`)
  }
  const { asked, ending } = cancelled
  if (ending.is === 'died') {
    const says = sayDied(run, { clean: ending.clean, commandLine })
    if (!ending.clean) throw new InfraError(says)
    io.out(call.json ? JSON.stringify({ run, did: 'nothing', because: 'it died, and nothing of it is left' }, null, 2) : says)
    return EXIT.pass
  }
  const { results, clean } = ending
  const did = asked && wasCancelled(results) ? 'cancelled' : 'nothing'
  if (call.json) io.out(JSON.stringify({ run, did, ...(did === 'nothing' ? { because: asked ? 'it was past cancelling' : 'it had ended already' } : {}), verdict: results.verdict, teardown: results.teardown }, null, 2))
  else io.out(asked ? sayCancelled(results, { clean, commandLine }) : `${run} has ended already: ${runWord(results)}.`)
  return asked && results.teardown.verdict === 'infra' ? EXIT.infra : EXIT.pass
}

function timeoutOf(call: Call): number {
  const text = call.text('timeout')
  if (text === undefined) return call.services.rules.limits.teardown + MARGIN
  const ms = milliseconds(text)
  if (ms === undefined) throw new UsageError(`--timeout takes a time such as 90s or 5m, not "${text}".`)
  return ms
}

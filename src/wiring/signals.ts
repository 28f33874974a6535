import type { SignalMeanings } from '../cli/command.ts'
import type { EndSignals } from '../workflows/app/end-signals.ts'

/**
 * The first Ctrl-C (or TERM, or a closed terminal) ends what is under way, as the command does that. A second one stops even that where the command can leave
 * things where they are; any other is ended on the spot: whatever it does can be killed at any moment.
 */
export function listenToSignals(
  process: Pick<NodeJS.Process, 'on' | 'off'>,
  { err, endNow }: { err(text: string): void; endNow(signal: NodeJS.Signals): void },
): { given: EndSignals; means(words: SignalMeanings): void; stop(): void } {
  let meaning: SignalMeanings = {}
  const cancel = new AbortController()
  const abandon = new AbortController()
  const onSignal = (signal: NodeJS.Signals) => {
    if (!cancel.signal.aborted) {
      err(`${signal === 'SIGINT' ? 'Ctrl-C' : signal}: ${meaning.interrupted ?? 'ending. Once more ends at once.'}`)
      cancel.abort(signal)
      return
    }
    err(meaning.abandoned ?? 'Ended at once.')
    if (meaning.abandoned === undefined) endNow(signal)
    abandon.abort(signal)
  }
  const heard: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of heard) process.on(signal, onSignal)
  return {
    given: { cancel: cancel.signal, abandon: abandon.signal },
    /** What the first and the second signal do in the command that runs. */
    means(words) {
      meaning = words
    },
    stop() {
      for (const signal of heard) process.off(signal, onSignal)
    },
  }
}

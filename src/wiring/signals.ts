import type { RunSignals } from '../workflows/run/outcome.ts'

/**
 * The first Ctrl-C (or TERM, or a closed terminal) ends what is under way and tears it down; a second one stops even that and
 * leaves the record for `runs clean`.
 */
export function listenToSignals(process: NodeJS.Process, io: { err(text: string): void }): { given: RunSignals; means(words: { interrupted?: string; abandoned?: string }): void; stop(): void } {
  let meaning = { interrupted: 'ending, then tearing down. Once more stops the teardown too.', abandoned: 'Stopped in the middle of the teardown. What is left is on record: cc-ci runs clean removes it.' }
  const cancel = new AbortController()
  const abandon = new AbortController()
  const onSignal = (signal: NodeJS.Signals) => {
    if (cancel.signal.aborted) {
      io.err(meaning.abandoned)
      abandon.abort(signal)
      return
    }
    io.err(`${signal === 'SIGINT' ? 'Ctrl-C' : signal}: ${meaning.interrupted}`)
    cancel.abort(signal)
  }
  const heard: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of heard) process.on(signal, onSignal)
  return {
    given: { cancel: cancel.signal, abandon: abandon.signal },
    /** What the first and the second signal do in the command that runs, if it is something else. */
    means({ interrupted = meaning.interrupted, abandoned = meaning.abandoned }) {
      meaning = { interrupted, abandoned }
    },
    stop() {
      for (const signal of heard) process.off(signal, onSignal)
    },
  }
}

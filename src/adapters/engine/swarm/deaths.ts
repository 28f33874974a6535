/**
 * The containers whose end we heard, with their exit codes. The event comes first: the engine then takes the container's network apart, some 100 ms
 * and on a busy machine 400, and only after that do its list and its answer about this container (which waits meanwhile) say that it ended.
 * A container of a task is never started again, so what was heard stays true.
 */
export interface Deaths {
  heard(container: string, exitCode: number): void
  exitCodeOf(container: string): number | undefined
}

/** So many are remembered; an event is older than the list for less than a second. */
const MOST = 1000

export function deaths(): Deaths {
  const known = new Map<string, number>()
  return {
    heard(container, exitCode) {
      if (known.size >= MOST) known.delete(known.keys().next().value!)
      known.set(container, exitCode)
    },
    exitCodeOf: (container) => known.get(container),
  }
}

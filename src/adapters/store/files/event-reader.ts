import { open } from 'node:fs/promises'
import type { RunEvent } from '../../../domain/model/run.ts'
import type { EventReader } from '../../../ports/run-records.ts'

/** Bytes that are read at once: the log of a long run does not have to fit into memory. */
const CHUNK = 1 << 20

/** Every kind, so that a new one is not forgotten here; what a newer cc-ci tells beside them is passed over. */
const KINDS: Record<RunEvent['kind'], true> = {
  'run-started': true, 'tier-started': true, 'step-started': true, note: true, engine: true, 'step-ended': true, 'tier-ended': true, 'run-ended': true,
}

/**
 * Reads a log of events that somebody else may be writing. It only grows (`grow-only-file.ts`), so that whatever was read is never read
 * again (trap 51), and what stands after the last line end is not read yet.
 */
export async function openEventReader(path: string): Promise<EventReader> {
  const file = await open(path, 'r')
  let position = 0
  let unfinished = Buffer.alloc(0)
  return {
    async next() {
      for (;;) {
        const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(CHUNK), position })
        position += bytesRead
        const text = Buffer.concat([unfinished, buffer.subarray(0, bytesRead)])
        const whole = text.lastIndexOf(0x0a) + 1
        unfinished = text.subarray(whole)
        const events = text.toString('utf8', 0, whole).split('\n').flatMap((line) => eventOf(line) ?? [])
        // A full chunk without an event is the middle of a long line: its end may be there already.
        if (events.length > 0 || bytesRead < CHUNK) return events
      }
    },
    close: () => file.close(),
  }
}

function eventOf(line: string): RunEvent | undefined {
  try {
    const event = JSON.parse(line) as RunEvent
    return Object.hasOwn(KINDS, event.kind) ? event : undefined
  } catch {
    // Empty, or torn by a full disk: an event is for people, and decides nothing.
    return undefined
  }
}

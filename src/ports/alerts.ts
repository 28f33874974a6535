import type { Alert, StoredAlert } from '../domain/model/alert.ts'

export type { Alert, StoredAlert }

/**
 * Things that a person has to know: one sentinel each, with an id that stays the same for as long as the same thing is so.
 *
 * `raise` of what is raised already is told to nobody again, also where a person has seen it: what is shown gets the words of the last look, and keeps its
 * log where that look brought none. Under the same id it is something new where its kind, its occurrence or the next move is another: the one before is
 * over, and it is raised anew; so it is where what was written of it cannot be read, and the alert says so. `resolve` of what is not raised does nothing. Safe to repeat, and to call from several processes at once.
 * Errors: `refused`, `unexpected` (the disk is full). An alert that cannot be written is an error for its caller to show: it is the last resort.
 */
export interface Alerts {
  /** True: it is new. */
  raise(alert: Alert): Promise<boolean>
  /** It is no longer so: `says` tells what became of it. True: it was raised. */
  resolve(id: string, says: string): Promise<boolean>
  /** Newest first: what is raised, and what was seen or resolved. */
  list(): Promise<{ open: StoredAlert[]; seen: StoredAlert[]; damaged: string[] }>
  /** A person has seen it. `not-found` where none is raised by that id. */
  acknowledge(id: string, by: string): Promise<void>
}

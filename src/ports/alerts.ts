/**
 * Things that a person has to know: one sentinel each, with an id that stays the same for as long as the same thing is so.
 *
 * `raise` of what is raised already changes nothing and is told to nobody again, also where a person has seen it; with other words under the same
 * id it is the same thing still. `resolve` of what is not raised does nothing. Safe to repeat, and to call from several processes at once.
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

export interface Alert {
  /** Letters, digits, `.`, `+` and `-`: the same for the same thing, whoever raises it. */
  id: string
  /** `stuck`: something is down. `failed`: something did not work and was taken back. `held`: it waits for a person. `trouble`: the host or a record. */
  kind: 'stuck' | 'failed' | 'held' | 'trouble' | 'notice'
  /** One sentence: what happened, to what. */
  what: string
  app: string
  versionTried?: string
  /** What runs now; absent: nothing. */
  versionRunning?: string | undefined
  lastLines: string[]
  next: string
}

export interface StoredAlert extends Alert {
  /** ms UTC */
  raisedAt: number
  /** Set once it is over: a person has seen it, or it is no longer so. */
  ended?: { at: number; how: 'seen' | 'resolved'; says: string }
}

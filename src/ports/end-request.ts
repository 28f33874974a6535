/**
 * A request to end, left where the one whom it is for looks for it: a run in its own folder, the server in its state folder.
 * It reaches whoever works there, in whatever container, or nobody; no process number decides anything.
 */
export interface EndRequest {
  /** Leaves it. Safe to repeat. `by`: who asks, in words. `not-found` where there is no such place. */
  ask(by: string): Promise<void>
  /** Who asks, in words; null where nobody does, or where it cannot be seen now. Cheap: made to be asked again and again. */
  asked(): Promise<string | null>
  /** Takes it away: it was for somebody before us. Safe to repeat. */
  withdraw(): Promise<void>
}

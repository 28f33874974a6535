import type { CachedSource } from '../domain/plan/prune.ts'

/**
 * Clones of recipes' repositories, kept so that they need not be fetched whole each time. Whatever is missing is fetched again.
 *
 * `forget` while a run has the clone open takes the recipe away under it: callers see to it that nobody is at work. Who opens it holds no lock yet, so one
 * that was opened since it was listed stays. Safe to repeat, and to kill.
 * Errors: `refused` (this user may not), `unexpected`.
 */
export interface SourceCache {
  list(): Promise<CachedSource[]>
  /** Answers how much that was, bytes; null: it was opened since it was listed, and stays. */
  forget(clone: CachedSource): Promise<number | null>
}

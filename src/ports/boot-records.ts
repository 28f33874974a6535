import type { BootRecord } from '../domain/model/boot.ts'

/**
 * How this host's boots went. `keep` returns once it is on disk; the oldest go, so that it does not grow for ever. Several processes may keep at once: where
 * systemd starts the units, each is a boot of its own. What cannot be read is passed over: nothing but predictions hangs on it.
 *
 * Errors: `refused` (this user may not write there), `unexpected` (the disk is full).
 */
export interface BootRecords {
  keep(boot: BootRecord): Promise<void>
  /** Oldest first. */
  last(count: number): Promise<BootRecord[]>
}

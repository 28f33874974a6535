import type { App } from '../domain/model/app.ts'

/**
 * Saves folders of an app's volumes and brings them back. Hooks are not its business: the workflow runs them around these calls.
 *
 * Order: `save`, then `entries` and `restore` any number of times, `discard` at the end. What `save` returned is not believed
 * until `entries` showed what is in it (trap 20).
 * `restore` makes each saved path exactly what it was: what came later is gone (trap 17). What lies outside the saved paths is not touched.
 * Errors: `not-found`, `refused`, `unreachable`, `timeout`, `unexpected`.
 */
export interface Backups {
  /** For the report: `restic 0.14.0`, `folder copy`. */
  says(): Promise<string>
  save(app: App, sources: BackupSource[], signal: AbortSignal): Promise<Artefact>
  /** Every file and folder in the artefact with its size: read back from the artefact itself. */
  entries(app: App, artefact: Artefact, signal: AbortSignal): Promise<BackupEntry[]>
  restore(app: App, artefact: Artefact, sources: BackupSource[], signal: AbortSignal): Promise<void>
  /** Removes artefact and repository. Safe to repeat. */
  discard(app: App): Promise<void>
}

export interface BackupSource {
  /** Compose key. */
  volume: string
  /** Relative to the volume's root; `.` for all of it. */
  path: string
}

export interface Artefact {
  id: string
  /** Bytes stored, as the backup program counts them. */
  bytes: number
}

export interface BackupEntry {
  volume: string
  /** Relative to the volume's root. */
  path: string
  kind: 'file' | 'folder' | 'link' | 'other'
  bytes: number
}

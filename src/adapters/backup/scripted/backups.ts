import type { Artefact, BackupEntry, Backups } from '../../../ports/backup.ts'

/** Backups in the scripted world. `call` reaches it; the wiring hands in the engine's own. */
export function scriptedBackups({ call }: { call<T>(method: string, args: unknown, signal?: AbortSignal): Promise<T> }): Backups {
  return {
    says: async () => 'a copy in the scripted world',
    save: (app, sources, signal) => call<Artefact>('save', { app, sources }, signal),
    entries: (app, artefact, signal) => call<BackupEntry[]>('entries', { app, artefact }, signal),
    restore: (app, artefact, sources, signal) => call<void>('restore', { app, artefact, sources }, signal),
    discard: (app) => call<void>('discard', { app }),
  }
}

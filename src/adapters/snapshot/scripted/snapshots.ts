import type { Restored, Snapshot, SnapshotDocument, Snapshots, Space } from '../../../ports/snapshots.ts'
import { isPortError } from '../../../ports/port-error.ts'
import { SnapshotError } from '../../../ports/snapshots.ts'

/** Snapshots in the scripted world: they outlive our process, as a disk would. `call` reaches it; the wiring hands in the engine's own. */
export function scriptedSnapshots({ call }: { call<T>(method: string, args: unknown, signal?: AbortSignal): Promise<T> }): Snapshots {
  /** The world says `conflict` for a snapshot that is damaged and `limited` for a full disk: it knows no reasons. */
  const ask = async <T>(method: string, args: unknown, signal?: AbortSignal): Promise<T> => {
    try {
      return await call<T>(method, args, signal)
    } catch (error) {
      if (isPortError(error, 'conflict')) throw new SnapshotError('damaged', error.message, { cause: error, says: error.says })
      if (isPortError(error, 'limited')) throw new SnapshotError('no-space', error.message, { cause: error, says: error.says })
      throw error
    }
  }
  return {
    space: (app, folders, signal) => ask<Space>('snapshotSpace', { app, folders }, signal),
    async take(app, { folders, documents, assertQuiet, keep = [], signal }) {
      await assertQuiet()
      const plain = documents.map(({ name, mode, bytes }) => ({ name, mode, bytes: Buffer.from(bytes).toString('base64') }))
      const taken = await ask<Snapshot>('snapshotTake', { app, folders, documents: plain, keep }, signal)
      await assertQuiet()
      return taken
    },
    verify: (app, id, signal) => ask<Snapshot>('snapshotVerify', { app, id }, signal),
    list: (app) => ask<Snapshot[]>('snapshotList', { app }),
    async documents(app, id) {
      const plain = await ask<Array<Omit<SnapshotDocument, 'bytes'> & { bytes: string }>>('snapshotDocuments', { app, id })
      return plain.map(({ bytes, ...rest }) => ({ ...rest, bytes: Buffer.from(bytes, 'base64') }))
    },
    async restore(app, id, { folders, assertQuiet, signal }) {
      await assertQuiet()
      const restored = await ask<Restored>('snapshotRestore', { app, id, folders }, signal)
      await assertQuiet()
      return restored
    },
    differences: (app, id, { folders, signal }) => ask<string[]>('snapshotDifferences', { app, id, folders }, signal),
    drop: (app, id) => ask<void>('snapshotDrop', { app, ...(id === undefined ? {} : { id }) }),
    sweep: async () => {},
  }
}

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { folderSnapshots } from '../../../src/adapters/snapshot/folder/snapshots.ts'
import { snapshotContract } from './suite.ts'

snapshotContract('folder', async () => {
  const root = mkdtempSync(join(tmpdir(), 'snapshot-folder-'))
  return {
    snapshots: folderSnapshots({ root, clock: systemClock() }),
    storedFiles: (app, id) => {
      const folder = join(root, app, 'snapshot', id)
      return (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name !== 'seen.json').map((name) => join(folder, name)).filter((path) => statSync(path).isFile())
    },
    close: async () => rmSync(root, { recursive: true, force: true }),
  }
})

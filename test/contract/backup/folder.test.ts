import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folderBackups } from '../../../src/adapters/backup/folder/backups.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { backupContract } from './suite.ts'

backupContract('folder', async () => {
  const root = mkdtempSync(join(tmpdir(), 'backup-folder-'))
  const app = { domain: 'note-123456.example.org', stack: 'note-123456_example_org', run: 'note-123456' }
  const volume = (name: string) => join(root, 'volumes', name)
  return {
    backups: folderBackups({ folder: ({ run }) => join(root, 'backups', run), volumeFolder: (_, name) => volume(name), clock: systemClock() }),
    app,
    volume,
    storedFiles: ({ id }) => {
      const folder = join(root, 'backups', app.run, id)
      return readdirSync(folder)
        .map((name) => join(folder, name))
        .sort((a, b) => statSync(b).size - statSync(a).size)
    },
    close: async () => rmSync(root, { recursive: true, force: true }),
  }
})

import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { folderBackups } from '../../../src/adapters/backup/folder/backups.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { isPortError } from '../../../src/ports/port-error.ts'
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

test('what may not be read is refused by name, and leaves no half backup', async () => {
  const root = mkdtempSync(join(tmpdir(), 'backup-unreadable-'))
  const data = join(root, 'data')
  mkdirSync(data)
  mkdirSync(join(root, 'backups'))
  writeFileSync(join(data, 'open'), 'x')
  writeFileSync(join(data, 'secret'), 'x', { mode: 0o000 })
  for (const folder of [root, data, join(root, 'backups')]) chmodSync(folder, 0o777)
  const backups = folderBackups({ folder: () => join(root, 'backups'), volumeFolder: () => data, clock: systemClock() })
  const app = { domain: 'a.example.org', stack: 'a_example_org', run: 'a-123456' }
  const isRoot = process.getuid?.() === 0
  if (isRoot) process.seteuid?.(65534)
  try {
    await assert.rejects(backups.save(app, [{ volume: 'data', path: '.' }], AbortSignal.timeout(10_000)), (error) => isPortError(error, 'refused') && /secret/.test(error.message))
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
  assert.deepEqual(readdirSync(join(root, 'backups')), [])
  rmSync(root, { recursive: true })
})

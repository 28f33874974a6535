import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { resticBackups } from '../../../src/adapters/backup/restic/backups.ts'
import { rigUp } from '../../rig/index.ts'
import { jobHere } from './job-here.ts'
import { backupContract } from './suite.ts'

/**
 * The real restic of this machine, in a folder instead of a container. CCCI_RESTIC may name further ones, separated by colons,
 * so that several versions can be tried.
 */
const PATH = process.env.PATH ?? ''
const whereIsRestic = () => spawnSync('sh', ['-c', 'command -v restic'], { encoding: 'utf8' }).stdout.trim()
if (whereIsRestic() === '') await rigUp(['packages'])
const found = whereIsRestic()

for (const restic of [found, ...(process.env.CCCI_RESTIC?.split(':') ?? [])]) {
  const says = spawnSync(restic, ['version'], { encoding: 'utf8' }).stdout.split(' ').slice(0, 2).join(' ')
  backupContract(says, async () => {
    const root = mkdtempSync(join(tmpdir(), 'backup-restic-'))
    const volume = (name: string) => join(root, 'volumes', name)
    return {
      backups: resticBackups({ runJob: jobHere({ root, volume, path: `${dirname(restic)}:${PATH}` }), image: 'not used', root }),
      app: { domain: 'note-123456.example.org', stack: 'note-123456_example_org', run: 'note-123456' },
      volume,
      // Each backup is a repository; the largest file of the newest one.
      storedFiles: () => {
        const newest = readdirSync(join(root, 'scratch'))
          .filter((name) => name.startsWith('repository-'))
          .map((name) => join(root, 'scratch', name))
          .sort((a, b) => statSync(b).birthtimeMs - statSync(a).birthtimeMs)[0]!
        return readdirSync(join(newest, 'data'), { recursive: true, encoding: 'utf8' })
          .map((path) => join(newest, 'data', path))
          .filter((path) => statSync(path).isFile())
          .sort((a, b) => statSync(b).size - statSync(a).size)
      },
      close: async () => rmSync(root, { recursive: true, force: true }),
    }
  })
}

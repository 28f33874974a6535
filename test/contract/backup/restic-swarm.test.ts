// time limit: 400 s, because every call is a container and most of them open a restic repository
import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { resticBackups } from '../../../src/adapters/backup/restic/backups.ts'
import { shell, sleeper, swarm, up } from '../engine-swarm/support.ts'
import { backupContract } from './suite.ts'

/**
 * The real thing: restic in a container beside an app that runs on the rig's Swarm. What depends on the engine is tried here, the rest with the
 * same restic as a plain process in `restic.test.ts`; with CCCI_LONG=1 everything is.
 */
const only = process.env.CCCI_LONG === '1' ? /./ : /T17|T20|two volumes|lies outside/
backupContract('restic on a Swarm', async () => {
  const ends: Array<() => unknown> = []
  const given = await swarm({ after: (end: () => unknown) => ends.push(end) } as unknown as TestContext)
  const { engine, app } = given
  const mounts = ['data', 'db-data'].map((source) => ({ type: 'volume' as const, source, target: `/${source}` }))
  await up(given, given.request({ services: { app: shell(sleeper, { volumes: mounts }) }, volumes: { data: {}, 'db-data': {} } }))
  const volumes = dirname(dirname(await given.docker('volume', 'inspect', '--format', '{{.Mountpoint}}', `${app.stack}_data`)))
  const folderOf = (volume: string) => join(volumes, `${app.stack}_${volume}`, '_data')
  return {
    backups: resticBackups({ runJob: (of, job) => engine.runJob(of, job), image: 'restic/restic:0.14.0' }),
    app,
    volume: folderOf,
    // Each backup is a repository; the largest file of the newest one.
    storedFiles: () => {
      const scratch = folderOf('ccci-restic')
      const newest = readdirSync(scratch)
        .filter((name) => name.startsWith('repository-'))
        .map((name) => join(scratch, name))
        .sort((a, b) => statSync(b).birthtimeMs - statSync(a).birthtimeMs)[0]!
      return readdirSync(join(newest, 'data'), { recursive: true, encoding: 'utf8' })
        .map((path) => join(newest, 'data', path))
        .filter((path) => statSync(path).isFile())
        .sort((a, b) => statSync(b).size - statSync(a).size)
    },
    close: async () => {
      for (const end of ends) await end()
    },
  }
}, { only })

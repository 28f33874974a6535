import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBackupLabels } from './backup-labels.ts'
import { composed } from './samples.ts'

const volumes = '\nvolumes: { data: , db-data: , cache: }\n'
const service = (labels: string[], more = 'volumes: [data:/data, cache:/cache]') => `services:
  app:
    image: a:1
    ${more}
    deploy:
      labels:
${labels.map((label) => `        - "${label}"`).join('\n')}
${volumes}`

const said = (text: string) => readBackupLabels(composed(text)).problems.map((problem) => `${problem.line}:${problem.column} ${problem.rule} ${problem.message} ${problem.mend}`)

test('version 2: hooks, a path in a volume, a volume left out', () => {
  const { backup, problems } = readBackupLabels(
    composed(service(['backupbot.backup=${ENABLE_BACKUPS:-true}', 'backupbot.backup.pre-hook=/dump.sh backup', 'backupbot.backup.post-hook=rm /data/dump', 'backupbot.backup.volumes.data.path=/dump/all.sql', 'backupbot.backup.volumes.cache=false', 'backupbot.restore.pre-hook=true', 'backupbot.restore.post-hook=/dump.sh restore'])),
  )
  assert.deepEqual(problems, [])
  assert.deepEqual(backup, [
    {
      service: 'app',
      enabled: true,
      preHook: '/dump.sh backup',
      postHook: 'rm /data/dump',
      restorePreHook: 'true',
      restorePostHook: '/dump.sh restore',
      paths: [],
      volumes: { data: 'dump/all.sql', cache: false },
      place: { file: 'compose.yml', line: 7, column: 11 },
    },
  ])
})

test('version 1: absolute paths, and the old label for restore', () => {
  const { backup, problems } = readBackupLabels(composed(service(['backupbot.backup=true', 'backupbot.backup.path=/data/dump, /cache', 'backupbot.restore=true'])))
  assert.deepEqual(problems, [])
  assert.deepEqual(backup.map(({ enabled, paths, volumes }) => ({ enabled, paths, volumes })), [{ enabled: true, paths: ['/data/dump', '/cache'], volumes: {} }])
})

test('opted out, and nothing said at all', () => {
  assert.equal(readBackupLabels(composed(service(['backupbot.backup=false']))).backup[0]!.enabled, false)
  assert.deepEqual(readBackupLabels(composed(service(['a=b']))), { backup: [], problems: [] })
})

test('each mistake is named', () => {
  assert.deepEqual(said('services:\n  app:\n    image: a:1\n    labels:\n      backupbot.backup: "true"\n'), [
    '5:25 backup/labels-not-deployed `backupbot.backup` stands under `labels`, where backup-bot does not look: it does nothing. Move it under `deploy.labels`.',
  ])
  assert.deepEqual(said(service(['backupbot.backup=yes', 'backupbot.backup.command=dump', 'backupbot.backup.prehook=x'])), [
    '7:11 backup/value `backupbot.backup` is `yes`; backup-bot only knows `true` and `false`. Write `true`.',
    '8:11 backup/unknown-label backup-bot knows no label `backupbot.backup.command`: it does nothing. Known are backupbot.backup, backupbot.backup.pre-hook, backupbot.backup.post-hook, backupbot.backup.path, backupbot.restore, backupbot.restore.pre-hook, backupbot.restore.post-hook and backupbot.backup.volumes.<volume>.',
    '9:11 backup/unknown-label backup-bot knows no label `backupbot.backup.prehook`: it does nothing. Write `backupbot.backup.pre-hook`.',
  ])
  assert.deepEqual(said(service(['backupbot.backup=true', 'backupbot.backup.path=/tmp/dump.sql,data'])), [
    '8:11 backup/path The backup path `/tmp/dump.sql` of `app` lies on no volume: it is gone with the container, and the backup does not see it. Write it below /data or /cache, or use `backupbot.backup.volumes.<volume>.path`.',
    '8:11 backup/path The backup path `data` of `app` is not absolute. Begin it with `/`.',
  ])
  assert.deepEqual(said(service(['backupbot.backup=true', 'backupbot.backup.volumes.dta.path=x', 'backupbot.backup.volumes.data.path=../x', 'backupbot.backup.volumes.cache=no'])), [
    '8:11 backup/unknown-volume The service `app` mounts no volume `dta`. Write `data`.',
    '9:11 backup/path The path `../x` leaves the volume `data`. Write a path below the root of the volume.',
    '10:11 backup/value `backupbot.backup.volumes.cache` is `no`; backup-bot only knows `true` and `false`. Write `false` to leave the volume out.',
  ])
  assert.deepEqual(said(service(['backupbot.backup.pre-hook=x'])), ['7:11 backup/not-enabled The service `app` has labels of backup-bot and is not opted in: nothing is backed up. Add `backupbot.backup=true` under `deploy.labels`.'])
  assert.deepEqual(said(service(['backupbot.backup=true'], 'read_only: true')), [
    '7:11 backup/nothing The service `app` asks for a backup and has no volume: nothing is backed up. Put the labels on the service that mounts the data.',
  ])
})

// time limit: 600 s, because a real backup app is installed and upgraded on a Swarm of its own, and backs up and restores another app there
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { parse, stringify } from 'yaml'
import { stackNameOf } from '../../src/domain/model/app.ts'
import { fileSecretStore } from '../../src/adapters/secret-store/files/store.ts'
import { run, until } from '../rig/command.ts'
import { scanText } from '../support/secret-scan.ts'
import { openPlatformHost, type PlatformHost } from './platform-host.ts'

/** A host's backups: the app of `platform/backup`, kept current by cc-ci, and another app whose data is saved and comes back. */

const [OLD, NEW] = ['1.0.0+0.14.0', '1.1.0+0.14.0'] as const
const DOMAIN = 'backup.ci.test'
const STACK = stackNameOf(DOMAIN)
const OTHER = 'diary_ci_test'

// Each story begins where the one before it ended, as on a host.
let stage: PlatformHost

describe('platform/backup', () => {
  before(async () => {
    stage = await openPlatformHost({ name: 'backup', domain: DOMAIN, parts: ['registry', 'engine', 'swarm', 'settings', 'traefik', 'image:node', 'image:busybox', 'image:restic'] })
    writeFileSync(stage.settingsFile, settingsText())
    writeFileSync(stage.within('diary.yml'), DIARY)
    await stage.host.docker('stack', 'deploy', '--compose-file', stage.within('diary.yml'), OTHER)
    await until('the diary to run', 60_000, async () => ((await containerOf(`${OTHER}_app`)) ? true : undefined))
  })
  after(async () => await stage?.[Symbol.asyncDispose]())

  test('is installed, with a password of its own that nobody has to think up', async () => {
    await stage.publish(OLD)
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood.version], [0, 'install: committed', OLD], err)
  })

  test('backs up what the labels ask for, and brings it back: what came later is gone', async () => {
    await diary('printf "dear diary" > /data/pages/one; echo once > "/data/pages/an odd  name"; mkdir -p /data/pages/deep/er; echo below > /data/pages/deep/er/two; echo junk > /data/cache/thumbnail')
    const created = await backup('create')
    assert.equal(created.code, 0, created.out)
    assert.match(created.out, /diary_ci_test: backed up\nbackup finished/)
    await diary('echo torn > /data/pages/one; rm "/data/pages/an odd  name"; echo later > "/data/pages/came later"; mkdir /data/pages/deep/new; echo later > /data/pages/deep/new/one; rm /data/pages/deep/er/two; echo kept > /data/cache/thumbnail')
    const restored = await backup('restore', 'diary.ci.test')
    assert.equal(restored.code, 0, restored.out)
    // The dump is what the hook made of the page, before the snapshot; the cache is in none.
    assert.equal(await diary('cd /data; cat pages/one; echo; cat "pages/an odd  name" pages/deep/er/two pages/dump cache/thumbnail restored; ls pages pages/deep'), 'dear diary\nonce\nbelow\ndear diary\nkept\nyes\npages:\nan odd  name\ndeep\ndump\none\n\npages/deep:\ner')
  })

  test('an app whose hook fails gets no snapshot, is named, and the others get theirs', async () => {
    writeFileSync(stage.within('broken.yml'), DIARY.replaceAll('pre-hook=', 'pre-hook=echo no room; exit 7; '))
    await stage.host.docker('stack', 'deploy', '--compose-file', stage.within('broken.yml'), 'broken_ci_test')
    await until('the broken app to run', 60_000, async () => ((await containerOf('broken_ci_test_app')) ? true : undefined))
    const { code, out } = await backup('create')
    assert.equal(code, 1, out)
    assert.match(out, /broken_ci_test: NOT backed up: .*ended with 7: no room/)
    assert.match(out, /diary_ci_test: backed up/)
    const [other] = /^[0-9a-f]{8}/m.exec((await backup('list', 'diary_ci_test')).out)!
    const wrong = await backup('restore', 'broken_ci_test', other)
    // Its service alone: a network is refused while Swarm still counts a task of it.
    await stage.host.docker('service', 'rm', 'broken_ci_test_app')
    assert.deepEqual([wrong.code, wrong.out.trim()], [1, `there is no snapshot ${other} of broken_ci_test`])
    assert.doesNotMatch((await backup('list', 'broken_ci_test')).out, /broken_ci_test/)
    assert.equal((await backup('list', 'diary_ci_test')).out.match(/diary_ci_test/g)?.length, 1)
  })

  test('is upgraded behind its gate: what was saved before is there, and reads back as it was written', async () => {
    await stage.publish(OLD, NEW)
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood.version], [0, 'upgrade: committed', NEW], err)
    assert.equal((await backup('list', 'diary_ci_test')).out.match(/diary_ci_test/g)?.length, 1)
    const checked = await backup('check')
    assert.equal(checked.code, 0, checked.out)
  })

  test('leaves no container behind, and its password nowhere that others see', async () => {
    assert.equal(await stage.host.docker('ps', '--all', '--quiet', '--filter', `label=coop-cloud.backup=${STACK}`), '')
    const password = (await fileSecretStore({ stateFolder: stage.within('state') }).get('backup', `${STACK}_restic_password_v1`)) ?? ''
    assert.ok(password.length >= 40)
    const seen = await stage.host.docker('inspect', await stage.containers())
    assert.deepEqual(scanText('what the engine shows of the container', seen, [password]), [])
  })
})

/** The container of a service, once it runs. */
async function containerOf(service: string): Promise<string> {
  return (await stage.host.docker('ps', '--quiet', '--filter', `label=com.docker.swarm.service.name=${service}`)).split('\n')[0]!
}

async function diary(script: string): Promise<string> {
  return await stage.host.docker('exec', await containerOf(`${OTHER}_app`), 'sh', '-ec', script)
}

async function backup(...words: string[]): Promise<{ code: number; out: string }> {
  const { code, stdout, stderr } = await run('docker', ['exec', await containerOf(`${STACK}_app`), 'backup', ...words], { env: { PATH: process.env.PATH, ...stage.host.env }, mayExit: [1, 2] })
  return { code: code ?? -1, out: `${stdout}${stderr}`.replaceAll('\r', '') }
}

function settingsText(): string {
  return stringify({
    ...(parse(readFileSync(stage.own.settings, 'utf8')) as object),
    allow: { backup: [`host-bind:${stage.own.socket}`] },
    platform: {
      backup: {
        recipe: `file://${stage.repository}`,
        domain: DOMAIN,
        stateless: true,
        env: { LETS_ENCRYPT_ENV: '', DOCKER_SOCKET: stage.own.socket },
        gate: { path: '/healthz', status: [200], contains: '"restic": "{{version}}"', passes: 3, dwell: '10s' },
        limits: { deploy: '2m', rollback: '2m', start: '6m' },
      },
    },
  })
}

const DIARY = `version: "3.8"
services:
  app:
    image: busybox:1.35
    command: [sh, -c, "mkdir -p /data/pages /data/cache && exec sleep 3600"]
    volumes: [pages:/data/pages, cache:/data/cache]
    deploy:
      endpoint_mode: dnsrr
      labels:
        - "backupbot.backup=true"
        - "backupbot.backup.volumes.cache=false"
        - "backupbot.backup.pre-hook=cp /data/pages/one /data/pages/dump && echo >> /data/pages/dump"
        - "backupbot.restore.post-hook=echo yes > /data/restored"
volumes: { pages: {}, cache: {} }
`

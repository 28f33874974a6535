// time limit: 600 s, because an engine of its own is brought up and runs are made on it
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Finding } from '../../src/domain/plan/doctor/finding.ts'
import type { RunResults } from '../../src/domain/model/run.ts'
import type { Pruned } from '../../src/workflows/prune/prune.ts'
import { openOwnHost, type OwnHost } from '../rig/own-host.ts'
import { checkout, start, type Started, temporaryFolder } from '../support/cli.ts'

/** Tidying up on a real engine, and a doctor who looks at it; nobody else's images are at stake there. */
const recipe = join(checkout, 'fixtures', 'recipes', 'notes')
const folder = temporaryFolder('prune')
const state = join(folder.path, 'state')
let host: OwnHost

before(async () => {
  host = await openOwnHost()
  // Next to nothing may stay, and clones of this test alone are at stake.
  writeFileSync(join(folder.path, 'settings.yml'), `${readFileSync(host.env.CCCI_SETTINGS!, 'utf8').replace(/\n?$/, '\n')}prune: { images: 1KB }\n`)
})
after(async () => {
  await host?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

function command(...args: string[]): Started {
  return start([...args, '--json', '--state', state, '--settings', join(folder.path, 'settings.yml')], { env: { ...host.env, CCCI_CACHE: join(folder.path, 'cache') }, through: host.inside })
}

async function answer<T>(...args: string[]): Promise<{ code: number | null; json: T }> {
  const { code, out, err } = await command(...args).ended
  assert.notEqual(out, '', err)
  return { code, json: JSON.parse(out) as T }
}

const run = async () => (await answer<RunResults>('run', recipe, '--engine', 'swarm', '--tier', 'install')).json
/** But for those in which our own programs run: they stay. */
const imagesOf = async () => (await host.docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}')).split('\n').filter((name) => name !== '' && !/^(node|restic\/restic):/.test(name)).toSorted()

test("T24: prune takes what runs fetched; the volume of an app that is down, somebody's image and what the proxy runs stay, and the next run fetches again", async () => {
  await host.docker('pull', '--quiet', 'busybox:1.35')
  await host.docker('run', '--rm', '--volume', 'idle:/data', 'busybox:1.35', 'sh', '-c', 'echo kept > /data/note')
  const before = await imagesOf()
  const first = await run()
  assert.deepEqual([first.verdict, first.images.map(({ fetched }) => fetched)], ['pass', first.images.map(() => true)], JSON.stringify(first.summary))
  assert.notDeepEqual(await imagesOf(), before)

  const { code, json: pruned } = await answer<Pruned>('prune')
  assert.ok(pruned.is === 'done')
  assert.deepEqual([code, pruned.record.images.removed, pruned.record.troubles], [0, first.images.length, []], JSON.stringify(pruned))
  assert.deepEqual(await imagesOf(), before)
  assert.equal(await host.docker('run', '--rm', '--volume', 'idle:/data', 'busybox:1.35', 'cat', '/data/note'), 'kept')

  const second = await run()
  assert.deepEqual([second.verdict, second.images.map(({ fetched }) => fetched)], ['pass', second.images.map(() => true)])
})

test('the doctor looks at this engine: its versions, where its images come from, the certificate; what a dead run left is mended by --fix', async () => {
  const under = command('run', recipe, '--engine', 'swarm')
  await under.says('see that it stays up')
  under.kill('SIGKILL')
  await under.ended
  const { code, json: sick } = await answer<Finding[]>('doctor')
  const state = (about: string, findings = sick) => findings.find((one) => one.about === about)?.state
  assert.deepEqual([code, state('runs'), state('Docker engine'), state('Docker client'), state('image pulls'), state('certificate')], [3, 'trouble', 'good', 'good', 'good', 'good'], JSON.stringify(sick, null, 2))

  const { json: mended } = await answer<{ did: string[]; findings: Finding[] }>('doctor', '--fix')
  assert.ok(mended.did.includes('tore down what 1 dead run left'), mended.did.join('\n'))
  assert.equal(state('runs', mended.findings), undefined)
  const again = await answer<{ did: string[] }>('doctor', '--fix')
  assert.deepEqual(again.json.did.filter((line) => line.startsWith('tore down')), [])
})

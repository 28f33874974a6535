// time limit: 900 s, because it makes whole runs on a Swarm of its own, of which parts are stopped
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { RunResults } from '../../src/domain/model/run.ts'
import { openOwnHost, type OwnHost } from '../rig/own-host.ts'
import { checkout, cli, start, type Started, temporaryFolder } from '../support/cli.ts'
import { smallDisk } from '../support/small-disk.ts'
import { openGround } from '../torture/ground.ts'

/** A part of the host fails in the middle of a run: never the recipe's fault, torn down, nothing left, and a sentence that names what it was. */

const recipe = join(checkout, 'fixtures', 'recipes', 'notes')
/** The same at more moments of a run. */
const long = process.env.CCCI_LONG === '1'

let opened: Promise<OwnHost> | undefined
const ownHost = () => (opened ??= openOwnHost())
after(async () => await (await opened)?.[Symbol.asyncDispose]())

describe('a host that fails in mid-run', () => {
  test('the registry is stopped before the upgrade pulls (T34)', async () => {
    const host = await ownHost()
    const { results } = await runInto(host, 'see that it stays up', () => host.rig('down', 'registry'))
    await host.rig('up', 'registry')
    assertHostTrouble(results, 'upgrade', /registry|cannot be reached/i)
  })

  test('the proxy is stopped while the app starts (T4)', async () => {
    const host = await ownHost()
    const { results } = await runInto(host, 'deploy 1.1.0', async () => void (await host.docker('service', 'scale', '--detach', 'rig-traefik_app=0')))
    await host.docker('service', 'scale', '--detach', 'rig-traefik_app=1')
    await host.rig('up', 'traefik')
    assertHostTrouble(results, 'install', /proxy does not listen at 127\.0\.0\.1:18443/)
  })

  for (const at of ['install: see that it stays up', ...(long ? ['upgrade: wait until it is ready', 'backup: open the backup', 'restore: restore', 'custom: check'] : [])]) {
    test(`the engine is restarted during "${at}" (T30)`, async () => {
      const host = await ownHost()
      const [tier, step] = at.split(': ') as [string, string]
      const { results } = await runInto(host, new RegExp(`${tier}, at most[\\s\\S]*  ${step}`), async () => {
        await host.rig('down', 'engine')
        await host.rig('up', 'engine')
      })
      await host.rig('up', 'traefik')
      assertHostTrouble(results, tier, /engine/)
    })
  }

  test('the repository of the backup has no room left (T39)', async () => {
    const host = await ownHost()
    const { results } = await runInto(host, 'upgrade, at most', async (_run, state) => {
      const { app } = await onlyRun(state)
      const { stack } = app
      const labels = (await host.docker('volume', 'ls', '--filter', `label=com.docker.stack.namespace=${stack}`, '--format', '{{.Name}}')).split('\n')
      const [like] = JSON.parse(await host.docker('volume', 'inspect', labels[0]!)) as [{ Labels: Record<string, string> }]
      const ours = Object.entries(like.Labels).filter(([name]) => name.startsWith('cc-ci.'))
      const named = [...ours, ['cc-ci.stack', stack]].flatMap(([name, value]) => ['--label', `${name}=${value}`])
      await host.docker('volume', 'create', '--opt', 'type=tmpfs', '--opt', 'device=tmpfs', '--opt', 'o=size=16k', ...named, `${stack}_ccci-restic`)
    })
    assertHostTrouble(results, 'backup', /disk is full|no space left/i)
  })

  test('the disk of the state folder is full (T39)', async () => {
    const host = await ownHost()
    using folder = temporaryFolder('full')
    await using disk = await smallDisk(folder.path, '12M')
    const { results, state } = await runInto(host, 'see that it stays up', () => disk.fill(), disk.path)
    assertHostTrouble(results, 'upgrade', /disk is full/)
    await disk.makeRoom()
    const cleaned = await cli(['runs', 'clean', '--json', '--state', state], { env: host.env })
    assert.equal(cleaned.code, 0, cleaned.err)
    const listed = JSON.parse((await cli(['runs', 'list', '--json', '--state', state], { env: host.env })).out) as Array<{ state: string; gone: boolean }>
    assert.deepEqual(listed.map((run) => [run.state === 'running', run.gone]), [[false, true]])
  })
})

if (long) {
  test('the engine has no room left for the containers of the upgrade (T39)', async () => {
    using folder = temporaryFolder('engine-disk')
    await using disk = await smallDisk(folder.path, '3G')
    await using host = await openOwnHost({ engineData: disk.path })
    // Its images come with this one, so that it is not the registry's answer that fails.
    const first = await cli(['run', recipe, '--engine', 'swarm', '--state', join(folder.path, 'state')], { env: host.env, through: host.inside })
    assert.equal(first.code, 0, first.err)
    const { results } = await runInto(host, 'see that it stays up', () => disk.fill())
    assertHostTrouble(results, 'upgrade', /disk is full|no space left/i)
    await disk.makeRoom()
  })
}

test('the clock of the host is set back in mid-run: host trouble, though every tier looks well (T6)', async () => {
  // The real one is everybody's; this run alone sees another time of day.
  await using ground = await openGround('scripted')
  const env = { ...ground.env, NODE_OPTIONS: `--import=${join(checkout, 'test', 'support', 'settable-time.ts')}` }
  const run = start(['run', ground.recipe, '--engine', 'scripted', '--json', '--base', 'none', '--state', ground.state], { env })
  await run.says('see that it stays up')
  run.kill('SIGUSR2')
  const ended = await run.ended
  assert.equal(ended.code, 3, ended.err)
  assertHostTrouble(JSON.parse(ended.out) as RunResults, 'install', /clock of this host jumped by −3600 s/)
  assert.deepEqual(await ground.onEngine(), [])
})

/** Starts a run, lets the host fail when the run says that it is at this point, and awaits the run's own end. */
async function runInto(host: OwnHost, at: string | RegExp, fail: (run: Started, state: string) => Promise<unknown>, folder?: string): Promise<{ results: RunResults; state: string }> {
  using own = temporaryFolder('fault')
  const state = join(folder ?? own.path, 'state')
  const before = await host.inventory()
  const run = start(['run', recipe, '--engine', 'swarm', '--json', '--state', state], { env: host.env, through: host.inside })
  await run.says(at)
  await fail(run, state)
  const ended = await run.ended
  assert.equal(ended.code, 3, ended.err)
  assert.doesNotMatch(ended.err, /mistake in cc-ci/)
  assert.deepEqual(await host.inventory(), before)
  return { results: JSON.parse(ended.out) as RunResults, state }
}

function assertHostTrouble(results: RunResults, tier: string, says: RegExp): void {
  const red = results.tiers.find(({ verdict }) => verdict !== 'pass')
  assert.deepEqual([results.verdict, results.blame, red?.name], ['infra', 'host', tier], red?.reason)
  assert.match(red?.reason ?? '', says)
  assert.match(`${results.summary.what} ${results.summary.why}`, says)
  assert.deepEqual(results.teardown.leftovers, [])
}

async function onlyRun(state: string): Promise<{ app: { stack: string } }> {
  const [id] = await readdir(join(state, 'runs'))
  return JSON.parse(await readFile(join(state, 'runs', id!, 'run.json'), 'utf8')) as { app: { stack: string } }
}

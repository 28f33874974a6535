// time limit: 1200 s, because it makes ten whole runs on a Swarm
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import assert from 'node:assert/strict'
import { listsOfEngine } from '../rig/engine-lists.ts'
import { rigEnv } from '../rig/index.ts'
import { checkout, runJson, temporaryFolder } from '../support/cli.ts'
import { rigForCli } from '../support/rig.ts'
import { testInterruptions } from './interrupted.ts'

/** Everything on the rig's engine that a run could have made, whoever made it. */
async function inventory(): Promise<string[]> {
  const env = { ...process.env, ...(await rigForCli()) }
  const docker = (await rigEnv()).clients.v28 ?? 'docker'
  return await listsOfEngine(async (...args) => (await promisify(execFile)(docker, args, { env })).stdout)
}

for (const name of ['notes', 'guestbook']) {
  test(`${name} goes through all five tiers on a real Swarm: pass, one deploy, nothing left`, async () => {
    using folder = temporaryFolder(`swarm-${name}`)
    const env = await rigForCli()
    const { code, results, err } = await runJson([join(checkout, 'fixtures', 'recipes', name), '--engine', 'swarm'], { env, state: folder.path })
    assert.equal(code, 0, `${results.summary.what} ${results.summary.why} ${err}`)
    assert.deepEqual(results.tiers.filter((tier) => tier.name !== 'lint').map((tier) => [tier.name, tier.verdict]), [['install', 'pass'], ['upgrade', 'pass'], ['backup', 'pass'], ['restore', 'pass'], ['custom', 'pass'], ['teardown', 'pass']])
    assert.deepEqual(results.deploys, { expected: 1, seen: 1 })
    assert.deepEqual(results.data.unprobed, [])
    assert.match(results.backup?.how ?? '', /restic/)
    assert.deepEqual(await ofRuns(folder.path), [])
  })
}

/** The same, of the runs of one state folder: other tests may be at work beside. */
async function ofRuns(state: string): Promise<string[]> {
  const runs = await readdir(join(state, 'runs')).catch(() => [])
  return (await inventory()).filter((one) => runs.some((run) => one.includes(run)))
}

testInterruptions('swarm', { env: rigForCli, tiers: ['install', 'upgrade', 'backup', 'restore', 'custom', 'teardown'], atOnce: 3, inventory: ofRuns })

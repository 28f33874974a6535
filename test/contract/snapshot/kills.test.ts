import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, watch, type FSWatcher } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { folderSnapshots } from '../../../src/adapters/snapshot/folder/snapshots.ts'
import { seeded } from '../../support/seeded.ts'
import { readState, stateOf } from './states.ts'
import { never, quiet } from './suite.ts'

/** Kills are drawn from this; a run that went wrong is had again with its seed. */
const SEED = Number(process.env.CCCI_SEED ?? 1)
const KILLS = process.env.CCCI_LONG === '1' ? 400 : 60
/** How long after a step's beginning, or after the first thing it does on the disk, the kill may come, ms: somewhat longer than that takes. */
const WITHIN_MS = { begun: 150, seen: 60 }

const place = mkdtempSync(join(tmpdir(), 'snapshot-kills-'))
const root = join(place, 'platform')
const live = join(place, 'live')
const shelf = join(root, 'app/snapshot')
const folders = [{ name: 'data', path: live }]
const snapshots = folderSnapshots({ root, clock: systemClock() })
after(() => rmSync(place, { recursive: true, force: true }))

test(`T23: killed ${KILLS} times in a take or a restore: what was known-good before is still there and whole, and a restore after it brings it back (seed ${SEED})`, async (t) => {
  const random = seeded(SEED)
  const hits: Record<string, number> = {}
  for (let kill = 0; kill < KILLS; kill++) {
    const { lastStep, promised } = await killedVictim({ seed: SEED * 10_000 + kill, steps: 1 + Math.floor(random() * 2), since: random() < 0.3 ? 'begun' : 'seen', part: random() })
    const left = readdirSync(shelf).some((name) => name.startsWith('.')) ? ', with something left' : ''
    hits[`${lastStep}${left}`] = (hits[`${lastStep}${left}`] ?? 0) + 1

    const known = await snapshots.list('app')
    const what = `kill ${kill} of seed ${SEED}, after "${lastStep}"`
    if (promised !== undefined) assert.ok(known.some(({ id }) => id >= promised), `${what}: ${promised} had been promised, and there is ${known.map(({ id }) => id)}`)
    for (const { id } of known) await snapshots.verify('app', id, never)
    if (known.length === 0) continue
    // The next start goes back: whatever the killed one left in the folder, it becomes what was saved.
    const { id } = known[Math.floor(random() * known.length)]!
    await snapshots.restore('app', id, { folders, compare: random() < 0.5 ? 'bytes' : 'changed', assertQuiet: quiet, signal: never })
    const [state] = await snapshots.documents('app', id)
    const [found, wanted] = [readState(live), stateOf(Number(Buffer.from(state!.bytes)))]
    const wrong = [...new Set([...Object.keys(found), ...Object.keys(wanted)])].filter((name) => found[name] !== wanted[name])
    assert.deepEqual(wrong, [], what)
  }
  await snapshots.sweep()
  assert.deepEqual(readdirSync(shelf).filter((name) => name.startsWith('.')), [])
  assert.ok((await snapshots.list('app')).length > 0)
  t.diagnostic(JSON.stringify(hits))
  for (const step of ['take', 'restore']) assert.ok((hits[step] ?? 0) + (hits[`${step}, with something left`] ?? 0) > 0, `no kill met a ${step}`)
})

/** Runs the victim until it has begun so many steps, or until the last of them shows on the disk; waits a while, and kills it. */
async function killedVictim({ seed, steps, since, part }: { seed: number; steps: number; since: 'begun' | 'seen'; part: number }): Promise<{ lastStep: string; promised: string | undefined }> {
  mkdirSync(shelf, { recursive: true })
  mkdirSync(live, { recursive: true })
  const child = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), root, live, String(seed)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const killSoon = () => setTimeout(() => child.kill('SIGKILL'), part * WITHIN_MS[since])
  let watcher: FSWatcher | undefined
  let begun = 0
  let lastStep = 'start'
  let promised: string | undefined
  for await (const line of createInterface({ input: child.stdout! })) {
    lastStep = line.split(' ')[0]!
    if (lastStep === 'took') promised = line.split(' ')[1]
    if (lastStep !== 'take' && lastStep !== 'restore') continue
    if (++begun !== steps) continue
    if (since === 'begun') killSoon()
    else {
      watcher = watch(lastStep === 'take' ? shelf : live).once('change', killSoon)
      // A restore that finds all as it should be touches nothing.
      setTimeout(() => child.kill('SIGKILL'), 5_000).unref()
    }
  }
  watcher?.close()
  const [code] = await gone
  assert.equal(code, null, 'the victim ended by itself')
  return { lastStep, promised }
}

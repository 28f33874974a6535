/**
 * Takes, verifies and restores snapshots without end, says each step on standard output, and is killed somewhere in it: `ROOT LIVE SEED`.
 * It begins as every start does: with a sweep.
 */
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { folderSnapshots } from '../../../src/adapters/snapshot/folder/snapshots.ts'
import { seeded } from '../../support/seeded.ts'
import { writeState } from './states.ts'

const [root, live, seed] = process.argv.slice(2) as [string, string, string]
const random = seeded(Number(seed))
const snapshots = folderSnapshots({ root, clock: systemClock() })
const folders = [{ name: 'data', path: live }]
const assertQuiet = async () => {}
const signal = new AbortController().signal
const says = (line: string) => void process.stdout.write(`${line}\n`)

await snapshots.sweep()
for (;;) {
  const known = await snapshots.list('app')
  if (known.length === 0 || random() < 0.6) {
    const state = Math.floor(random() * 1e6)
    writeState(live, state)
    says('take')
    const { id } = await snapshots.take('app', { folders, documents: [{ name: 'state', mode: 0o600, bytes: Buffer.from(String(state)) }], assertQuiet, signal })
    says(`took ${id}`)
  } else {
    if (random() < 0.5) writeState(live, Math.floor(random() * 1e6))
    const { id } = known[Math.floor(random() * known.length)]!
    says('restore')
    await snapshots.restore('app', id, { folders, compare: random() < 0.5 ? 'bytes' : 'changed', assertQuiet, signal })
    says(`restored ${id}`)
  }
}

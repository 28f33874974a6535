import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { fileNetworkMoves } from '../../src/adapters/store/files/network-moves.ts'
import { isRecordTrouble } from '../../src/domain/model/journal.ts'
import type { MoveEntry } from '../../src/domain/model/network-move.ts'
import { openPlatformStage } from './platform-stage.ts'
import { openStage } from './scripted-stage.ts'

const of = { id: 'n1', name: 'proxy', driver: 'overlay', scope: 'swarm', attachable: true, internal: false, subnets: ['10.0.1.0/24'], labels: {}, options: {} }
const SAYS = 'the move of network proxy to 10.10.0.0/16 has begun and not ended, and came to: remove the network as it was'

async function write(stateFolder: string, ...entries: MoveEntry[]): Promise<void> {
  const record = await fileNetworkMoves({ stateFolder, clock: systemClock() }).open()
  assert.ok(!isRecordTrouble(record))
  for (const entry of entries) await record.append(entry)
  await record.close()
}

const begin = (state: string) => write(state, { entry: 'begun', move: 'move-1', of, to: '10.10.0.0/16', pid: 1 }, { entry: 'intend', step: 'remove the network as it was' })
const end = (state: string) => write(state, { entry: 'ended', outcome: { is: 'moved', to: '10.10.0.0/16' } })

describe('while a move of the shared network is open', () => {
  test('T23: a run deploys nothing, and says that it is not the recipe; afterwards it runs', async () => {
    await using stage = await openStage({ base: {}, head: {} })
    await begin(stage.state)
    const { code, results } = await stage.run(['--base', 'none', '--tier', 'install'])
    assert.deepEqual([code, results.verdict, results.blame, results.deploys.seen], [3, 'infra', 'host', 0])
    assert.ok(results.summary.what.includes(SAYS), results.summary.what)
    assert.equal((await stage.world.counts()).deploy ?? 0, 0)
    await end(stage.state)
    const next = await stage.run(['--base', 'none', '--tier', 'install'])
    assert.equal(next.code, 0, next.results.summary.what)
  })

  test('T23: a reconcile touches nothing, and says what comes first; afterwards it goes through', async () => {
    await using stage = await openPlatformStage({ stateless: true })
    stage.publish('1.0.0+1', { services: { app: {} } })
    await begin(stage.state)
    const { code, told } = await stage.reconcile()
    assert.deepEqual([code, told.result.is], [3, 'unknown'])
    assert.ok(told.result.is === 'unknown' && told.result.why.includes(SAYS), JSON.stringify(told))
    assert.equal(stage.history().lastN, 0)
    await end(stage.state)
    assert.equal((await stage.reconcile()).code, 0)
  })
})

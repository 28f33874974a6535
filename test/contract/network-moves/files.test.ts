import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { fileNetworkMoves } from '../../../src/adapters/store/files/network-moves.ts'
import { isRecordTrouble } from '../../../src/domain/model/journal.ts'
import type { DockerNetwork } from '../../../src/domain/model/network.ts'
import type { MoveRecord } from '../../../src/ports/network-moves.ts'

const of: DockerNetwork = { id: 'n1', name: 'proxy', driver: 'overlay', scope: 'swarm', attachable: true, internal: false, subnets: ['10.0.1.0/24', 'fd00::/64'], labels: { a: 'b' }, options: { encrypted: '' } }
const begun = { entry: 'begun', move: 'move-1', of, to: '10.10.0.0/16', pid: 7 } as const

async function withMoves(work: (given: { folder: string; file: string; open(): Promise<MoveRecord> }) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-moves-'))
  const moves = fileNetworkMoves({ stateFolder: folder, clock: systemClock() })
  try {
    await work({
      folder,
      file: join(folder, 'network', 'journal.jsonl'),
      async open() {
        const record = await moves.open()
        assert.ok(!isRecordTrouble(record), JSON.stringify(record))
        return record
      },
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('where nothing was ever moved the history is empty, and looking makes no file', async () => {
  await withMoves(async ({ folder }) => {
    assert.deepEqual(await fileNetworkMoves({ stateFolder: folder, clock: systemClock() }).read(), { lastN: 0, open: null, moves: [] })
    assert.throws(() => readFileSync(join(folder, 'network', 'journal.jsonl')))
  })
})

test('T23: the next process reads how far a move came, and in which direction it was going', async () => {
  await withMoves(async ({ open }) => {
    const first = await open()
    await first.append(begun)
    await first.append({ entry: 'intend', step: 'see' })
    await first.append({ entry: 'done', step: 'see', found: { routes: ['https://shop.example.org/'] } })
    await first.append({ entry: 'intend', step: 'detach' })
    await first.append({ entry: 'turned', why: 'it does not do', blames: 'host' })
    const { beganAt, ...seen } = first.history.open!
    assert.ok(beganAt > 0)
    await first.close()
    const second = await open()
    assert.deepEqual(second.history.open, { beganAt, ...seen })
    assert.deepEqual(seen, { id: 'move-1', of, to: '10.10.0.0/16', turned: { why: 'it does not do', blames: 'host' }, intended: ['see', 'detach'], done: { see: { routes: ['https://shop.example.org/'] } }, resumed: 0, deaths: 0, inherited: [], paused: undefined })
    await second.append({ entry: 'resumed', pid: 8 })
    await second.append({ entry: 'ended', outcome: { is: 'went-back', to: of.subnets, why: 'it does not do' } })
    await second.close()
    const third = await open()
    assert.equal(third.history.open, null)
    assert.deepEqual(third.history.moves.map(({ id, from, to, outcome }) => [id, from, to, outcome.is]), [['move-1', of.subnets, '10.10.0.0/16', 'went-back']])
    await assert.rejects(third.append({ entry: 'intend', step: 'see' }), /cannot follow/)
    await third.close()
  })
})

test('T23: a record that was damaged is trouble with a mend, and stays as it is', async () => {
  await withMoves(async ({ folder, file, open }) => {
    const record = await open()
    await record.append(begun)
    await record.close()
    appendFileSync(file, '{"v":1,"n":3,"at":0,"entry":"intend","step":"see"}\n')
    const before = readFileSync(file, 'utf8')
    const moves = fileNetworkMoves({ stateFolder: folder, clock: systemClock() })
    for (const read of [await moves.read(), await moves.open()]) {
      assert.ok(isRecordTrouble(read), JSON.stringify(read))
      assert.deepEqual([read.trouble, read.file], ['unreadable', `${file}:2`])
      assert.match(read.mend, /docker network ls/)
    }
    assert.equal(readFileSync(file, 'utf8'), before)
  })
})

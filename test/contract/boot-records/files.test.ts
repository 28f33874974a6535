import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileBootRecords } from '../../../src/adapters/store/files/boot-records.ts'
import type { BootRecord } from '../../../src/domain/model/boot.ts'
import { isPortError } from '../../../src/ports/port-error.ts'
import { temporaryFolder } from '../../support/cli.ts'

const boot = (beganAt: number): BootRecord => ({ schema: 1, does: 'up', beganAt, endedAt: beganAt + 5, units: [] })

test('what was kept is there, oldest first, whoever kept it', async () => {
  using folder = temporaryFolder('boots')
  const [first, second] = [1, 2].map((pid) => fileBootRecords({ stateFolder: folder.path, pid }))
  assert.deepEqual(await first!.last(5), [])
  await Promise.all([first!.keep(boot(30)), second!.keep(boot(30)), second!.keep(boot(4)), first!.keep(boot(1_795_000_000_000))])
  assert.deepEqual((await second!.last(9)).map(({ beganAt }) => beganAt), [4, 30, 30, 1_795_000_000_000])
  assert.deepEqual((await second!.last(1)).map(({ beganAt }) => beganAt), [1_795_000_000_000])
})

test('the oldest go', async () => {
  using folder = temporaryFolder('boots')
  const records = fileBootRecords({ stateFolder: folder.path, pid: 1 })
  mkdirSync(join(folder.path, 'boot'))
  for (let at = 0; at < 400; at += 1) writeFileSync(join(folder.path, 'boot', `${String(at).padStart(15, '0')}-1.json`), JSON.stringify(boot(at)))
  await records.keep(boot(1_000))
  assert.deepEqual([readdirSync(join(folder.path, 'boot')).length, (await records.last(400))[0]!.beganAt], [400, 1])
})

test('what cannot be read is passed over; where nothing can be written, that is said', async () => {
  using folder = temporaryFolder('boots')
  const records = fileBootRecords({ stateFolder: folder.path, pid: 1 })
  await records.keep(boot(7))
  for (const [name, text] of [['000000000000008-1.json', '{ torn'], ['000000000000009-1.json', '{"schema":2}'], ['notes.txt', 'x']] as const) writeFileSync(join(folder.path, 'boot', name), text)
  assert.deepEqual((await records.last(9)).map(({ beganAt }) => beganAt), [7])
  writeFileSync(join(folder.path, 'file'), '')
  await assert.rejects(fileBootRecords({ stateFolder: join(folder.path, 'file'), pid: 1 }).keep(boot(1)), (error) => isPortError(error) && error.message.includes('how the boot went'))
})

import { systemClock } from '../../../src/adapters/clock/system.ts'
import { fileRunRecords } from '../../../src/adapters/store/files/run-records.ts'
import { greenSample } from '../../support/sample-results.ts'

/** Writes until it is killed, and says which intention is confirmed. Started by files.test.ts. */
const [stateFolder, id] = process.argv.slice(2) as [string, string]
const records = fileRunRecords({ stateFolder, clock: systemClock() })
const record = await records.create(id, { app: { domain: id, stack: id, run: id }, recipe: 'notes', source: 's', engine: 'local', startedAt: 1, pid: process.pid })
for (let index = 0; ; index++) {
  await record.intend({ do: 'make', resource: { kind: 'volume', name: `v${index}` } })
  process.stdout.write(`${index}\n`)
  void record.evidence('log.txt', 'x'.repeat(100_000))
  void record.results(greenSample().results)
}

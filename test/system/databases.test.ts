// time limit: 600 s, because it makes three whole runs on a Swarm
import { join } from 'node:path'
import { describe, test } from 'node:test'
import assert from 'node:assert/strict'
import type { DataProbe } from '../../src/domain/model/run.ts'
import { checkout, runJson, temporaryFolder } from '../support/cli.ts'
import { rigForCli } from '../support/rig.ts'

/** Recipes that say nothing about their data: what is found there, and holds a marker, is found by what it is. */
const RECIPES: Array<{ name: string; keeps: DataProbe[] }> = [
  { name: 'ledger', keeps: [{ service: 'db', kind: 'mariadb', what: 'mariadb in db' }, { service: 'db', kind: 'volume', what: 'db-data' }] },
  { name: 'counter', keeps: [{ service: 'redis', kind: 'redis', what: 'redis in redis' }, { service: 'redis', kind: 'volume', what: 'redis-data' }] },
  { name: 'library', keeps: [{ service: 'app', kind: 'volume', what: 'data' }, { service: '', kind: 'sqlite', what: 'library.db in volume data' }] },
]

describe('databases that nobody declares', { concurrency: 2 }, () => {
  for (const { name, keeps } of RECIPES) {
    test(`${name} keeps its data through upgrade, backup and restore on a real Swarm: level 5, one deploy, nothing left`, async () => {
      using folder = temporaryFolder(`databases-${name}`)
      const { code, results, err } = await runJson([join(checkout, 'fixtures', 'recipes', name), '--engine', 'swarm'], { env: await rigForCli(), state: folder.path })
      assert.equal(code, 0, `${results.summary.what} ${results.summary.why} ${err}`)
      const { verdict, level, data, deploys, teardown } = results
      assert.deepEqual(
        { verdict, level, data, deploys, teardown },
        { verdict: 'pass', level: 5, data: { probed: keeps, unprobed: [] }, deploys: { expected: 1, seen: 1 }, teardown: { verdict: 'pass', leftovers: [] } },
      )
    })
  }
})

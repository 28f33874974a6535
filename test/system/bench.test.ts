import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Row } from '../../bench/row.ts'
import { nodeProcesses } from '../../src/adapters/process/node.ts'
import { checkout } from '../support/cli.ts'
import { rigForCli } from '../support/rig.ts'

async function bench(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const ended = await nodeProcesses(process.env).run({ argv: [process.execPath, join(checkout, 'bench/main.ts'), ...args], cwd: checkout })
  return { code: ended.exitCode, out: ended.stdout, err: ended.stderr }
}

test('a bench puts our figure beside the peer\'s and the goal, once measured, with the machine that it is of', async () => {
  await rigForCli()
  const { code, out, err } = await bench('read', 'deploy', '--times', '1', '--json')
  assert.equal(code, 0, err)
  const { host, rows } = JSON.parse(out) as { host: { engine: string; load: { before: number; after: number } }; rows: Row[] }
  assert.match(host.engine, /^Docker Swarm, engine \d/)
  for (const load of [host.load.before, host.load.after]) assert.equal(typeof load, 'number')
  assert.deepEqual(rows.map(({ work, n }) => [work, n]), [['deploy', 1], ['deploy: ready after the last healthy', 1], ['read 100 recipes', 1]])
  for (const row of rows) {
    for (const figure of [row.ours, row.theirs, row.ratio, row.goal]) assert.ok(typeof figure === 'number' && figure > 0, JSON.stringify(row))
    assert.equal(row.unit, 'ms')
    assert.ok(row.goalFor === 'ratio' || row.goalFor === 'ours')
    assert.equal(row.met, (row.goalFor === 'ratio' ? row.ratio! : row.ours) <= row.goal)
  }
  assert.match(err, /bench: deploy: 1 of 1, theirs/)
})

test('a name that no bench has, and a number that is none, are bad usage; help says what there is', async () => {
  const unknown = await bench('deplyo')
  assert.deepEqual([unknown.code, unknown.out, unknown.err], [2, '', 'bench: there is no bench deplyo; there are deploy, upgrade, crash, remove, redeploy, overhead, read, reconcile, boot-check, boot, waterfall and snapshot\n'])
  const never = await bench('--times', '0')
  assert.deepEqual([never.code, never.err], [2, 'bench: --times takes a whole number from 1 on, not "0"\n'])
  const help = await bench('--help')
  assert.equal(help.code, 0)
  for (const name of ['deploy', 'upgrade', 'crash', 'remove', 'redeploy', 'overhead', 'read', 'waterfall']) assert.ok(help.out.includes(`\n  ${name} `), name)
})

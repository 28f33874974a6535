/** What `cc-ci try` must have left behind, wherever it ran. */
import assert from 'node:assert/strict'
import { globSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { Ended } from './stranger.ts'

/** One record with five green tiers, one deploy, a clean teardown, and a report page whose path was said. */
export function fiveGreenTiers({ state, cwd, said }: { state: string, cwd: string, said: Ended }): void {
  const records = globSync('runs/*/results.json', { cwd: state })
  assert.equal(records.length, 1, `one run in ${state}, not ${records.join(', ')}`)
  const results = JSON.parse(readFileSync(path.join(state, records[0]!), 'utf8')) as {
    verdict: string
    tiers: { name: string, verdict: string }[]
    deploys: { expected: number, seen: number }
    teardown: { verdict: string, leftovers: unknown[] }
  }
  const verdicts = Object.fromEntries(results.tiers.map(({ name, verdict }) => [name, verdict]))
  for (const tier of ['install', 'upgrade', 'backup', 'restore', 'custom']) assert.equal(verdicts[tier], 'pass', `${tier}: ${JSON.stringify(results.tiers)}`)
  assert.equal(results.verdict, 'pass')
  assert.deepEqual(results.deploys, { expected: 1, seen: 1 })
  assert.deepEqual({ verdict: results.teardown.verdict, leftovers: results.teardown.leftovers }, { verdict: 'pass', leftovers: [] })

  const page = /^report: (\S+\.html)$/m.exec(said.out)?.[1]
  assert.ok(page, `no path of a report page in:\n${said.out}`)
  assert.ok(statSync(path.resolve(cwd, page)).size > 1000)
}

import { join } from 'node:path'
import { describe, test } from 'node:test'
import assert from 'node:assert/strict'
import { makeVariant, readVariant, type Variant, variantNames } from '../rig/fixtures.ts'
import { runJson, temporaryFolder } from '../support/cli.ts'

/** Every recipe under `fixtures/broken` on one engine: red for the right reason, at the right tier, with nothing left. */
export async function testVariants(engine: 'local' | 'swarm', given: { env(): Promise<Record<string, string>>; atOnce: number }): Promise<void> {
  const variants = (await Promise.all((await variantNames()).map((name) => readVariant(name)))).filter((variant) => variant.engines.includes(engine))
  // Most of a run is waiting, so several go at once.
  describe(`broken recipes on ${engine}`, { concurrency: given.atOnce }, () => {
    for (const variant of variants) testVariant(engine, variant, given.env)
  })
}

function testVariant(engine: 'local' | 'swarm', variant: Variant, env: () => Promise<Record<string, string>>): void {
  const { name } = variant
  test(`${name} on ${engine}: ${variant.says}`, async () => {
    using folder = temporaryFolder(`variant-${name}`)
    const made = await makeVariant(name, folder.path)
    const { code, results } = await runJson([made.folder, '--engine', engine], { env: await env(), state: join(folder.path, 'state') })
    const red = results.tiers.find((tier) => !['pass', 'not-applicable'].includes(tier.verdict) && tier.name !== 'lint')
    assert.equal(red?.name ?? null, variant.expect.tier, `${red?.name}: ${red?.reason}`)
    if (red) {
      assert.ok(variant.expect.reasons.includes(red.cause ?? ''), `${red.cause} (${red.reason}), expected ${variant.expect.reasons.join(' or ')}`)
      assert.notEqual(code, 0)
      assert.ok(results.summary.what.length > 0 && results.summary.next.length > 0, 'it says what broke and what to do')
    } else assert.equal(code, 0, results.summary.what)
    if (variant.expect.orphans) assert.deepEqual(results.upgrade?.orphans, variant.expect.orphans)
    assert.deepEqual(results.teardown, { verdict: 'pass', leftovers: [] })
  })
}

import assert from 'node:assert/strict'
import type { Compared } from './compare.ts'

const HIDDEN = ['gate', 'http-proxy', 'name', 'proxy', 'defined-by', 'service', 'certificate', 'forward-auth', 'redirect', 'listens', 'network', 'image', 'at-start']

/** Nothing differs, and enough of everything was among the boots for that to say something. */
export function assertAgreement({ graphs, deadlocked, racing, kinds, fixes, differences }: Compared): void {
  assert.deepEqual(differences, [])
  assert.ok(deadlocked >= 0.3 * graphs && deadlocked <= 0.7 * graphs, `${deadlocked} of ${graphs} stand still`)
  assert.ok(racing >= 0.05 * graphs, `${racing} of ${graphs} hang on chance`)
  for (const kind of HIDDEN) assert.ok((kinds.get(kind)?.graphs ?? 0) >= 0.05 * graphs, `${kind} in ${kinds.get(kind)?.graphs} of ${graphs}`)
  for (const kind of HIDDEN) assert.ok((kinds.get(kind)?.refused ?? 0) >= 0.01 * graphs, `${kind} is the cause in ${kinds.get(kind)?.refused} of ${graphs}`)
  assert.ok(fixes >= 0.5 * graphs, `${fixes} fixes`)
}

import { stackNameOf } from '../model/app.ts'
import type { App } from '../model/app.ts'
import type { RecipeName } from '../model/recipe.ts'
import type { RunId } from '../model/run.ts'

/**
 * `<recipe[:4]>-<6 hex>`: short, so that `<stack>_<secret>_<version>` stays within Swarm's 64 characters (trap 36),
 * and random, so that two runs of one recipe never meet (trap 28).
 */
export function newRunId(recipe: RecipeName, random: Uint8Array): RunId {
  const letters = recipe.toLowerCase().replace(/[^a-z0-9]/g, '').slice(0, 4) || 'app'
  return `${letters}-${Buffer.from(random.subarray(0, 3)).toString('hex')}`
}

export function appOf(run: RunId, domain: string): App {
  const full = `${run}.${domain}`
  return { run, domain: full, stack: stackNameOf(full) }
}

/** What `runs clean` and the command line accept as a run's id. */
export function isRunId(text: string): boolean {
  return /^[a-z0-9]{1,4}-[0-9a-f]{6}$/.test(text)
}

import { claimsOf, type Claim } from '../../domain/plan/claims.ts'
import { verdictOfReason } from '../../domain/plan/blame.ts'
import { needDomain, stackNameOf } from '../../domain/model/app.ts'
import { isPortError } from '../../ports/port-error.ts'
import { openWatch } from '../app/watch.ts'
import { awaitReady, handOver } from './bring-up.ts'
import { readCandidate, type Versions } from './candidates.ts'
import type { Need, RunContext } from './context.ts'
import { saidInFull } from './needs-stand.ts'
import { reasonOfError, stop, Stopped } from './stopped.ts'
import type { Tier } from './tier.ts'

/**
 * Recipes that the tested one needs (`needs` in its cc-ci.yml) run beside it under the same run: their newest releases, deployed first, taken down with it.
 * Which repository a name means is the host's to say, never the recipe's. Whatever is wrong with one of them, the tested recipe is not to blame, and
 * nothing is proven of it (trap 27).
 */

/** Finds and reads all that either version needs, into `context.needs`. */
export async function readNeeds(context: RunContext, versions: Versions, signal: AbortSignal): Promise<void> {
  const names = [versions.head, versions.base].flatMap((version) => version?.recipe.config.needs ?? [])
  for (const name of new Set(names)) {
    const need = await ofNeed(name, () => readNeed(context, name, signal))
    context.needs.push(need)
  }
}

async function readNeed(context: RunContext, name: string, signal: AbortSignal): Promise<Need> {
  const { ports, request, record, emit } = context
  const where = ports.host.sourceOf(name)
  if (where === undefined) return stop({ reason: 'need-unknown', recipe: name, mend: `add it under "recipes" in the host's settings: recipes: { ${name}: "https://…" }` })
  const source = await ports.sources.open(where, signal)
  const { releases } = await source.releases()
  const newest = releases.at(-1)
  const commit = newest?.commit ?? (await source.resolve()).commit
  const domain = needDomain(context.app.domain, name)
  const app = { run: context.app.run, domain, stack: stackNameOf(domain) }
  const head = await readCandidate({ source, app, engine: request.engine, rules: ports.host, folder: record.checkouts }, commit, releases, `need-${name}`)
  const { problems, config } = head.recipe
  const first = problems.find(({ severity }) => severity === 'error')
  if (first) return stop({ reason: 'need-failed', recipe: name, says: `It cannot be deployed: ${first.file}:${first.line}: ${first.message}` })
  const further = config.needs.find((one) => !context.needs.some((need) => need.name === one))
  if (further !== undefined) return stop({ reason: 'need-failed', recipe: name, says: `It needs ${further} itself: name that before it under \`needs\`.` })
  const watch = openWatch({ engine: ports.engine, app, clock: ports.clock, onEvent: ({ at, text, service }) => emit({ kind: 'engine', at, text: `${name}: ${text}`, ...(service ? { service } : {}) }) })
  return { name, context: { ...context, app, source, watch, head, base: null, dirty: false, needs: [], deployment: null, readyAt: 0, deploys: 0, secrets: new Map(), running: 'nothing' } }
}

/** Brings all of them up, one after the other. */
export async function setUpNeeds(context: RunContext, tier: Tier): Promise<void> {
  if (context.needs.length > 0) context.made = true
  for (const need of context.needs) await ofNeed(need.name, () => setUp(need.context, inTierOf(tier, need.name)))
}

async function setUp(context: RunContext, tier: Tier): Promise<void> {
  const { head } = context
  const deployment = await handOver(context, tier, head, 'head')
  await awaitReady(context, tier, { version: head, deployment, waitsFor: 'it to run and to answer' })
}

/** What a host has only one of and they need. */
export function claimsOfNeeds(context: RunContext): Claim[] {
  return context.needs.flatMap((need) => claimsOf([need.context.head.recipe], need.context.app))
}

/** The run's steps, evidence and progress with the needed recipe's name before them. */
function inTierOf(tier: Tier, name: string): Tier {
  return {
    ...tier,
    step: (step, given, work) => tier.step(`${name}: ${step}`, given, (inner) => work({ ...inner, attach: (file, about, content) => inner.attach(`${name}-${file}`, `${name}: ${about}`, content) })),
  }
}

/** Its failure is not the tested recipe's. What is the host's, or the end of the run, stays that. */
async function ofNeed<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Stopped) {
      const { reason } = error
      if (verdictOfReason(reason) === 'infra') throw error
      throw new Stopped({ reason: 'need-failed', recipe: name, says: saidInFull(reason) }, error)
    }
    if (isPortError(error) && reasonOfError(error, name).reason !== 'host') throw new Stopped({ reason: 'need-failed', recipe: name, says: error.message }, error)
    throw error
  }
}

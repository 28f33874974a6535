import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fit, z } from '../../src/lib/schema.ts'
import { parseYaml } from '../../src/lib/yaml.ts'
import type { Fault } from '../../src/adapters/engine/scripted/world/faults.ts'
import { TIERS } from '../../src/domain/model/run.ts'
import type { Scene } from './scripted-recipe.ts'

/**
 * One numbered folder beside this file: a recipe, what happens to it, and what an honest run says. `scenario.yml` has all of it, `base/` and
 * `head/` hold files that are added to the version. Adding a scenario needs no code.
 */
export interface Scenario extends z.infer<typeof definition> {
  /** The folder's name, e.g. `07-upgrade-loses-data`. */
  name: string
}

export type ScenarioEngine = (typeof ENGINES)[number]
export const ENGINES = ['local', 'scripted', 'swarm'] as const

const VERDICTS = ['pass', 'fail', 'blocked', 'infra', 'not-applicable', 'unverified'] as const
const BLAMES = ['change', 'recipe', 'host', 'cc-ci', 'none'] as const

/** A text in a file that has to occur exactly once, so that a scenario cannot rot unnoticed. */
const edit = z.strictObject({ file: z.string(), find: z.string().min(1), replace: z.string() })

/** What a run has to say. `…` in a sentence stands for what differs from run to run. */
const outcome = z.strictObject({
  verdict: z.enum(VERDICTS),
  blame: z.enum(BLAMES),
  level: z.int().min(0).max(5).nullable(),
  /** Exit code. */
  code: z.int(),
  /** The first tier that did not pass, and the kind of its reason; absent: all passed or were declared. */
  red: z.strictObject({ tier: z.enum([...TIERS, 'lint', 'teardown']), cause: z.string() }).optional(),
  /** The sentence that a maintainer reads first, whole. */
  says: z.string(),
  why: z.string().optional(),
  /** Each must stand in one of the mistakes that were found in the recipe: `FILE:LINE RULE MESSAGE`. */
  mistakes: z.array(z.string()).optional(),
  /** Recipes that ran beside it. */
  needed: z.array(z.string()).optional(),
  /** Services that abra would leave behind. */
  orphans: z.array(z.string()).optional(),
  /** Tiers that do not apply, with the reason in the report. */
  notApplicable: z.record(z.string(), z.string()).optional(),
  /** What is left at the end of the run because somebody else holds it: kinds. `runs clean` gets it once they let go. */
  leftovers: z.array(z.string()).optional(),
})

const definition = z.strictObject({
  says: z.string(),
  /** The first one is where `npm test` plays it; `npm run scenarios` plays it on all of them. */
  engines: z.array(z.enum(ENGINES)).min(1),
  /** Takes minutes: `npm test` leaves it out. */
  long: z.boolean().optional(),
  /** A folder of `fixtures/recipes`, and the two versions of it that the run goes through. */
  recipe: z.string().optional(),
  base: z.string().optional(),
  head: z.string().optional(),
  /** The version of the fixture that the head is a copy of, where it is not its own. */
  headCopies: z.string().optional(),
  edits: z.strictObject({ base: z.array(edit).optional(), head: z.array(edit).optional(), both: z.array(edit).optional() }).optional(),
  /** Recipes that the host knows under these names, for `needs`: copies of whole fixtures, with edits of their newest version. */
  needs: z.record(z.string(), z.strictObject({ recipe: z.string(), edits: z.array(edit).optional() })).optional(),
  /** Instead of a recipe: two versions for the scripted engine (`scripted-recipe.ts`), and what its world does. */
  scenes: z.custom<{ base: Scene; head: Scene }>((value) => typeof value === 'object').optional(),
  world: z.strictObject({ faults: z.custom<Fault[]>(Array.isArray).optional(), takenPorts: z.array(z.int()).optional() }).optional(),
  /** Laid over the host's settings. */
  settings: z.record(z.string(), z.unknown()).optional(),
  /** Secrets that the operator keeps, by the name under which a recipe asks for them. Nothing that a run writes or says may hold their value. */
  secrets: z.record(z.string(), z.string()).optional(),
  /** The recipe that those are kept for, where it is not the scenario's own. */
  secretsFor: z.string().optional(),
  /** `{{registry}}` in edits is a registry that fails like this. */
  registry: z.enum(['pull-limit', 'unavailable', 'cut-short']).optional(),
  /** A container of somebody else keeps this volume of the app in use. */
  squats: z.string().optional(),
  args: z.array(z.string()).optional(),
  expect: outcome,
  /** What is different on one engine. */
  expectOn: z.partialRecord(z.enum(ENGINES), outcome.partial()).optional(),
})

export type Outcome = z.infer<typeof outcome>

export async function readScenario(name: string): Promise<Scenario> {
  const file = join(import.meta.dirname, name, 'scenario.yml')
  const { value, problems } = parseYaml(await readFile(file, 'utf8'))
  if (problems[0]) throw new Error(`${file}:${problems[0].line}:${problems[0].column}: ${problems[0].message}`)
  const fitted = fit(definition, value)
  if ('misfits' in fitted) throw new Error(fitted.misfits.map(({ message, mend }) => `${file}: ${message} ${mend}`).join('\n'))
  const scenario = fitted.value
  if ((scenario.scenes === undefined) !== (scenario.recipe !== undefined && scenario.base !== undefined && scenario.head !== undefined)) {
    throw new Error(`${file}: it needs \`recipe\`, \`base\` and \`head\`, or else \`scenes\``)
  }
  return { ...scenario, name }
}

export async function readScenarios(): Promise<Scenario[]> {
  const entries = await readdir(import.meta.dirname, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory() && /^\d\d-/.test(entry.name)).map(({ name }) => name).toSorted()
  return await Promise.all(names.map(readScenario))
}

export function expected(scenario: Scenario, engine: ScenarioEngine): Outcome {
  return { ...scenario.expect, ...scenario.expectOn?.[engine] }
}

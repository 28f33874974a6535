import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { RunResults } from '../../src/domain/model/run.ts'
import { startBadRegistry } from '../rig/bad-registry.ts'
import { cli, start, temporaryFolder } from '../support/cli.ts'
import { scanFolders, scanText } from '../support/secret-scan.ts'
import { judge, type Seen } from './judge.ts'
import type { OpenHost } from './host.ts'
import { makeNeeds, makeScenarioRecipe } from './make-recipe.ts'
import { expected, type Scenario, type ScenarioEngine } from './scenario.ts'

export interface Played extends Seen {
  /** What is not as expected; empty: all is. */
  differences: string[]
  ms: number
}

/** One run over the scenario's recipe, from its beginning to its end, with nothing left behind. */
export async function play(scenario: Scenario, engine: ScenarioEngine, openHost: OpenHost): Promise<Played> {
  const began = performance.now()
  using folder = temporaryFolder(scenario.name)
  await using registry = scenario.registry === undefined ? undefined : await badRegistry(scenario.registry)
  await using host = await openHost(scenario, engine, folder.path)
  const state = join(folder.path, 'state')
  const recipe = await makeScenarioRecipe(scenario, folder.path, { registry: registry?.host })
  const env = { ...host.env, ...(await settingsFor(scenario, host.env, folder.path)) }
  const run = start(['run', recipe, '--engine', engine, '--json', '--state', state, ...scenario.args ?? []], { env })
  const squatter = scenario.squats === undefined ? undefined : await host.squat(scenario.squats, run)
  const { code, out, err } = await run.ended
  const results = out.trim() === '' ? undefined : (JSON.parse(out) as RunResults | { error: unknown })
  const seen: Seen = { code, err, ...(results && 'verdict' in results ? { results } : {}) }
  await squatter?.letGo()
  // The run itself leaves nothing, but for what somebody else held.
  const after = squatter ? [] : await host.inventory(seen.results)
  const clean = await cli(['runs', 'clean', '--json', '--state', state], { env })
  const never = Object.values(scenario.secrets ?? {})
  const said = [...(await scanFolders([state], never)), ...scanText('standard output', out, never), ...scanText('standard error', err, never)]
  const left = await host.inventory(seen.results)
  return {
    ...seen,
    differences: [
      ...judge(expected(scenario, engine), seen),
      ...(clean.code === 0 ? [] : [`runs clean ends with ${clean.code}: ${clean.err}`]),
      ...after.map((resource) => `left behind by the run: ${resource}`),
      ...left.map((resource) => `left behind by \`runs clean\`: ${resource}`),
      ...said.map(({ file, secret, form }) => `${file} holds “${never[secret]}” (${form})`),
    ],
    ms: performance.now() - began,
  }
}

async function badRegistry(kind: NonNullable<Scenario['registry']>) {
  const registry = await startBadRegistry({ fault: { kind } })
  return { host: registry.host, [Symbol.asyncDispose]: async () => registry.close() }
}

async function settingsFor(scenario: Scenario, env: Record<string, string>, folder: string): Promise<Record<string, string>> {
  if (!scenario.settings && !scenario.secrets && !scenario.needs) return {}
  const file = join(folder, 'settings.yml')
  const host = env.CCCI_SETTINGS ? parse(await readFile(env.CCCI_SETTINGS, 'utf8')) : {}
  const kept = Object.entries(scenario.secrets ?? {}).map(([name, value]) => ({ name, value, file: join(folder, `secret-${name}`) }))
  for (const secret of kept) await writeFile(secret.file, secret.value)
  await writeFile(file, stringify({ ...host, ...scenario.settings, recipes: await makeNeeds(scenario, folder), secrets: Object.fromEntries(kept.map(({ name, file }) => [name, { file, recipes: [scenario.secretsFor ?? scenario.recipe] }])) }))
  return { CCCI_SETTINGS: file }
}

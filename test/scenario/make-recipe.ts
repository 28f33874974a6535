import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { makeRecipe } from './scripted-recipe.ts'
import type { Scenario } from './scenario.ts'

const recipes = resolve(import.meta.dirname, '../../fixtures/recipes')

/** Writes the scenario's recipe into a folder of version folders, its newest version the one that is tried, and returns that folder. */
export async function makeScenarioRecipe(scenario: Scenario, into: string, given: { registry?: string } = {}): Promise<string> {
  const { name, recipe, base, head, headCopies, scenes } = scenario
  if (scenes) return makeRecipe(into, scenes)
  const folder = join(into, recipe!)
  for (const [which, version, copied] of [['base', base!, base!], ['head', head!, headCopies ?? head!]] as const) {
    const target = join(folder, version)
    // A version of the fixture, or else it is all in the scenario.
    await cp(join(recipes, recipe!, copied), target, { recursive: true }).catch(ignoreMissing)
    await cp(join(import.meta.dirname, name, which), target, { recursive: true }).catch(ignoreMissing)
    for (const edit of [...scenario.edits?.both ?? [], ...scenario.edits?.[which] ?? []]) await replaceOnce(target, edit, given.registry)
  }
  return folder
}

/** The recipes that it needs, each in a folder of its name: name → folder. */
export async function makeNeeds({ needs = {} }: Scenario, into: string): Promise<Record<string, string>> {
  const made: Record<string, string> = {}
  for (const [name, { recipe, edits = [] }] of Object.entries(needs)) {
    made[name] = join(into, 'needed', name)
    await cp(join(recipes, recipe), made[name], { recursive: true })
    const newest = (await readdir(made[name])).toSorted().at(-1)!
    for (const edit of edits) await replaceOnce(join(made[name], newest), edit)
  }
  return made
}

async function replaceOnce(folder: string, { file, find, replace }: { file: string; find: string; replace: string }, registry = 'no-registry.invalid'): Promise<void> {
  const path = join(folder, file)
  const parts = (await readFile(path, 'utf8')).split(find)
  if (parts.length !== 2) throw new Error(`${file} holds ${JSON.stringify(find)} ${parts.length - 1} times, not once: mend its scenario.yml`)
  await writeFile(path, parts.join(replace.replaceAll('{{registry}}', registry)))
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

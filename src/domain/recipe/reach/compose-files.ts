import type { Place, Problem } from '../../model/problem.ts'
import type { RecipeTree } from '../../model/recipe.ts'
import { fromRecipe } from '../compose/recipe-path.ts'
import { reachOf } from './outside.ts'
import { refusals } from './refusal.ts'
import { textInside } from './tree-path.ts'

/**
 * Reads the files that COMPOSE_FILE lists (separated by `:`), in order: those that are in the recipe, and a problem at `place` for each that
 * is not. An empty list is `compose.yml`, or `compose.yaml` where only that is there. A path that leaves the recipe's folder is never read
 * (trap 64), and no operator can allow it: what is not part of the commit cannot be tested.
 */
export function listedComposeFiles(given: { list: string | undefined; place: Place; tree: RecipeTree }): { files: Array<{ path: string; text: string }>; problems: Problem[] } {
  const { list, place, tree } = given
  const files: Array<{ path: string; text: string }> = []
  const problems: Problem[] = []
  const names = (list ?? '').split(':').map((name) => name.trim()).filter((name) => name !== '')
  for (const name of names.length > 0 ? names : [usualFile(tree)]) {
    const reaches = reachOf(tree, name, { kind: 'outside-compose-file', what: 'COMPOSE_FILE names', allowable: false }, place)
    problems.push(...refusals(reaches, []))
    if (reaches.length > 0) continue
    const path = fromRecipe(name)
    const text = textInside(tree, path)
    if (text !== undefined) files.push({ path, text })
    else {
      const { file, line, column } = place
      problems.push({ file, line, column, rule: 'compose/missing-file', severity: 'error', message: `The recipe has no file \`${name}\`.`, mend: names.length > 0 ? 'Add the file, or take its name out of COMPOSE_FILE.' : 'Add compose.yml.' })
    }
  }
  return { files, problems }
}

function usualFile(tree: RecipeTree): string {
  return ['compose.yml', 'compose.yaml', 'docker-compose.yml', 'docker-compose.yaml'].find((name) => tree.files.has(name)) ?? 'compose.yml'
}

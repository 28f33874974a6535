import type { Problem } from '../../model/problem.ts'
import type { RecipeTree } from '../../model/recipe.ts'
import { refusals } from './refusal.ts'
import { followPath } from './tree-path.ts'

/**
 * Every link of the recipe that leaves its folder and that no other problem speaks of: nothing that we read goes through it, but a check or a
 * local program would follow it, so the checkout refuses it whatever the operator allows (trap 64).
 */
export function linksThatLeave(tree: RecipeTree, spokenOf: readonly Problem[]): Problem[] {
  const reaches = [...tree.files].flatMap(([path, file]) => {
    if (file.kind !== 'symlink' || followPath(tree, path).leads !== 'outside') return []
    if (spokenOf.some((problem) => problem.file === path || problem.message.includes(`\`${path}\``))) return []
    return [{ kind: 'outside-link', place: { file: path, line: 1, column: 1 }, message: `\`${path}\` is a link to \`${file.target}\`, which leaves the recipe's folder.`, instead: 'Put the file itself there.' }]
  })
  return refusals(reaches, [])
}

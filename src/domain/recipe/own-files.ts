import type { Problem } from '../model/problem.ts'
import { type RecipeTree, textOf } from '../model/recipe.ts'
import { Problems } from './compose/problems.ts'
import { followPath } from './reach/tree-path.ts'

const NAMES = ['.env.sample', 'abra.sh', 'cc-ci.yml', 'README.md'] as const
/** What people write instead. */
const MISTAKEN: Record<string, string> = { 'cc-ci.yaml': 'cc-ci.yml', '.cc-ci.yml': 'cc-ci.yml', '.env.example': '.env.sample', 'env.sample': '.env.sample', '.env.sample.txt': '.env.sample', 'abra.bash': 'abra.sh' }

export interface OwnFiles {
  read(name: (typeof NAMES)[number]): { file: string; text: string } | undefined
  problems: Problem[]
}

/** The files of a recipe that stand beside compose, links followed inside the recipe only (trap 64). */
export function ownFiles(tree: RecipeTree): OwnFiles {
  const problems = new Problems()
  const texts = new Map<string, string>()
  for (const name of NAMES) {
    const at = { file: name, line: 1, column: 1 }
    if ([...tree.files.keys()].some((path) => path.startsWith(`${name}/`))) problems.error('files/folder', at, `\`${name}\` is a folder, so nothing is read from it.`, 'Put a file in its place.')
    if (!tree.files.has(name)) continue
    const followed = followPath(tree, name)
    const text = followed.leads === 'file' ? textOf(tree, followed.path) : undefined
    if (text !== undefined) texts.set(name, text)
    else if (followed.leads === 'outside') problems.error('reach/outside-link', at, `\`${name}\` is a symbolic link that leads out of the recipe's folder to \`${followed.target}\`.`, 'Put the file itself into the recipe.')
    else problems.error('reach/broken-link', at, `\`${name}\` is a symbolic link that leads to no file.`, 'Put the file itself into the recipe.')
  }
  for (const [wrong, right] of Object.entries(MISTAKEN)) {
    if (tree.files.has(wrong) && !tree.files.has(right)) problems.warning('files/name', { file: wrong, line: 1, column: 1 }, `\`${wrong}\` is not read.`, `Name it \`${right}\`.`)
  }
  return {
    read(name) {
      const text = texts.get(name)
      return text === undefined ? undefined : { file: name, text }
    },
    problems: problems.list,
  }
}

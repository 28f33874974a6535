import type { Problem } from '../model/problem.ts'
import { type RecipeTree, textOf, type VersionText } from '../model/recipe.ts'
import { Problems } from './compose/problems.ts'
import { isVersion, parseVersion } from './version.ts'

/** Notes of the coming version, and what keeps the folder in git. */
const NO_NOTES = new Set(['next', '.gitkeep', '.git-keep-me', '.keep', 'README.md'])

/** `release/<version>` → its text. Notes are optional, for each version. */
export function readReleaseNotes(tree: RecipeTree): { notes: Record<VersionText, string>; problems: Problem[] } {
  const problems = new Problems()
  const notes: Array<[VersionText, string]> = []
  for (const path of [...tree.files.keys()].sort()) {
    const [, name] = /^release\/([^/]+)$/.exec(path) ?? []
    if (name === undefined || NO_NOTES.has(name)) continue
    const place = { file: path, line: 1, column: 1 }
    const parsed = parseVersion(name)
    if (!isVersion(parsed)) {
      const bare = parseVersion(name.replace(/\.(md|txt)$/, ''))
      problems.warning('release-notes/name', place, `\`${name}\` is no version: ${parsed.why}, so nobody is shown these notes.`, isVersion(bare) ? `Name the file \`${bare.text}\`, without an extension.` : 'Name the file after the version whose notes it holds.')
      continue
    }
    const text = textOf(tree, path)
    if (text === undefined) problems.warning('release-notes/link', place, `\`${path}\` is a symbolic link; links are not followed.`, 'Make it a file.')
    else notes.push([name, text])
  }
  return { notes: Object.fromEntries(notes), problems: problems.list }
}

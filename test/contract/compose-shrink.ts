import type { ComposeCase } from './compose-cases.ts'

/**
 * The smallest case that still shows what a failing one showed: whole files, then blocks of lines (a line with all that is indented below it) are
 * left out as long as `fails` stays true. At most `tries` questions are asked.
 */
export async function shrunk(given: ComposeCase, fails: (smaller: ComposeCase) => Promise<boolean>, tries: number): Promise<ComposeCase> {
  let best = given
  let left = tries
  const keeps = async (smaller: ComposeCase): Promise<boolean> => {
    if (left <= 0) return false
    left -= 1
    if (!(await fails(smaller))) return false
    best = smaller
    return true
  }
  for (let index = best.files.length - 1; index > 0; index -= 1) await keeps({ ...best, files: best.files.toSpliced(index, 1) })
  for (let smaller = true; smaller; ) {
    smaller = false
    for (const index of best.files.keys()) {
      for (let line = 0; line < best.files[index]!.text.split('\n').length; ) {
        if (await keeps(withoutBlock(best, index, line))) smaller = true
        else line += 1
        if (left <= 0) return best
      }
    }
  }
  return best
}

function withoutBlock(given: ComposeCase, index: number, from: number): ComposeCase {
  const file = given.files[index]!
  const lines = file.text.split('\n')
  const indent = (line: string): number => (line.trim() === '' ? Number.POSITIVE_INFINITY : line.length - line.trimStart().length)
  let to = from + 1
  while (to < lines.length && indent(lines[to]!) > indent(lines[from]!)) to += 1
  return { ...given, files: given.files.with(index, { ...file, text: lines.toSpliced(from, to - from).join('\n') }) }
}

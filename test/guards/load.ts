/** All mutations, and what is wrong with them before anything is run. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Mutation } from './mutation.ts'

export async function loadMutations(): Promise<Mutation[]> {
  const files = globSync('*.ts', { cwd: path.join(import.meta.dirname, 'mutations') }).toSorted()
  const lists = await Promise.all(files.map(async (file) => {
    const { mutations } = await import(path.join(import.meta.dirname, 'mutations', file)) as { mutations?: Mutation[] }
    if (!mutations) throw new Error(`test/guards/mutations/${file} exports no list called mutations`)
    return mutations
  }))
  return lists.flat().toSorted((a, b) => Number(a.trap.slice(1)) - Number(b.trap.slice(1)))
}

/** Undefined: it can be tried. Otherwise one sentence. */
export function troubleWith(mutation: Mutation, root: string): string | undefined {
  const { trap, file, find, replace, test } = mutation
  if (!/^T\d+$/.test(trap)) return `${trap} is no number of a trap: T and digits`
  if (!new RegExp(`\\b${trap}\\b`).test(test.pattern)) return `the pattern "${test.pattern}" does not name the trap ${trap}, which stands in the title of its test`
  if (find === replace) return 'find and replace are the same'
  for (const each of [file, test.file]) if (!existsSync(path.join(root, each))) return `${each} is gone`
  const count = readFileSync(path.join(root, file), 'utf8').split(find).length - 1
  if (count !== 1) return `the text to find stands ${count} times in ${file}, and must once: ${find}`
  return undefined
}

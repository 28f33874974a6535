/** Which files of tests use the rig: those that import it, however far away. The others run where nothing real can be had. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readSource } from '../house/read-source.ts'

export function needsRig(root: string, file: string): boolean {
  return reaches(path.join(root, file), path.join(root, 'test/rig/index.ts'), new Set())
}

function reaches(from: string, wanted: string, seen: Set<string>): boolean {
  if (from === wanted) return true
  if (seen.has(from) || !existsSync(from)) return false
  seen.add(from)
  return readSource(readFileSync(from, 'utf8')).imports
    .some(({ specifier }) => specifier?.startsWith('.') && reaches(path.resolve(path.dirname(from), specifier), wanted, seen))
}

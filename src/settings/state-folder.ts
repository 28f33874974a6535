import { existsSync, mkdtempSync, rmdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Why nothing can be kept at `path`, in one sentence; undefined where it can. Tries it out in the nearest folder that exists, because
 * neither modes nor a recursive `mkdir` tell the truth everywhere (Node's loops for ever below /proc).
 */
export function stateFolderTrouble(path: string): string | undefined {
  const mend = 'Name another with --state.'
  let nearest = path
  while (!existsSync(nearest)) nearest = dirname(nearest)
  if (!statSync(nearest).isDirectory()) return `The state folder ${path} cannot be made: ${nearest} is a file. ${mend}`
  try {
    rmdirSync(mkdtempSync(join(nearest, '.cc-ci-try-')))
    return undefined
  } catch (error) {
    return `The state folder ${path} cannot be used: nothing can be made in ${nearest} (${(error as NodeJS.ErrnoException).code ?? String(error)}). ${mend}`
  }
}

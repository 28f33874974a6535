import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it, one after the other; one that is there already is left as it is. Where nothing can be made it throws what the system
 * says. Node's own recursive `mkdir` never returns below /proc, and then no signal and no deadline is heard any more.
 */
export function makeFolder(path: string): void {
  const full = resolve(path)
  try {
    makeOne(full)
  } catch (error) {
    const above = dirname(full)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === full) throw error
    makeFolder(above)
    makeOne(full)
  }
}

function makeOne(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST' || statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error
  }
}

import { linkSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seeded } from '../../support/seeded.ts'

/** Trees that follow from a number, so that whoever finds a snapshot of one can say whether it is whole. Most files are alike from one to the next. */

const FILES = 60

export function writeState(root: string, state: number): void {
  const wanted = stateOf(state)
  mkdirSync(root, { recursive: true })
  for (const name of readdirSync(root)) if (wanted[name] === undefined) rmSync(join(root, name), { recursive: true })
  for (const [name, text] of Object.entries(wanted)) {
    const path = join(root, name)
    if (readOrNothing(path) === text) continue
    rmSync(path, { recursive: true, force: true })
    if (text.startsWith('→')) symlinkSync(text.slice(1), path)
    else writeFileSync(path, text)
  }
  rmSync(join(root, 'second name'), { force: true })
  linkSync(join(root, 'file 0'), join(root, 'second name'))
}

/** Name → content. */
export function stateOf(state: number): Record<string, string> {
  const random = seeded(state)
  const wanted: Record<string, string> = {}
  for (let index = 0; index < FILES; index++) {
    const kind = random()
    if (index > 0 && kind < 0.1) continue
    const version = kind < 0.3 ? state : 0
    if (index > 0 && kind > 0.95) wanted[`file ${index}`] = `→file ${state % FILES}`
    else wanted[`file ${index}`] = `file ${index}, version ${version}\n`.repeat(1 + ((index * 37 + version) % 3_000))
  }
  // Large enough that several threads work on it, but not each time.
  if (state % 3 === 0) wanted.large = `${state % 7}`.repeat(18_000_000 + (state % 7) * 4_000)
  wanted['second name'] = wanted['file 0']!
  return wanted
}

/** What {@link stateOf} would say of a folder. */
export function readState(root: string): Record<string, string> {
  return Object.fromEntries(readdirSync(root, { withFileTypes: true }).map((entry) => [entry.name, entry.isSymbolicLink() ? `→${readlinkSync(join(root, entry.name))}` : readFileSync(join(root, entry.name), 'utf8')]))
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Copies of the checkout as it stands, uncommitted changes included, in which guards are taken out. */
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface Copies {
  /** Never changed. */
  pristine: string
  /** Lends one copy at a time to each caller. */
  borrow<T>(use: (copy: string) => Promise<T>): Promise<T>
  remove(): void
}

const COPIED = ['src', 'test', 'fixtures', 'platform', 'bench', 'docs', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'biome.json', 'cc-ci', 'ARCHITECTURE.md', 'README.md']

export function makeCopies(root: string, count: number): Copies {
  const home = mkdtempSync(path.join(realpathSync(tmpdir()), 'cc-ci-guards-'))
  const make = (name: string): string => {
    const copy = path.join(home, name)
    for (const each of COPIED) if (existsSync(path.join(root, each))) cpSync(path.join(root, each), path.join(copy, each), { recursive: true, verbatimSymlinks: true })
    symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'))
    return copy
  }
  const pristine = make('pristine')
  const free = Array.from({ length: count }, (_, at) => make(`copy-${at}`))
  return {
    pristine,
    async borrow(use) {
      const copy = free.pop()
      if (!copy) throw new Error('more callers than copies')
      try {
        return await use(copy)
      } finally {
        free.push(copy)
      }
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  }
}

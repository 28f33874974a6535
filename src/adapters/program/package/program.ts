import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Program } from '../../../ports/program.ts'
import { packagesOf } from './packages.ts'

/** What belongs to the program beside its packages; a checkout has `src`, an installed package `dist`. */
const OWN = ['cc-ci', 'package.json', 'package-lock.json', 'src', 'dist', 'platform', 'fixtures/recipes', 'CHANGELOG.md']
/** The launcher compares it with package-lock.json: packages are there and need no set-up. */
const STAMP = 'node_modules/.cc-ci-lock.json'

/** Of a Node that comes as a package: what add-ons are built with, a third of it. */
const HEADERS = /\/node-linux-[^/]+\/(include|share)(\/|$)/

/** The checkout or the installed package that we run from. Where it is a checkout that was built once, what runs are the sources, and they alone are copied. */
export function packageProgram(folder: string): Program {
  const runsSources = existsSync(join(folder, 'src', 'wiring', 'main.ts'))
  const own = OWN.filter((name) => (name === 'dist' ? !runsSources : name === 'src' ? runsSources : true) && existsSync(join(folder, name)))
  const isWanted = (path: string) => !/\.test\.ts$/.test(path)
  return {
    async id() {
      const hash = createHash('sha256')
      for (const name of own) for (const path of await filesBelow(folder, name)) if (isWanted(path)) hash.update(`${path}\0`).update(await readFile(join(folder, path))).update('\0')
      for (const { name, version } of await packagesOf(folder)) hash.update(`${name}@${version}\0`)
      const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }
      return `${version}-${hash.digest('hex').slice(0, 12)}`
    },
    async copyTo(to) {
      const packages = await packagesOf(folder)
      await mkdir(to, { recursive: true })
      for (const name of own) await cp(join(folder, name), join(to, name), { recursive: true, verbatimSymlinks: true, filter: isWanted })
      // Its packages lie in it, whether they lay in it before or beside it.
      for (const { name, folder: from } of packages) await cp(from, join(to, 'node_modules', name), { recursive: true, verbatimSymlinks: true, filter: (path) => !HEADERS.test(path) })
      if (existsSync(join(to, 'package-lock.json'))) await cp(join(to, 'package-lock.json'), join(to, STAMP))
    },
  }
}

async function filesBelow(folder: string, name: string): Promise<string[]> {
  const entries = await readdir(join(folder, name), { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (entries === undefined) return [name]
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort()
}

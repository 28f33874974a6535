import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, lstat, mkdir, readdir, readFile } from 'node:fs/promises'
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
  const parts = async (): Promise<Part[]> => [
    ...own.map((name) => ({ from: join(folder, name), name, filter: isWanted })),
    // Its packages lie in it, whether they lay in it before or beside it.
    ...(await packagesOf(folder)).map(({ name, folder: from }) => ({ from, name: join('node_modules', name), filter: (path: string) => !HEADERS.test(path) })),
    ...(own.includes('package-lock.json') ? [{ from: join(folder, 'package-lock.json'), name: STAMP, filter: isWanted }] : []),
  ]
  return {
    async id() {
      const hash = createHash('sha256')
      for (const name of own) for (const path of await filesBelow(folder, name)) if (isWanted(path)) hash.update(`${path}\0`).update(await readFile(join(folder, path))).update('\0')
      for (const { name, version } of await packagesOf(folder)) hash.update(`${name}@${version}\0`)
      const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string }
      return `${version}-${hash.digest('hex').slice(0, 12)}`
    },
    async copyTo(to) {
      await mkdir(to, { recursive: true })
      for (const { from, name, filter } of await parts()) await cp(from, join(to, name), { recursive: true, verbatimSymlinks: true, filter })
    },
    async missingIn(copy) {
      for (const { from, name, filter } of await parts()) {
        for (const { inner, size } of await lengthsBelow(from, filter)) {
          const there = await lstat(join(copy, name, inner)).catch(() => undefined)
          if (there?.size !== size) return join(name, inner)
        }
      }
      return undefined
    },
  }
}

/** A file or folder of the copy, and where it comes from. */
interface Part {
  from: string
  /** In the copy. */
  name: string
  filter(path: string): boolean
}

/** Every file and link that a copy by `filter` brings along; of a link the length is that of what is written in it. */
async function lengthsBelow(from: string, filter: Part['filter']): Promise<Array<{ inner: string; size: number }>> {
  const found: Array<{ inner: string; size: number }> = []
  const visit = async (inner: string) => {
    const path = join(from, inner)
    if (!filter(path)) return
    const { size, isFolder } = await lstat(path).then((seen) => ({ size: seen.size, isFolder: seen.isDirectory() }))
    if (!isFolder) return void found.push({ inner, size })
    for (const name of (await readdir(path)).sort()) await visit(join(inner, name))
  }
  await visit('')
  return found
}

async function filesBelow(folder: string, name: string): Promise<string[]> {
  const entries = await readdir(join(folder, name), { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (entries === undefined) return [name]
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort()
}

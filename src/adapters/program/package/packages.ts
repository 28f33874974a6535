import { existsSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PortError } from '../../../ports/port-error.ts'

/** A package that the program needs, where it lies here. */
export interface Needed {
  name: string
  version: string
  /** Without links. */
  folder: string
}

interface Manifest {
  name: string
  version: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/**
 * All packages that the one in `folder` needs to run, found as Node finds them: in `node_modules` beside it or above. An optional one that is not here
 * (a Node for another kind of machine) is left out, and so is one that lies inside another: it comes along with that.
 */
export async function packagesOf(folder: string): Promise<Needed[]> {
  const found = new Map<string, Needed>()
  const visit = async (from: string, manifest: Manifest) => {
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      const place = placeOf(name, from)
      if (place === undefined) {
        if (manifest.optionalDependencies?.[name] !== undefined) continue
        throw new PortError('not-found', `The package ${name}, which ${manifest.name} needs, is not installed. Start cc-ci once in its own folder: it sets itself up.`)
      }
      const own = await realpath(place)
      if (found.has(own)) continue
      const read = await manifestOf(own)
      found.set(own, { name, version: read.version, folder: own })
      await visit(own, read)
    }
  }
  const own = await realpath(folder)
  await visit(own, await manifestOf(own))
  return [...found.values()].filter(({ folder: inner }) => ![...found.keys()].some((outer) => inner.startsWith(`${outer}/`))).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function placeOf(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name)
    if (existsSync(join(place, 'package.json'))) return place
    if (folder === dirname(folder)) return undefined
  }
}

async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
}

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StackName } from '../../../domain/model/app.ts'
import type { Resource, VolumeFolder } from '../../../domain/model/engine-state.ts'
import { fromFiles, isAbsent } from './errors.ts'
import { findGroups } from './found.ts'
import { KEPT, placesOf } from './layout.ts'
import { allRecords, type AppRecord } from './record.ts'
import type { EngineParts } from './running-app.ts'

/**
 * What there is, read from disk and from the machine's process table, never from memory: the same from a process that was just started.
 * Another installation's things in the same folder are listed as strangers' (no `run`).
 */
export async function inventory(parts: EngineParts): Promise<Resource[]> {
  const records = await allRecords(parts.folder)
  const known = new Set(records.map(({ app }) => app.stack))
  const resources = (await Promise.all(records.map((record) => resourcesOf(parts, record)))).flat()
  for (const { pid, run, stack } of await parts.table.marked(parts.stateId)) {
    // Whose record is gone already: nothing but its marks says whose it is.
    if (!known.has(stack)) resources.push({ kind: 'process', id: String(pid), name: `process ${pid}`, run, stack })
  }
  return resources
}

async function resourcesOf(parts: EngineParts, { app, stateId }: AppRecord): Promise<Resource[]> {
  const places = placesOf(parts.folder, app.stack)
  const owner = { ...(stateId === parts.stateId && { run: app.run }), stack: app.stack }
  const found: Resource[] = []
  for (const [place, kind, prefix] of [
    ['volumes', 'volume', ''],
    ['scratch', 'volume', 'scratch:'],
    ['secrets', 'secret', ''],
    ['configs', 'config', ''],
  ] as const) {
    for (const name of await namesIn(places[place])) found.push({ kind, id: join(places[place], name), name: kind === 'volume' ? `${app.stack}_${prefix}${name}` : name, ...owner })
  }
  if (stateId === parts.stateId) {
    for (const { pids, what } of await findGroups(parts, app.stack)) for (const pid of pids) found.push({ kind: 'process', id: String(pid), name: `${what} (process ${pid})`, ...owner })
  }
  for (const { plan } of parts.apps.get(app.stack)?.services.values() ?? []) {
    for (const { host, prefix } of plan().routes) found.push({ kind: 'route', id: `${host}${prefix}`, name: `${host}${prefix}`, ...owner })
  }
  const others = (await namesIn(places.root)).filter((name) => !(KEPT as readonly string[]).includes(name))
  // What is left when data is kept is data; everything else, also a folder with nothing in it, is something to remove.
  if (others.length > 0 || found.length === 0) found.push({ kind: 'folder', id: places.root, name: places.root, ...owner })
  return found
}

/** Folders of this machine. */
export async function volumesOf(parts: EngineParts, stack: StackName): Promise<VolumeFolder[]> {
  const { volumes } = placesOf(parts.folder, stack)
  return (await namesIn(volumes)).sort().map((name) => ({ name: `${stack}_${name}`, path: join(volumes, name) }))
}

export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isAbsent(error)) return []
    throw fromFiles(`listing ${folder}`, error)
  }
}

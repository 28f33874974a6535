import { randomUUID } from 'node:crypto'
import { readFile as read, realpath, rename, rm, stat, writeFile as write } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import type { App, ServiceName } from '../../../domain/model/app.ts'
import { PortError } from '../../../ports/port-error.ts'
import { fromFiles, isAbsent } from './errors.ts'
import { pairOf } from './inside-paths.ts'
import { newestRunning, type EngineParts } from './running-app.ts'

/** Files of a running task by their paths in a container: there is something here only below volumes, secrets and configs. */
export async function readFile(parts: EngineParts, app: App, service: ServiceName, path: string): Promise<Uint8Array> {
  const tried = `reading ${path} of ${service}`
  try {
    return await read(await placeOf(parts, app, service, path, tried))
  } catch (error) {
    throw fromFiles(tried, error)
  }
}

/** The file is the old one or the new one, at every moment. */
export async function writeFile(parts: EngineParts, app: App, service: ServiceName, path: string, bytes: Uint8Array): Promise<void> {
  const tried = `writing ${path} of ${service}`
  try {
    const place = await placeOf(parts, app, service, path, tried)
    const unfinished = join(dirname(place), `.${randomUUID()}`)
    try {
      const before = await stat(place).catch(() => undefined)
      await write(unfinished, bytes, before && { mode: before.mode & 0o777 })
      await rename(unfinished, place)
    } catch (error) {
      await rm(unfinished, { force: true })
      throw error
    }
  } catch (error) {
    throw fromFiles(tried, error)
  }
}

/** Links are followed first: a link in a volume must not lead us to a file of this machine. */
async function placeOf(parts: EngineParts, app: App, service: ServiceName, path: string, tried: string): Promise<string> {
  const { plan } = newestRunning(parts, app, service)
  const found = pairOf(path, plan.paths)
  if (!found) throw new PortError('not-found', `${tried}: nothing of the service is mounted there; it has ${plan.paths.map(({ inside }) => inside).join(', ') || 'no mounts'}`)
  const root = await realpath(found.pair.here)
  const named = join(root, found.rest)
  const real = await realpath(named).catch(async (error) => {
    if (!isAbsent(error)) throw error
    return join(await realpath(dirname(named)), basename(named))
  })
  if (real !== root && !real.startsWith(root + sep)) throw new PortError('refused', `${tried}: a link leads out of the volume`)
  return real
}

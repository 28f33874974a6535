import { rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { App, ServiceName } from '../../../domain/model/app.ts'
import { removeTree } from '../../../lib/remove-tree.ts'
import { PortError } from '../../../ports/port-error.ts'
import { fromFiles, isAbsent } from './errors.ts'
import { endGroups } from './found.ts'
import { namesIn, volumesOf } from './inventory.ts'
import { KEPT, placesOf } from './layout.ts'
import { forget, readRecord, refuseStranger } from './record.ts'
import type { EngineParts } from './running-app.ts'

/** For programs whose service we no longer know: what Docker gives. */
const GRACE_MS = 10_000

/**
 * Removes an app, whoever started it: programs first, then files, and the record last, so that a kill at any moment leaves something
 * that `inventory` names and the next call finishes.
 */
export async function remove(parts: EngineParts, app: App, { data, signal }: { data: 'doomed' | 'keep'; signal?: AbortSignal }): Promise<void> {
  const record = await readRecord(parts.folder, app.stack)
  if (record) await refuseStranger(parts, record)
  stopIfAborted(app, signal)
  const running = parts.apps.get(app.stack)
  await running?.stopAll(data === 'doomed' ? 'kill' : 'ask')
  await endGroups(parts, app.stack, data === 'doomed' ? 0 : GRACE_MS)
  parts.apps.delete(app.stack)
  stopIfAborted(app, signal)
  const places = placesOf(parts.folder, app.stack)
  try {
    const names = await namesIn(places.root)
    for (const name of names) if (data === 'doomed' || !isKept(name)) await removeTree(join(places.root, name))
    if (data === 'keep') for (const name of KEPT) await removeIfEmpty(join(places.root, name))
    if (await removeIfEmpty(places.root)) await forget(parts.folder, app.stack)
  } catch (error) {
    throw fromFiles(`removing ${app.stack}`, error)
  }
}

/** Ends services by name and waits until nothing of them runs. */
export async function removeServices(parts: EngineParts, app: App, services: readonly ServiceName[]): Promise<void> {
  const running = parts.apps.get(app.stack)
  await Promise.all(services.map((service) => running?.stop(service, 'ask')))
}

export async function removeVolumes(parts: EngineParts, { stack }: App, names: readonly string[]): Promise<void> {
  for (const { name, path } of await volumesOf(parts, stack)) {
    if (!names.includes(name)) continue
    try {
      await removeTree(path)
    } catch (error) {
      throw fromFiles(`removing the volume ${name}`, error)
    }
  }
}

function isKept(name: string): boolean {
  return (KEPT as readonly string[]).includes(name)
}

/** Answers whether it is gone. */
async function removeIfEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder)
    return true
  } catch (error) {
    if (isAbsent(error)) return true
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false
    throw error
  }
}

function stopIfAborted({ stack }: App, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new PortError('timeout', `removing ${stack}: given up before it was done; "cc-ci runs clean" finishes it`, { cause: signal.reason })
}

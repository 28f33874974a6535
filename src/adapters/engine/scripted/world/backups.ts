import type { App } from '../../../../domain/model/app.ts'
import { Refusal } from './refusal.ts'
import type { Files, World } from './state.ts'
import { volumeOf } from './volumes.ts'

/** For `Backups`: copies of paths of volumes, kept in the world with the app they are of. */
export interface Saved {
  volume: string
  /** Below the volume's root; `.` for all of it. */
  path: string
}

export function save(world: World, { app, sources }: { app: App; sources: Saved[] }): { id: string; bytes: number } {
  const entries = new Map<string, Files>()
  let bytes = 0
  for (const { volume, path } of sources) {
    const kept: Files = entries.get(volume) ?? new Map()
    for (const [name, content] of filesOf(world, app, volume)) {
      if (!isInside(name, path)) continue
      kept.set(name, content)
      bytes += content.length
    }
    entries.set(volume, kept)
  }
  world.backups.set(app.stack, { run: app.run, stack: app.stack, entries })
  return { id: app.stack, bytes }
}

export function entries(world: World, { artefact }: { artefact: { id: string } }): Array<{ volume: string; path: string; kind: 'file'; bytes: number }> {
  return [...backupOf(world, artefact.id)].flatMap(([volume, files]) => [...files].map(([path, content]) => ({ volume, path, kind: 'file' as const, bytes: content.length })))
}

export function restore(world: World, { app, artefact, sources }: { app: App; artefact: { id: string }; sources: Saved[] }): void {
  const backup = backupOf(world, artefact.id)
  for (const { volume, path } of sources) {
    const files = filesOf(world, app, volume)
    for (const name of [...files.keys()]) if (isInside(name, path)) files.delete(name)
    for (const [name, content] of backup.get(volume) ?? []) if (isInside(name, path)) files.set(name, content)
  }
}

export function discard(world: World, { app }: { app: App }): void {
  world.backups.delete(app.stack)
}

function filesOf(world: World, app: App, key: string): Files {
  const volume = volumeOf(world, app, key)
  if (!volume) throw new Refusal('not-found', `There is no volume ${key}.`)
  return volume.files
}

function backupOf(world: World, id: string): Map<string, Files> {
  const backup = world.backups.get(id)
  if (!backup) throw new Refusal('not-found', `There is no backup ${id}.`)
  return backup.entries
}

function isInside(name: string, path: string): boolean {
  return path === '.' || name === path || name.startsWith(`${path}/`)
}

import type { App } from '../../../../domain/model/app.ts'
import { Refusal } from './refusal.ts'
import type { Files, ServiceState, VolumeState, World } from './state.ts'

/** A volume where some program has it. */
export interface Mount {
  target: string
  volume: VolumeState
}

export function volumeOf(world: World, app: App, key: string): VolumeState | undefined {
  for (const volume of world.volumes.values()) if (volume.stack === app.stack && volume.key === key) return volume
  return undefined
}

export function mountsOf(world: World, service: ServiceState): Mount[] {
  return (service.definition.volumes ?? []).flatMap((mount) => {
    const volume = mount.type === 'volume' && mount.source ? volumeOf(world, service.stack.app, mount.source) : undefined
    return volume ? [{ target: mount.target.replace(/\/+$/, ''), volume }] : []
  })
}

export function readAt(mounts: readonly Mount[], given: Files, path: string): Buffer {
  const place = placeAt(mounts, path)
  const bytes = place ? place.files.get(place.path) : given.get(path)
  if (!bytes) throw new Refusal('not-found', `Reading ${path}: it is not there.`)
  return bytes
}

/** As on a disk, a file needs a folder to be in. Outside of volumes nothing is kept. */
export function writeAt(mounts: readonly Mount[], path: string, bytes: Buffer): void {
  const place = placeAt(mounts, path)
  if (!place) throw new Refusal('not-found', `Writing ${path}: it lies on no volume, and nothing else is kept here.`)
  const folder = place.path.includes('/') ? place.path.slice(0, place.path.lastIndexOf('/') + 1) : ''
  if (folder !== '' && ![...place.files.keys()].some((name) => name.startsWith(folder))) throw new Refusal('not-found', `Writing ${path}: there is no folder ${folder}.`)
  place.files.set(place.path, bytes)
}

export function isThere(world: World, service: ServiceState, path: string): boolean {
  const place = placeAt(mountsOf(world, service), path)
  return place?.files.has(place.path) === true
}

function placeAt(mounts: readonly Mount[], path: string): { volume: VolumeState; files: Files; path: string } | undefined {
  const mount = mounts.filter(({ target }) => path.startsWith(`${target}/`)).sort((a, b) => b.target.length - a.target.length)[0]
  return mount && { volume: mount.volume, files: mount.volume.files, path: path.slice(mount.target.length + 1) }
}

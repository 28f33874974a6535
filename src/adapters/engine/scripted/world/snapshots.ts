import { Refusal } from './refusal.ts'
import { type Files, newId, type SnapshotState, type World } from './state.ts'

/** A volume where it lies for `Snapshots`: its path here is `scripted:NAME`. */
interface Folder {
  name: string
  path: string
}

const GENERATIONS = 2

export function snapshotTake(world: World, { app, folders, documents, keep }: { app: string; folders: Folder[]; documents: SnapshotState['documents']; keep: string[] }) {
  const volumes = new Map(folders.map((folder) => [folder.name, new Map(filesOf(world, folder))]))
  const taken: SnapshotState = { id: newId(world, 'snapshot'), at: Date.now(), volumes, documents, damaged: false }
  const all = [taken, ...generations(world, app)]
  world.snapshots.set(app, all.filter(({ id }, index) => index < GENERATIONS || keep.includes(id)))
  return described(app, taken)
}

export function snapshotVerify(world: World, { app, id }: { app: string; id: string }) {
  return described(app, whole(world, app, id))
}

export function snapshotList(world: World, { app }: { app: string }) {
  return generations(world, app).map((one) => described(app, one))
}

export function snapshotDocuments(world: World, { app, id }: { app: string; id: string }) {
  return whole(world, app, id).documents
}

export function snapshotRestore(world: World, { app, id, folders }: { app: string; id: string; folders: Folder[] }) {
  const { volumes } = whole(world, app, id)
  const counted = { written: 0, removed: 0 }
  for (const folder of folders) {
    const wanted = volumes.get(folder.name)
    if (!wanted) throw new Refusal('not-found', `Snapshot ${id} has no volume ${folder.name}.`)
    const files = filesOf(world, folder)
    for (const name of [...files.keys()]) if (!wanted.has(name) && files.delete(name)) counted.removed += 1
    for (const [name, bytes] of wanted) {
      if (files.get(name)?.equals(bytes)) continue
      files.set(name, bytes)
      counted.written += 1
    }
  }
  return counted
}

export function snapshotDifferences(world: World, { app, id, folders }: { app: string; id: string; folders: Folder[] }): string[] {
  const { volumes } = whole(world, app, id)
  return folders.flatMap((folder) => {
    const wanted: Files = volumes.get(folder.name) ?? new Map()
    const files = filesOf(world, folder)
    return [...new Set([...wanted.keys(), ...files.keys()])].filter((name) => !(wanted.get(name) && files.get(name)?.equals(wanted.get(name)!))).map((name) => `${folder.name}/${name}`)
  })
}

export function snapshotSpace(world: World, { folders }: { folders: Folder[] }) {
  const needsBytes = folders.flatMap((folder) => [...filesOf(world, folder).values()]).reduce((sum, { length }) => sum + length, 0)
  return { needsBytes, freeBytes: world.freeBytes }
}

export function snapshotDrop(world: World, { app, id }: { app: string; id?: string }): void {
  world.snapshots.set(app, id === undefined ? [] : generations(world, app).filter((one) => one.id !== id))
}

/** For tests: what is on the disk is no longer what was written. */
export function damageSnapshots(world: World, { app }: { app: string }): void {
  for (const one of generations(world, app)) one.damaged = true
}

function generations(world: World, app: string): SnapshotState[] {
  return world.snapshots.get(app) ?? []
}

function whole(world: World, app: string, id: string): SnapshotState {
  const found = generations(world, app).find((one) => one.id === id)
  if (!found) throw new Refusal('not-found', `There is no snapshot ${id} of ${app}.`)
  if (found.damaged) throw new Refusal('conflict', `Snapshot ${id} of ${app} is not what was written.`, 'a hash differs')
  return found
}

function filesOf(world: World, { path }: Folder): Files {
  const volume = world.volumes.get(path.replace(/^scripted:/, ''))
  if (!volume) throw new Refusal('not-found', `There is no volume ${path}.`)
  return volume.mount === undefined ? volume.files : new Map()
}

function described(app: string, { id, at, volumes, documents }: SnapshotState) {
  const files = [...volumes.values()].flatMap((one) => [...one.values()])
  const bytes = files.reduce((sum, { length }) => sum + length, 0)
  return { id, app, at, folders: [...volumes.keys()], documents: documents.map(({ name }) => name), entries: files.length, bytes, storedBytes: bytes }
}

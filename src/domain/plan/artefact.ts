import type { SavedPath } from './coverage.ts'

/** One thing inside a backup, as the backup program lists it. */
export interface ArtefactEntry {
  volume: string
  path: string
  kind: 'file' | 'folder' | 'link' | 'other'
  bytes: number
}

/** Undefined: the artefact holds what it should. Otherwise one sentence about what it lacks. */
export function judgeArtefact(given: { saved: readonly SavedPath[]; entries: readonly ArtefactEntry[]; expected: ReadonlyArray<{ volume: string; path: string; bytes: number }> }): string | undefined {
  for (const { volume, path } of given.saved) {
    const inside = given.entries.filter((entry) => entry.volume === volume && (path === '.' || entry.path === path || entry.path.startsWith(`${path}/`)))
    const where = path === '.' ? `volume ${volume}` : `${path} of volume ${volume}`
    if (inside.length === 0) return `nothing of ${where} is in it`
    const files = inside.filter((entry) => entry.kind === 'file')
    if (files.length === 0) return `no file of ${where} is in it`
    if (files.every((entry) => entry.bytes === 0)) return `every file of ${where} in it is empty`
  }
  for (const wanted of given.expected) {
    const found = given.entries.find((entry) => entry.volume === wanted.volume && entry.path === wanted.path)
    if (!found) return `the marker that was planted in volume ${wanted.volume} is not in it`
    if (found.bytes !== wanted.bytes) return `the marker that was planted in volume ${wanted.volume} has ${found.bytes} bytes in it instead of ${wanted.bytes}`
  }
  return undefined
}

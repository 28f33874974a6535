import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { SnapshotError } from '../../../ports/snapshots.ts'
import { readIdentities, readManifest, writtenIdentities, type Identities, type Manifest } from './manifest.ts'
import { readIndex, type PackIndex } from './pack-index.ts'

/**
 * What a generation looks like on disk: a folder `<number>-<hash of the manifest>` with
 *
 *     manifest.json            what was saved: every entry with owner, mode, time and where its data lies
 *     <n>.tar, <n>.index.json  packs and their hashes; packs that did not change are hard links to those of the generation before
 *     documents/<name>         what the caller gave, as it was
 *     seen.json                by which inode and ctime live files are known as unchanged; a convenience, may be missing or wrong
 *
 * Nothing in it is ever written again but `seen.json`, and that by exchange.
 */

export const MANIFEST = 'manifest.json'
export const SEEN = 'seen.json'
export const DOCUMENTS = 'documents'

const HASH_DIGITS = 32
const NAME = new RegExp(`^(\\d{6,})-[0-9a-f]{${HASH_DIGITS}}$`)

export function generationName(number: number, manifest: string): string {
  return `${String(number).padStart(6, '0')}-${sha256(manifest).slice(0, HASH_DIGITS)}`
}

/** Undefined for what is no generation's name. */
export function generationNumber(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** Newest first. */
export function generationsIn(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => generationNumber(name) !== undefined)
    .sort((a, b) => generationNumber(b)! - generationNumber(a)!)
}

export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

export function packFile(generation: string, pack: string): string {
  return join(generation, `${pack}.tar`)
}

export function indexFile(generation: string, pack: string): string {
  return join(generation, `${pack}.index.json`)
}

/** `damaged` where the manifest is not the one that gave the generation its name. */
export function openManifest(generation: string): Manifest {
  const name = nameOf(generation)
  const text = readPart(generation, MANIFEST).toString()
  if (generationName(generationNumber(name)!, text) !== name) throw damaged(name, `${MANIFEST} is not the one that was written`)
  return readManifest(text)
}

/** The indexes of all packs, each compared with the manifest; sizes of the packs, too: bytes are for whoever reads them. */
export function openIndexes(generation: string, { packs }: Manifest): PackIndex[] {
  const name = nameOf(generation)
  return packs.map((pack) => {
    const text = readPart(generation, `${pack.name}.index.json`).toString()
    if (sha256(text) !== pack.indexSha256) throw damaged(name, `${pack.name}.index.json is not the one that was written`)
    const size = statSync(packFile(generation, pack.name), { throwIfNoEntry: false })?.size
    if (size !== pack.bytes) throw damaged(name, size === undefined ? `${pack.name}.tar is missing` : `${pack.name}.tar has ${size} bytes instead of ${pack.bytes}`)
    return readIndex(text)
  })
}

export function openDocuments(generation: string, { documents }: Manifest): { name: string; mode: number; bytes: Uint8Array }[] {
  return documents.map(({ name, mode, sha256: expected }) => {
    const bytes = readPart(generation, `${DOCUMENTS}/${name}`)
    if (sha256(bytes) !== expected) throw damaged(nameOf(generation), `the document ${name} is not the one that was written`)
    return { name, mode, bytes }
  })
}

function readPart(generation: string, part: string): Buffer {
  try {
    return readFileSync(join(generation, part))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw damaged(nameOf(generation), `${part} is missing`)
  }
}

/** The last part of its folder. */
export function nameOf(generation: string): string {
  return generation.slice(generation.lastIndexOf('/') + 1)
}

/** Nothing where it is missing, cut short, or not of this manifest: then every file is read. */
export function openIdentities(generation: string, manifest: Manifest): Identities {
  try {
    const text = readFileSync(join(generation, SEEN), 'utf8')
    const end = text.indexOf('\n')
    const identities = text.slice(0, end) === sha256(text.slice(end + 1)) ? readIdentities(text.slice(end + 1)) : []
    return identities.length === manifest.entries.length ? identities : []
  } catch {
    return []
  }
}

export function identitiesText(identities: Identities): string {
  const text = writtenIdentities(identities)
  return `${sha256(text)}\n${text}`
}

export function writeDurably(file: string, bytes: string | Uint8Array, mode = 0o600): void {
  const fd = openSync(file, 'wx', mode)
  try {
    const all = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
    for (let done = 0; done < all.length; ) done += writeSync(fd, all, done)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** The names in a folder are on the disk. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function damaged(generation: string, what: string): SnapshotError {
  return new SnapshotError('damaged', `snapshot ${generation} is damaged: ${what}. Look at the disk.`, { says: what })
}

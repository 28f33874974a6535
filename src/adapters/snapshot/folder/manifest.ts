import type { Entry, EntryKind, Identity, Stored } from './entry.ts'

/**
 * What a snapshot says of itself. Written as columns: one JSON object for each of thousands of entries takes several times as long to read.
 * Everything in a generation that is not the manifest is named in it with its hash; the manifest's own hash is part of the generation's name.
 */
export interface Manifest {
  form: 1
  app: string
  /** ms UTC */
  at: number
  /** Names, in the order in which they were asked for. */
  folders: string[]
  documents: { name: string; mode: number; bytes: number; sha256: string }[]
  /** In the order in which tar has to extract them. Shared with other generations. */
  packs: PackEntry[]
  entries: Entry[]
}

export interface PackEntry {
  /** Without ending: `<name>.tar` and `<name>.index.json`. */
  name: string
  bytes: number
  /** Of the index, which has those of the pack. */
  indexSha256: string
  /** Bytes of files in it, also of such as no generation needs any more. */
  dataBytes: number
}

const KINDS: EntryKind[] = ['file', 'folder', 'link', 'pipe', 'socket', 'character device', 'block device']

const COLUMNS = ['path', 'kind', 'mode', 'uid', 'gid', 'mtime', 'mtimeNs', 'size', 'pack', 'piece'] as const
type Columns = { path: string[] } & Record<Exclude<(typeof COLUMNS)[number], 'path'>, number[]>
type Rare = Pick<Entry, 'target' | 'device' | 'xattrs' | 'sameAs' | 'extents'>

export function writtenManifest(manifest: Manifest): string {
  const columns: Columns = { path: [], kind: [], mode: [], uid: [], gid: [], mtime: [], mtimeNs: [], size: [], pack: [], piece: [] }
  /** What few entries have, by place. */
  const rare: Record<number, Rare> = {}
  for (const [place, entry] of manifest.entries.entries()) {
    columns.path.push(entry.path)
    columns.kind.push(KINDS.indexOf(entry.kind))
    columns.mode.push(entry.mode)
    columns.uid.push(entry.uid)
    columns.gid.push(entry.gid)
    const [seconds, ns] = split(entry.mtime)
    columns.mtime.push(seconds)
    columns.mtimeNs.push(ns)
    columns.size.push(entry.size)
    columns.pack.push(entry.stored?.pack ?? -1)
    columns.piece.push(entry.stored?.piece ?? -1)
    const { target, device, xattrs, sameAs, extents } = entry
    if (target !== undefined || device !== undefined || xattrs || sameAs !== undefined || extents) rare[place] = { target, device, xattrs, sameAs, extents }
  }
  return JSON.stringify({ ...manifest, entries: { columns, rare } })
}

export function readManifest(text: string): Manifest {
  const read: Omit<Manifest, 'entries'> & { entries: { columns: Columns; rare: Record<number, Rare> } } = JSON.parse(text)
  const { columns, rare } = read.entries
  const entries = columns.path.map((path, place) => {
    const stored: Stored | undefined = columns.pack[place]! < 0 ? undefined : { pack: columns.pack[place]!, piece: columns.piece[place]! }
    const entry: Entry = {
      path,
      kind: KINDS[columns.kind[place]!]!,
      mode: columns.mode[place]!,
      uid: columns.uid[place]!,
      gid: columns.gid[place]!,
      mtime: joined(columns.mtime[place]!, columns.mtimeNs[place]!),
      size: columns.size[place]!,
      ...(stored && { stored }),
      ...rare[place],
    }
    return entry
  })
  return { ...read, entries }
}

/**
 * Entry by entry of a manifest, what the live files were when we last saw them equal to it; beside the manifest, because a restore writes it anew.
 * Undefined: nobody can tell without reading.
 */
export type Identities = (Identity | undefined)[]

export function writtenIdentities(identities: Identities): string {
  const inode: string[] = []
  const seconds: number[] = []
  const ns: number[] = []
  for (const identity of identities) {
    inode.push(identity === undefined ? '' : String(identity.inode))
    const [whole, rest] = split(identity?.ctime ?? 0n)
    seconds.push(whole)
    ns.push(rest)
  }
  return JSON.stringify({ inode, seconds, ns })
}

export function readIdentities(text: string): Identities {
  const read: { inode: string[]; seconds: number[]; ns: number[] } = JSON.parse(text)
  return read.inode.map((inode, place) => (inode === '' ? undefined : { inode: BigInt(inode), ctime: joined(read.seconds[place]!, read.ns[place]!) }))
}

/** Seconds and ns, both whole; the ns from 0 on. */
function split(ns: bigint): [seconds: number, ns: number] {
  const seconds = ns >= 0n ? ns / 1_000_000_000n : -((-ns + 999_999_999n) / 1_000_000_000n)
  return [Number(seconds), Number(ns - seconds * 1_000_000_000n)]
}

function joined(seconds: number, ns: number): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(ns)
}

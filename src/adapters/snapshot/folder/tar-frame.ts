import { aclText } from './acl-text.ts'
import { dataBytes, type Entry } from './entry.ts'

/**
 * What stands before an entry's data in a tar archive (POSIX pax, with the words of GNU tar and star for what POSIX leaves out), so that tar alone
 * brings everything back: `tar --extract --acls --xattrs --listed-incremental=/dev/null`.
 * A folder's frame lists what was in it (`GNU.dumpdir`): extracting a later archive over an earlier one then also removes what is gone.
 * Sockets have no place in tar: there is no frame for them.
 */

const BLOCK = 512
const PAGE = 4096
const TYPE = { file: '0', link: '2', 'character device': '3', 'block device': '4', folder: '5', pipe: '6' } as const

/** `at`: where in the archive it will stand. `pageAligned`: fill it up so that what follows begins at a page. */
export function frameOf(entry: Entry, given: { at: number; pageAligned: boolean; children?: readonly { name: string; isFolder: boolean }[] }): Buffer {
  const isSparse = entry.extents !== undefined && entry.sameAs === undefined
  const name = entry.kind === 'folder' ? `${entry.path}/` : entry.path
  const map = isSparse ? sparseMap(entry) : Buffer.alloc(0)
  const size = entry.kind === 'file' && entry.sameAs === undefined ? map.length + dataBytes(entry) : 0
  const target = entry.sameAs ?? entry.target ?? ''

  let pax = record('mtime', seconds(entry.mtime))
  if (isSparse) {
    pax += record('GNU.sparse.major', '1') + record('GNU.sparse.minor', '0') + record('GNU.sparse.name', name) + record('GNU.sparse.realsize', String(entry.size))
  } else if (name.length > 100) pax += record('path', name)
  if (target.length > 100) pax += record('linkpath', target)
  if (size > 0o77777777777) pax += record('size', String(size))
  if (entry.uid > 0o7777777) pax += record('uid', String(entry.uid))
  if (entry.gid > 0o7777777) pax += record('gid', String(entry.gid))
  for (const [key, value] of Object.entries(entry.xattrs ?? {})) {
    if (key === 'system.posix_acl_access') pax += record('SCHILY.acl.access', aclText(value))
    else if (key === 'system.posix_acl_default') pax += record('SCHILY.acl.default', aclText(value))
    else pax += record(`SCHILY.xattr.${key.replaceAll('%', '%25').replaceAll('=', '%3D')}`, value)
  }
  if (given.children) pax += record('GNU.dumpdir', `${given.children.map((child) => `${child.isFolder ? 'D' : 'Y'}${child.name}\0`).join('')}\0`)

  let room = blocks(pax.length)
  if (given.pageAligned) {
    while ((given.at + 2 * BLOCK + room + map.length) % PAGE !== 0) room += BLOCK
    if (room > blocks(pax.length)) pax += filler(room - pax.length)
  }

  const frame = Buffer.alloc(2 * BLOCK + room + map.length)
  header(frame.subarray(0, BLOCK), { name: 'pax', type: 'x', size: pax.length, mode: 0o644, uid: 0, gid: 0, mtime: 0n, target: '', device: 0 })
  frame.write(pax, BLOCK, 'latin1')
  header(frame.subarray(BLOCK + room, 2 * BLOCK + room), {
    name: isSparse ? `GNUSparseFile.0/${name.slice(name.lastIndexOf('/') + 1)}` : name,
    type: entry.sameAs === undefined ? TYPE[entry.kind as keyof typeof TYPE] : '1',
    size,
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    mtime: entry.mtime,
    target,
    device: entry.device ?? 0,
  })
  map.copy(frame, 2 * BLOCK + room)
  return frame
}

export function blocks(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK
}

interface Header {
  name: string
  type: string
  size: number
  mode: number
  uid: number
  gid: number
  mtime: bigint
  target: string
  device: number
}

function header(head: Buffer, given: Header): void {
  head.write(given.name.slice(0, 100), 0, 'latin1')
  octal(head, 100, 8, given.mode)
  octal(head, 108, 8, given.uid)
  octal(head, 116, 8, given.gid)
  octal(head, 124, 12, given.size)
  octal(head, 136, 12, given.mtime > 0n ? Number(given.mtime / 1_000_000_000n) : 0)
  head.fill(0x20, 148, 156)
  head.write(given.type, 156, 'latin1')
  head.write(given.target.slice(0, 100), 157, 'latin1')
  head.write('ustar\x0000', 257, 'latin1')
  if (given.type === '3' || given.type === '4') {
    // As glibc packs them (makedev(3)), for the numbers that there are.
    octal(head, 329, 8, (given.device >>> 8) & 0xfff)
    octal(head, 337, 8, (given.device & 0xff) | ((given.device >>> 12) & 0xfff00))
  }
  let sum = 0
  for (let at = 0; at < BLOCK; at++) sum += head[at]!
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
}

/** What is too large for its place stands in the pax records; then 0. */
function octal(head: Buffer, at: number, length: number, value: number): void {
  const text = value.toString(8)
  head.write((text.length < length ? text : '0').padStart(length - 1, '0'), at, 'latin1')
}

/** `<length of the whole record> key=value\n`; the length counts its own digits. All strings here are one character a byte. */
function record(key: string, value: string): string {
  const rest = key.length + value.length + 3
  let length = rest + String(rest).length
  if (rest + String(length).length > length) length++
  return `${length} ${key}=${value}\n`
}

/** A comment that makes exactly `bytes`, at least a block's worth. */
function filler(bytes: number): string {
  const start = `${bytes} comment=`
  return `${start}${' '.repeat(bytes - start.length - 1)}\n`
}

function seconds(ns: bigint): string {
  const abs = ns < 0n ? -ns : ns
  return `${ns < 0n ? '-' : ''}${abs / 1_000_000_000n}.${String(abs % 1_000_000_000n).padStart(9, '0')}`
}

/** Sparse format 1.0 of GNU tar: how many, then offset and length of each, a line each, filled up to a block. A hole at the end is an empty extent there. */
function sparseMap({ extents = [], size }: Entry): Buffer {
  const last = extents.at(-1)
  const all = last && last[0] + last[1] === size ? extents : [...extents, [size, 0] as const]
  const text = `${[all.length, ...all.flat()].join('\n')}\n`
  const map = Buffer.alloc(blocks(text.length))
  map.write(text, 'latin1')
  return map
}

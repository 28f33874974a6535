/**
 * Writes and reads tar archives in memory (POSIX ustar, pax headers for what does not fit; GNU long names are read too). For handing a
 * few files to a container and taking them out again, not for backups.
 */
export type TarEntry =
  | { kind: 'file'; path: string; bytes: Uint8Array; mode?: number; uid?: number; gid?: number }
  | { kind: 'folder'; path: string; mode?: number; uid?: number; gid?: number }
  | { kind: 'symlink'; path: string; target: string; uid?: number; gid?: number }
  /** Devices, hard links and the like; read, never written. */
  | { kind: 'other'; path: string }

const BLOCK = 512
const TYPE: Record<Exclude<TarEntry['kind'], 'other'>, string> = { file: '0', symlink: '2', folder: '5' }

export function writeTar(entries: readonly Exclude<TarEntry, { kind: 'other' }>[], { modifiedAt = 0 }: { /** ms UTC */ modifiedAt?: number } = {}): Buffer {
  const blocks: Buffer[] = []
  for (const entry of entries) {
    const path = entry.kind === 'folder' && !entry.path.endsWith('/') ? `${entry.path}/` : entry.path
    const target = entry.kind === 'symlink' ? entry.target : ''
    const long: Record<string, string> = {}
    if (!fits(path)) long.path = path
    if (!fits(target)) long.linkpath = target
    if (Object.keys(long).length > 0) {
      const records = Buffer.concat(Object.entries(long).map(([key, value]) => paxRecord(key, value)))
      blocks.push(header({ path: 'pax', type: 'x', size: records.length, mode: 0o644, modifiedAt }), padded(records))
    }
    const content = entry.kind === 'file' ? Buffer.from(entry.bytes.buffer, entry.bytes.byteOffset, entry.bytes.byteLength) : Buffer.alloc(0)
    const mode = entry.kind === 'symlink' ? 0o777 : (entry.mode ?? (entry.kind === 'folder' ? 0o755 : 0o644))
    blocks.push(
      header({
        path: long.path ? 'long' : path,
        target: long.linkpath ? 'long' : target,
        type: TYPE[entry.kind],
        size: content.length,
        mode,
        uid: entry.uid,
        gid: entry.gid,
        modifiedAt,
      }),
      padded(content),
    )
  }
  blocks.push(Buffer.alloc(2 * BLOCK))
  return Buffer.concat(blocks)
}

/** Throws on an archive that is cut off or damaged: half a file must not pass for a file. */
export function readTar(archive: Uint8Array): TarEntry[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength)
  const entries: TarEntry[] = []
  let pax: Record<string, string> = {}
  let gnu: Record<string, string> = {}
  let at = 0
  for (;;) {
    if (at + BLOCK > bytes.length) throw new Error('the tar archive is cut off: it has no end mark')
    const head = bytes.subarray(at, at + BLOCK)
    if (head.every((byte) => byte === 0)) return entries
    checkSum(head, at)
    const type = String.fromCharCode(head[156] || 48)
    const size = Number(pax.size ?? number(head, 124, 12))
    const from = at + BLOCK
    if (from + size > bytes.length) throw new Error('the tar archive is cut off in the middle of an entry')
    const content = bytes.subarray(from, from + size)
    at = from + Math.ceil(size / BLOCK) * BLOCK
    if (type === 'x') pax = paxRecords(content)
    else if (type === 'L') gnu = { ...gnu, path: text(content, 0, size) }
    else if (type === 'K') gnu = { ...gnu, linkpath: text(content, 0, size) }
    else if (type !== 'g') {
      const prefix = text(head, 345, 155)
      const short = text(head, 0, 100)
      const isUstar = text(head, 257, 6) === 'ustar'
      const path = pax.path ?? gnu.path ?? (isUstar && prefix !== '' ? `${prefix}/${short}` : short)
      const target = pax.linkpath ?? gnu.linkpath ?? text(head, 157, 100)
      const owner = { uid: Number(pax.uid ?? number(head, 108, 8)), gid: Number(pax.gid ?? number(head, 116, 8)) }
      const mode = number(head, 100, 8) & 0o7777
      if (type === '0' || type === '7') entries.push({ kind: 'file', path, bytes: content, mode, ...owner })
      else if (type === '5') entries.push({ kind: 'folder', path, mode, ...owner })
      else if (type === '2') entries.push({ kind: 'symlink', path, target, ...owner })
      else entries.push({ kind: 'other', path })
      pax = {}
      gnu = {}
    }
  }
}

function fits(name: string): boolean {
  return Buffer.byteLength(name) <= 100 && /^[\x20-\x7e]*$/.test(name)
}

function header(given: { path: string; target?: string; type: string; size: number; mode: number; uid?: number; gid?: number; modifiedAt: number }): Buffer {
  const head = Buffer.alloc(BLOCK)
  head.write(given.path, 0, 100, 'utf8')
  head.write(octal(given.mode, 7), 100)
  head.write(octal(given.uid ?? 0, 7), 108)
  head.write(octal(given.gid ?? 0, 7), 116)
  head.write(octal(given.size, 11), 124)
  head.write(octal(Math.floor(given.modifiedAt / 1000), 11), 136)
  head.write('        ', 148)
  head.write(given.type, 156)
  head.write(given.target ?? '', 157, 100, 'utf8')
  head.write('ustar\u000000', 257)
  head.write(`${octal(sum(head), 6)}\0 `, 148)
  return head
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

/** Octal text, or base-256 where the first bit is set (large sizes and owners). */
function number(head: Buffer, at: number, length: number): number {
  if (head[at]! & 0x80) return head.subarray(at + 1, at + length).reduce((value, byte) => value * 256 + byte, 0)
  return Number.parseInt(text(head, at, length).trim() || '0', 8)
}

function text(bytes: Buffer, at: number, length: number): string {
  const part = bytes.subarray(at, at + length)
  const end = part.indexOf(0)
  return part.subarray(0, end < 0 ? length : end).toString('utf8')
}

function sum(head: Buffer): number {
  return head.reduce((total, byte) => total + byte, 0)
}

function checkSum(head: Buffer, at: number): void {
  const blank = Buffer.from(head).fill(' ', 148, 156)
  if (sum(blank) !== number(head, 148, 8)) throw new Error(`the tar archive is damaged at byte ${at}`)
}

function padded(content: Buffer): Buffer {
  const over = content.length % BLOCK
  return over === 0 ? content : Buffer.concat([content, Buffer.alloc(BLOCK - over)])
}

/** `<length of the whole record> key=value\n`; the length counts its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + String(rest).length
  if (rest + String(length).length > length) length++
  return Buffer.from(`${length} ${key}=${value}\n`)
}

function paxRecords(content: Buffer): Record<string, string> {
  const records: Record<string, string> = {}
  let at = 0
  while (at < content.length) {
    const space = content.indexOf(32, at)
    const length = Number(content.subarray(at, space).toString('utf8'))
    if (space < 0 || !(length > 0)) throw new Error('the tar archive has a damaged pax header')
    const record = content.subarray(space + 1, at + length - 1).toString('utf8')
    const equals = record.indexOf('=')
    records[record.slice(0, equals)] = record.slice(equals + 1)
    at += length
  }
  return records
}

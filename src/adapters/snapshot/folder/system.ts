import koffi from 'koffi'
import { cPath, type BytePath } from './byte-path.ts'

/**
 * The calls of the C library that Node has none for: extended attributes (access lists are some), times to the nanosecond, device nodes and sockets, where
 * the holes of a sparse file are, making a whole file system durable. Only worker threads load this file: the foreign-function package comes with it.
 * Errors are like those of Node's `fs`: with `code`, `syscall` and `path`.
 */

const libc = koffi.load(null)
const llistxattr = libc.func('int64_t llistxattr(const uint8_t *path, uint8_t *list, uint64_t size)')
const lgetxattr = libc.func('int64_t lgetxattr(const uint8_t *path, const uint8_t *name, uint8_t *value, uint64_t size)')
const lsetxattr = libc.func('int lsetxattr(const uint8_t *path, const uint8_t *name, const uint8_t *value, uint64_t size, int flags)')
const lremovexattr = libc.func('int lremovexattr(const uint8_t *path, const uint8_t *name)')
const utimensat = libc.func('int utimensat(int folder, const uint8_t *path, const uint8_t *times, int flags)')
const futimens = libc.func('int futimens(int fd, const uint8_t *times)')
const mknod = libc.func('int mknod(const uint8_t *path, uint32_t mode, uint64_t device)')
const lseek = libc.func('int64_t lseek(int fd, int64_t offset, int whence)')
const syncfs = libc.func('int syncfs(int fd)')

const AT_FDCWD = -100
const AT_SYMLINK_NOFOLLOW = 0x100
const UTIME_OMIT = (1n << 30n) - 2n
const SEEK_DATA = 3
const SEEK_HOLE = 4
const PAGE = 4096

/** Larger than the kernel allows for one value or one list of names (xattr(7)). */
const XATTR_MOST = 65_536
const names = Buffer.alloc(XATTR_MOST)
const value = Buffer.alloc(XATTR_MOST)

/** Name → value, both one character a byte; undefined where there are none, or the file system knows none. */
export function readXattrs(path: BytePath): Record<string, string> | undefined {
  const at = cPath(path)
  const length = Number(llistxattr(at, names, XATTR_MOST))
  if (length === 0) return undefined
  if (length < 0) {
    if (errorCode() === 'ENOTSUP' || errorCode() === 'EOPNOTSUPP') return undefined
    throw failed('llistxattr', path)
  }
  const found: Record<string, string> = {}
  for (const name of names.toString('latin1', 0, length - 1).split('\0').sort()) {
    const size = Number(lgetxattr(at, cPath(name), value, XATTR_MOST))
    if (size < 0) throw failed('lgetxattr', path)
    found[name] = value.toString('latin1', 0, size)
  }
  return found
}

export function setXattr(path: BytePath, name: string, to: string): void {
  if (Number(lsetxattr(cPath(path), cPath(name), Buffer.from(to, 'latin1'), to.length, 0)) < 0) throw failed('lsetxattr', path)
}

export function removeXattr(path: BytePath, name: string): void {
  if (Number(lremovexattr(cPath(path), cPath(name))) < 0) throw failed('lremovexattr', path)
}

const times = Buffer.alloc(32)
times.writeBigInt64LE(UTIME_OMIT, 8)

/** Of the file itself, also where it is a link. The time of the last access stays. */
export function setModified(target: number | BytePath, at: bigint): void {
  const seconds = at >= 0n ? at / 1_000_000_000n : -((-at + 999_999_999n) / 1_000_000_000n)
  times.writeBigInt64LE(seconds, 16)
  times.writeBigInt64LE(at - seconds * 1_000_000_000n, 24)
  const done = typeof target === 'number' ? futimens(target, times) : utimensat(AT_FDCWD, cPath(target), times, AT_SYMLINK_NOFOLLOW)
  if (done < 0) throw failed('utimensat', typeof target === 'number' ? '' : target)
}

/** A socket, pipe or device. `mode` holds the kind. */
export function makeNode(path: BytePath, mode: number, device: bigint): void {
  if (mknod(cPath(path), mode, device) < 0) throw failed('mknod', path)
}

/** Where a file has data: [offset, length], in order, from page to page. What lies between is holes. */
export function dataExtents(fd: number, size: number, path: BytePath): [offset: number, length: number][] {
  const extents: [number, number][] = []
  let at = 0
  while (at < size) {
    const data = Number(lseek(fd, at, SEEK_DATA))
    // ENXIO: nothing but a hole up to the end.
    if (data < 0 && errorCode() === 'ENXIO') break
    if (data < 0) throw failed('lseek', path)
    const hole = Number(lseek(fd, data, SEEK_HOLE))
    if (hole < 0) throw failed('lseek', path)
    const from = Math.max(at, data - (data % PAGE))
    at = Math.ceil(hole / PAGE) * PAGE
    if (from < size) extents.push([from, Math.min(at, size) - from])
  }
  return extents
}

/** Everything written on the file system that holds `fd` is on its disk. */
export function syncFileSystem(fd: number): void {
  if (syncfs(fd) < 0) throw failed('syncfs', '')
}

/** Memory that direct input and output take: it begins at a page. */
export function alignedBuffer(bytes: number): Buffer {
  const memory = new ArrayBuffer(bytes + PAGE)
  const over = Number(koffi.address(new Uint8Array(memory)) % BigInt(PAGE))
  return Buffer.from(memory, over === 0 ? 0 : PAGE - over, bytes)
}

const CODES = new Map(Object.entries(koffi.os.errno).map(([code, number]) => [number, code]))

function errorCode(): string {
  return CODES.get(koffi.errno()) ?? 'EIO'
}

function failed(syscall: string, path: BytePath): NodeJS.ErrnoException {
  const code = errorCode()
  return Object.assign(new Error(`${code}: ${syscall} ${JSON.stringify(path)}`), { code, syscall, path })
}

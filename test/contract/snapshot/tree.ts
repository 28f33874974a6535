import { createHash, randomBytes } from 'node:crypto'
import { chownSync, closeSync, linkSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { bytePath, fsPath } from '../../../src/adapters/snapshot/folder/byte-path.ts'
import { makeNode, readXattrs, setModified, setXattr } from '../../../src/adapters/snapshot/folder/system.ts'
import { writeHostileTree } from '../backup/tree.ts'

/** A tree with everything that a snapshot has to bring back, and what is to be seen of a tree. */

const S_IFIFO = 0o010000
const S_IFSOCK = 0o140000
const S_IFCHR = 0o020000

/** `user::rw-,user:1234:rw-,group::r--,mask::rw-,other::r--`, as the kernel keeps it. */
export const ACCESS_LIST = Buffer.from('0200000001000600ffffffff02000600d204000004000400ffffffff10000600ffffffff20000400ffffffff', 'hex').toString('latin1')

export const isRoot = process.getuid?.() === 0

export function writeFullTree(root: string): void {
  writeHostileTree(root)
  const at = (name: string) => join(root, name)
  writeFileSync(at('several pieces'), randomBytes(9_000_001))
  writeFileSync(at('exactly two pieces'), randomBytes(8 * 1024 * 1024))
  truncateSync(at('zero'), 0)
  writeSparse(at('sparse'), 30_000_000, [[0, 5_000], [8_192_000, 4_096], [20_000_000, 100_000]])
  writeSparse(at('ends in a hole'), 3_000_000, [[4_096, 10]])
  writeSparse(at('large and sparse'), 5_000_000_000, [[4_999_000_000, 9_000_000 / 9]])
  writeFileSync(at('nothing but a hole'), '')
  truncateSync(at('nothing but a hole'), 1_000_000)
  mkdirSync(at(`${'long name '.repeat(20)}`))
  writeFileSync(at(`${'long name '.repeat(20)}/${'x'.repeat(250)}`), 'far down')
  mkdirSync(at('names of one file'))
  for (const name of ['b', 'c', 'a']) {
    if (name === 'b') writeFileSync(at('names of one file/b'), 'three names')
    else linkSync(at('names of one file/b'), at(`names of one file/${name}`))
  }
  for (let index = 0; index < 300; index++) writeFileSync(at(`folder/small ${index}`), randomBytes(index * 7))
  makeNode(bytePath(at('pipe')), S_IFIFO | 0o640, 0n)
  makeNode(bytePath(at('socket')), S_IFSOCK | 0o600, 0n)
  setXattr(bytePath(at('private')), 'user.note', 'a=b\0c\xff')
  setXattr(bytePath(at('empty folder')), 'user.of a folder', 'yes')
  setXattr(bytePath(at('several pieces')), 'system.posix_acl_access', ACCESS_LIST)
  mkdirSync(at('gives rights'))
  writeFileSync(at('gives rights/inside'), 'x')
  setXattr(bytePath(at('gives rights')), 'system.posix_acl_default', ACCESS_LIST)
  if (isRoot) {
    makeNode(bytePath(at('device')), S_IFCHR | 0o620, BigInt(lstatSync('/dev/null').rdev))
    chownSync(at('private'), 1234, 100_000)
    chownSync(at('folder/deep'), 3_000_000, 3_000_000)
    setXattr(bytePath(at('program')), 'trusted.mark', 'only for root')
  }
  setModified(bytePath(at('private')), 1_000_000_000_123_456_789n)
  setModified(bytePath(at('program')), -1_500_000_001n)
  setModified(bytePath(at('link out')), 1_600_000_000_000_000_001n)
  setModified(bytePath(at('folder/deep')), 1_500_000_000_999_999_999n)
  setModified(bytePath(root), 1_400_000_000_000_000_007n)
}

function writeSparse(path: string, size: number, parts: [at: number, bytes: number][]): void {
  const fd = openSync(path, 'w')
  for (const [at, bytes] of parts) writeSync(fd, randomBytes(bytes), 0, bytes, at)
  closeSync(fd)
  truncateSync(path, size)
}

/** What changed within the last tenth of a second is not believed to be what was stored, and stored once more: waits until nothing is that young. */
export async function untilOld(root: string): Promise<void> {
  const newest = Math.max(...[root, ...readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name))].map((path) => lstatSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0))
  const deadline = performance.now() + 5_000
  while (Date.now() - newest < 150) {
    if (performance.now() > deadline) throw new Error(`${root} holds what changed at ${new Date(newest).toISOString()}, which is not 150 ms ago after 5 s`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Path → everything that can be seen there. `without`: what the tool that made the tree cannot bring. */
export function everythingIn(root: string, { without = [] as string[] } = {}): Record<string, string> {
  const seen: Record<string, string> = {}
  const firsts = new Map<bigint, string>()
  const visit = (path: string, shown: string) => {
    const stat = lstatSync(fsPath(path), { bigint: true })
    if (without.includes('sockets') && stat.isSocket()) return
    const parts = [`${stat.mode.toString(8)} ${stat.uid}:${stat.gid} ${stat.mtimeNs}`]
    const xattrs = stat.isSocket() ? undefined : readXattrs(path)
    if (xattrs) parts.push(JSON.stringify(xattrs))
    if (stat.isSymbolicLink()) parts.push(`→ ${readlinkSync(fsPath(path), 'latin1')}`)
    if (stat.isCharacterDevice()) parts.push(`device ${stat.rdev}`)
    if (stat.isFile()) {
      parts.push(String(stat.size), stat.blocks * 512n < stat.size / 2n ? 'sparse' : 'full')
      parts.push(stat.size > 1_000_000_000n ? 'too large to read' : createHash('sha256').update(readFileSync(fsPath(path))).digest('hex').slice(0, 12))
      const first = firsts.get(stat.ino)
      if (first !== undefined) parts.push(`the same file as ${first}`)
      else if (stat.nlink > 1n) firsts.set(stat.ino, shown)
    }
    seen[shown] = parts.join(' ')
    if (stat.isDirectory()) for (const name of readdirSync(fsPath(path), 'latin1').sort()) visit(`${path}/${name}`, `${shown}/${name}`)
  }
  visit(bytePath(root), '.')
  return seen
}

export function inodesIn(root: string): bigint[] {
  const inodes: bigint[] = []
  const visit = (path: string) => {
    const stat = lstatSync(fsPath(path), { bigint: true })
    inodes.push(stat.ino)
    if (stat.isDirectory()) for (const name of readdirSync(fsPath(path), 'latin1')) visit(`${path}/${name}`)
  }
  visit(bytePath(root))
  return inodes
}

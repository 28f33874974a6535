import { randomFillSync } from 'node:crypto'
import { chownSync, closeSync, ftruncateSync, linkSync, mkdirSync, openSync, symlinkSync, unlinkSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { seeded } from '../test/support/seeded.ts'

/** Trees that snapshots are measured on. Incompressible, so that nobody gains by not writing; the same ones for the same seed but for their bytes. */

/**
 * At scale 1: 844 MB in 8,006 files: most of 1 to 300 KB, six of 50 to 85 MB; with links, sparse files and several owners. A smaller scale has fewer
 * files of the same sizes, and smaller large ones.
 */
export function writeManyFiles(root: string, scale: number): void {
  const random = seeded(1)
  mkdirSync(root, { recursive: true })
  const small = Math.round(7_990 * scale)
  for (let index = 0; index < small; index++) {
    const folder = join(root, `folder ${index % Math.ceil(small / 40)}`, `${index % 7}`)
    mkdirSync(folder, { recursive: true })
    const path = join(folder, `file ${index}`)
    writeFileSync(path, noise(1_000 + Math.round(299_000 * random() ** 4.4)))
    if (index % 10 === 0) chownSync(path, 1000 + (index % 3), 1000)
    if (index % 200 === 0) linkSync(path, `${path} second name`)
    if (index % 100 === 0) symlinkSync(`file ${index}`, `${path} link`)
  }
  for (let index = 0; index < 10; index++) writeSparse(join(root, `sparse ${index}`), 10_000_000)
  for (let index = 0; index < 6; index++) writeLarge(join(root, `large ${index}`), Math.round((50 + 7 * index) * 1e6 * scale))
}

/** At scale 1: one file of 1 GB. */
export function writeOneFile(root: string, scale: number): void {
  mkdirSync(root, { recursive: true })
  writeLarge(join(root, 'one'), Math.round(1e9 * scale))
}

/** One in a hundred files rewritten, a few gone and new. Answers a function that changes others each time. */
export function changeManyFiles(root: string, scale: number, turn: number): void {
  const small = Math.round(7_990 * scale)
  const random = seeded(100 + turn)
  for (let index = (turn * 13) % 100; index < small; index += 100) {
    const path = join(root, `folder ${index % Math.ceil(small / 40)}`, `${index % 7}`, `file ${index}`)
    writeFileSync(path, noise(1_000 + Math.round(299_000 * random() ** 4.4)))
    if (index % 800 === 0) unlinkSync(path)
    if (index % 700 === 0) writeFileSync(`${path} new ${turn}`, noise(20_000))
  }
}

/** One part in a hundred, in one place. */
export function changeOneFile(root: string, scale: number, turn: number): void {
  const fd = openSync(join(root, 'one'), 'r+')
  writeSync(fd, noise(Math.round(1e7 * scale)), 0, Math.round(1e7 * scale), Math.round(1e7 * scale * (7 + 11 * turn)) % Math.round(9e8 * scale))
  closeSync(fd)
}

const MEGABYTE = 1e6

function writeLarge(path: string, bytes: number): void {
  const fd = openSync(path, 'w')
  for (let done = 0; done < bytes; done += MEGABYTE) writeSync(fd, noise(Math.min(MEGABYTE, bytes - done)))
  closeSync(fd)
}

function writeSparse(path: string, size: number): void {
  const fd = openSync(path, 'w')
  writeSync(fd, noise(4096), 0, 4096, size / 2)
  ftruncateSync(fd, size)
  closeSync(fd)
}

function noise(bytes: number): Buffer {
  return randomFillSync(Buffer.allocUnsafe(bytes))
}

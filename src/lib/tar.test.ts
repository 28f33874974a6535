import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync, statSync, mkdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readTar, writeTar } from './tar.ts'

const deep = `${'a-rather-long-folder-name/'.repeat(8)}ünïcode-file`

test('what is written is read back', () => {
  const entries = [
    { kind: 'folder' as const, path: 'checks', mode: 0o755, uid: 1000, gid: 1000 },
    { kind: 'file' as const, path: 'checks/run', bytes: Buffer.from('#!/bin/sh\n'), mode: 0o755, uid: 0, gid: 0 },
    { kind: 'file' as const, path: deep, bytes: Buffer.alloc(1025, 7), mode: 0o600, uid: 999, gid: 12 },
    { kind: 'symlink' as const, path: 'link', target: deep, uid: 0, gid: 0 },
  ]
  const read = readTar(writeTar(entries))
  assert.deepEqual(read.map((entry) => entry.path), ['checks/', 'checks/run', deep, 'link'])
  assert.deepEqual(read[2], entries[2])
  assert.deepEqual(read[3], entries[3])
})

test('the system tar reads ours, and we read its', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tar-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const ours = join(folder, 'ours.tar')
  writeFileSync(ours, writeTar([{ kind: 'file', path: deep, bytes: Buffer.from('x'), mode: 0o640 }, { kind: 'symlink', path: 'l', target: 'there' }]))
  execFileSync('tar', ['-xf', ours, '-C', folder])
  assert.equal(readFileSync(join(folder, deep), 'utf8'), 'x')
  assert.equal(statSync(join(folder, deep)).mode & 0o777, 0o640)
  assert.equal(readlinkSync(join(folder, 'l')), 'there')

  mkdirSync(join(folder, 'in'))
  writeFileSync(join(folder, 'in', 'n'.repeat(180)), 'long')
  symlinkSync('t'.repeat(150), join(folder, 'in', 'long-link'))
  for (const format of ['gnu', 'pax', 'ustar']) {
    const theirs = execFileSync('tar', [`--format=${format}`, '-cf', '-', '-C', folder, ...(format === 'ustar' ? ['l', 'ours.tar'] : ['in'])])
    const paths = readTar(theirs).map((entry) => (entry.kind === 'symlink' ? `${entry.path} -> ${entry.target}` : entry.path))
    const expected = format === 'ustar' ? ['l -> there', 'ours.tar'] : ['in/', `in/${'n'.repeat(180)}`, `in/long-link -> ${'t'.repeat(150)}`]
    assert.deepEqual(paths.sort(), expected.sort(), format)
  }
})

test('an archive that is cut off is refused, wherever the cut is', () => {
  const whole = writeTar([{ kind: 'file', path: 'a', bytes: Buffer.alloc(2000, 1) }])
  for (const length of [0, 100, 512, 600, 1536, 2560]) assert.throws(() => readTar(whole.subarray(0, length)), /cut off/, `${length} bytes`)
  const damaged = Buffer.from(whole)
  damaged[3] = 1
  assert.throws(() => readTar(damaged), /damaged at byte 0/)
})

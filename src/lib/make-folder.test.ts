import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeFolder } from './make-folder.ts'

test('a folder is made with those above it, and made again changes nothing', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-make-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const deep = join(folder, 'a', 'b', 'c')
  makeFolder(`${deep}/`)
  makeFolder(deep)
  assert.ok(statSync(deep).isDirectory())
  symlinkSync(deep, join(folder, 'link'))
  makeFolder(join(folder, 'link', 'd'))
  assert.ok(existsSync(join(deep, 'd')))
})

test('where no folder can be made, it is said and over', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-make-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'file'), '')
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling'))
  assert.throws(() => makeFolder(join(folder, 'file')), { code: 'EEXIST' })
  assert.throws(() => makeFolder(join(folder, 'file', 'x')), { code: 'ENOTDIR' })
  assert.throws(() => makeFolder(join(folder, 'dangling')), { code: 'EEXIST' })
  assert.throws(() => makeFolder('/proc/cc-ci/x'), { code: 'ENOENT' })
})

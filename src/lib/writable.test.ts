import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileTrouble, folderTrouble } from './writable.ts'

test('where a folder or a file can be had, nothing is said, nothing of the trial stays, and what is there keeps what it holds', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-writable-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'file')
  writeFileSync(file, 'kept')
  for (const path of [folder, join(folder, 'a', 'b')]) assert.equal(folderTrouble(path), undefined)
  for (const path of [file, join(folder, 'a', 'b'), '/dev/null']) assert.equal(fileTrouble(path), undefined)
  assert.deepEqual(readdirSync(folder), ['file'])
  assert.equal(readFileSync(file, 'utf8'), 'kept')
})

test('what a trial left that was killed in the middle is taken away by the next one (T30)', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-writable-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const mkdirOnly = "require('node:fs').rmdirSync = () => process.kill(process.pid, 'SIGKILL'); require('node:module').syncBuiltinESMExports(); import(process.argv[1]).then(({ folderTrouble }) => folderTrouble(process.argv[2]))"
  const killed = spawnSync(process.execPath, ['--eval', mkdirOnly, join(import.meta.dirname, 'writable.ts'), folder])
  assert.deepEqual([killed.signal, readdirSync(folder).length], ['SIGKILL', 1], killed.stderr.toString())
  assert.equal(folderTrouble(folder), undefined)
  assert.deepEqual(readdirSync(folder), [])
})

test('what is in the way is named', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-writable-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'file')
  writeFileSync(file, '')
  mkdirSync(join(folder, 'inner'))
  for (const path of [file, join(file, 'x')]) assert.equal(folderTrouble(path), `${file} is no folder`)
  assert.equal(folderTrouble('/proc/cc-ci'), 'nothing can be made in /proc (ENOENT)')
  assert.equal(folderTrouble('/dev/full'), '/dev/full is no folder')
  assert.equal(fileTrouble(join(file, 'x')), `${file} is no folder`)
  assert.equal(fileTrouble('/proc/cc-ci/x'), 'nothing can be made in /proc (ENOENT)')
  assert.equal(fileTrouble(join(folder, 'inner')), 'it is a folder')
  assert.equal(fileTrouble(join(folder, 'new/')), 'it names a folder')
})

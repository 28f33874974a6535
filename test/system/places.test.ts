/** Where a person wants what a command makes: seen to before anything begins, and never worth more than the verdict. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { RunResults } from '../../src/domain/model/run.ts'
import { openStage } from '../scenario/scripted-stage.ts'
import { cli, temporaryFolder } from '../support/cli.ts'

const INSTALL = ['--base', 'none', '--tier', 'install']

describe('places that people name', { concurrency: 2 }, () => {
  test('T39: --out and --junit where nothing can be written are bad usage before anything is deployed, below /proc too', async () => {
    await using stage = await openStage({ base: {}, head: {} })
    using folder = temporaryFolder('places')
    const file = join(folder.path, 'file')
    writeFileSync(file, '')
    const cases: Array<[option: string, path: string, says: string]> = [
      ['--out', '/proc/x', 'nothing can be made in /proc (ENOENT)'],
      ['--out', file, `${file} is no folder`],
      ['--junit', join(file, 'x'), `${file} is no folder`],
      ['--junit', '/proc/x/j.xml', 'nothing can be made in /proc (ENOENT)'],
      ['--junit', folder.path, 'it is a folder'],
    ]
    for (const [option, path, says] of cases) {
      const ended = await stage.start([...INSTALL, option, path]).ended
      assert.deepEqual([ended.code, ended.err], [2, `${option} ${path} cannot be written: ${says}. Name another place. Nothing was begun.\n`])
    }
    assert.equal(existsSync(join(stage.state, 'runs')), false)
  })

  test('T39: a copy that cannot be written in the end is said after the verdict, and takes nothing from it', async () => {
    await using stage = await openStage({ base: {}, head: {} })
    using folder = temporaryFolder('places')
    mkdirSync(join(folder.path, 'results.json'))
    const ended = await stage.start([...INSTALL, '--junit', '/dev/full', '--out', folder.path]).ended
    const results = JSON.parse(ended.out) as RunResults
    assert.deepEqual([ended.code, results.verdict], [0, 'pass'], ended.err)
    const said = ended.err.trimEnd().split('\n').slice(-2)
    assert.match(said[0]!, new RegExp(`^--out ${folder.path} could not be written: .*\\. The run is over and on record in ${stage.state}/runs/${results.id}\\.$`))
    assert.match(said[1]!, new RegExp(`^--junit /dev/full could not be written: ENOSPC.*\\. The run is over and on record in ${stage.state}/runs/${results.id}\\.$`))
  })

  test('T39: every other command sees to its place first, too', async () => {
    using folder = temporaryFolder('places')
    writeFileSync(join(folder.path, 'a.service'), '[Service]\nExecStart=/bin/true\n')
    for (const [command, option] of [['check', '--sarif'], ['order', '--page'], ['prove', '--page'], ['render', '--out']] as const) {
      const words = command === 'render' ? ['--to', 'systemd'] : command === 'prove' ? [] : [folder.path]
      const ended = await cli(['boot', command, ...words, option, '/proc/x', '--state', join(folder.path, 'state')])
      assert.deepEqual(ended, { code: 2, out: '', err: `${option} /proc/x cannot be written: nothing can be made in /proc (ENOENT). Name another place. Nothing was begun.\n` })
    }
  })
})

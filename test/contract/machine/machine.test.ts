import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { debianMachine } from '../../../src/adapters/machine/debian/machine.ts'
import { nodeProcesses } from '../../../src/adapters/process/node.ts'
import type { Machine } from '../../../src/ports/machine.ts'
import { temporaryFolder } from '../../support/cli.ts'
import { machineInMemory } from '../../support/machine-in-memory.ts'

/** The files of a machine; its systemd is asked for real on a throw-away host (test/system/host-install.test.ts). */
const machines: Record<string, (root: string) => Machine> = {
  debian: (root) => debianMachine({ processes: nodeProcesses({}), root }),
  'in memory': () => machineInMemory(),
}

for (const [name, open] of Object.entries(machines)) {
  describe(name, () => {
    test('what is not there is an answer', async () => {
      using folder = temporaryFolder('machine')
      const machine = open(folder.path)
      assert.deepEqual([await machine.read('/etc/a'), await machine.isThere('/etc/a'), await machine.list('/etc'), await machine.linkOf('/etc/a')], [undefined, false, [], undefined])
      await machine.remove('/etc/a')
    })

    test('a file is written with the folders above it, written over, listed and removed', async () => {
      using folder = temporaryFolder('machine')
      const machine = open(folder.path)
      await machine.write('/etc/cc-ci/b', 'one', 0o600)
      await machine.write('/etc/cc-ci/b', 'two', 0o755)
      await machine.write('/etc/cc-ci/a', '', 0o644)
      assert.deepEqual([await machine.read('/etc/cc-ci/b'), await machine.list('/etc/cc-ci'), await machine.isThere('/etc/cc-ci')], ['two', ['a', 'b'], true])
      if (name === 'debian') assert.deepEqual(['a', 'b'].map((file) => statSync(join(folder.path, 'etc/cc-ci', file)).mode & 0o777), [0o644, 0o755])
      await machine.remove('/etc/cc-ci')
      assert.deepEqual([await machine.isThere('/etc/cc-ci/b'), await machine.isThere('/etc/cc-ci')], [false, false])
    })

    test('a folder is moved whole, and a link leads to one instead of another', async () => {
      using folder = temporaryFolder('machine')
      const machine = open(folder.path)
      await machine.write('/lib/.making/x/y', 'text', 0o644)
      await machine.move('/lib/.making', '/lib/1')
      assert.deepEqual([await machine.read('/lib/1/x/y'), await machine.isThere('/lib/.making')], ['text', false])
      await machine.link('/lib/current', '1')
      await machine.link('/lib/current', '2')
      assert.deepEqual([await machine.linkOf('/lib/current'), await machine.list('/lib')], ['2', ['1', 'current']])
      await machine.remove('/lib/current')
      assert.deepEqual(await machine.list('/lib'), ['1'])
    })
  })
}

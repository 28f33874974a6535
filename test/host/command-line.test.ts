import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { sqliteLocks } from '../../src/adapters/lock/sqlite/locks.ts'
import { systemClock } from '../../src/adapters/clock/system.ts'
import type { Call, Io } from '../../src/cli/command.ts'
import { hostInstall } from '../../src/cli/host/install.ts'
import type { Services } from '../../src/cli/services.ts'
import { loadSettings } from '../../src/settings/load.ts'
import { temporaryFolder } from '../support/cli.ts'
import { machineInMemory } from '../support/machine-in-memory.ts'

test('the same settings may be named again; other ones, or none, are refused while the host has its own, and so is a unit of somebody else', async () => {
  using folder = temporaryFolder('host-settings')
  const machine = machineInMemory()
  const file = join(folder.path, 'settings.yml')
  const install = async (settingsFile: string | undefined) => {
    const { settings } = await loadSettings({ environment: {}, stateFolder: join(folder.path, 'state'), settingsFile, packageFolder: folder.path, workingFolder: folder.path })
    const said: string[] = []
    const services: Partial<Services> = {
      machine, settings, machineLocks: sqliteLocks({ folder: join(folder.path, 'locks'), clock: systemClock(), pid: process.pid }),
      signals: { cancel: new AbortController().signal, abandon: new AbortController().signal },
      program: { id: async () => '1', copyTo: async (to) => await machine.write(`${to}/cc-ci`, '', 0o755), missingIn: async () => undefined },
    }
    const call: Partial<Call> = { flag: () => false, json: false, services: services as Services, io: { out: (text: string) => void said.push(text) } as Partial<Io> as Io }
    return { code: await hostInstall.run(call as Call), said }
  }
  writeFileSync(file, 'domain: ci.example.org\n')
  assert.equal((await install(file)).code, 0)
  const { code, said } = await install(file)
  assert.deepEqual([code, said[0]?.replace(/\d+/g, 'N')], [0, 'N of N steps: as it should be already.'])
  machine.files.set('/etc/systemd/system/cc-ci.target', { text: '[Unit]\nDescription=mine\n', mode: 0o644 })
  await assert.rejects(install(file), { name: 'UsageError', message: 'Nothing was installed. /etc/systemd/system/cc-ci.target: not rendered by cc-ci, and left as it is. Move it away.' })
  writeFileSync(file, 'domain: other.example.org\n')
  const refused = { name: 'UsageError', message: /^This host has settings of its own, and they are kept: run it with --settings \/etc\/cc-ci\/settings\.yml, / }
  await assert.rejects(install(file), refused)
  await assert.rejects(install(undefined), refused)
  assert.equal(machine.files.get('/etc/cc-ci/settings.yml')?.text, 'domain: ci.example.org\n')
})

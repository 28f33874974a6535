import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INSTALLATION } from '../../src/domain/boot/install/layout.ts'
import { renderUnits } from '../../src/domain/boot/systemd/render.ts'
import type { PlatformApp } from '../../src/domain/model/platform.ts'
import type { Program } from '../../src/ports/program.ts'
import { installSteps, removeSteps } from '../../src/workflows/host/install.ts'
import { sqliteLocks } from '../../src/adapters/lock/sqlite/locks.ts'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { changeAlone } from '../../src/workflows/host/alone.ts'
import { carryOut, foresee, type HostChange } from '../../src/workflows/host/step.ts'
import { temporaryFolder } from '../support/cli.ts'
import { type MachineInMemory, machineInMemory } from '../support/machine-in-memory.ts'

const app = (name: string, after: string[] = []): PlatformApp => ({
  name, after, optional: false, recipe: `/recipes/${name}`, domain: `${name}.example.org`, stateless: true, env: {}, coolingOffMs: 0,
  gate: { host: undefined, path: '/', status: [], contains: undefined, passes: 5, dwellMs: 10_000, routes: false, certificateDays: 14 },
  limits: { deploy: 300_000, rollback: 360_000, start: 900_000 },
})

const hostOf = (platform: PlatformApp[]) => ({ platform, server: undefined, alerts: [] })

function program(machine: MachineInMemory, id: string): Program {
  return {
    id: async () => id,
    copyTo: async (folder) => await machine.write(`${folder}/cc-ci`, id, 0o755),
    missingIn: async (folder) => ((await machine.read(`${folder}/cc-ci`)) === id ? undefined : 'cc-ci'),
  }
}

async function install(machine: MachineInMemory, given: { id?: string; apps?: PlatformApp[]; settings?: string; now?: boolean } = {}): Promise<HostChange[]> {
  const { id = '1', apps = [app('traefik'), app('keycloak', ['traefik'])], settings = 'domain: ci.example.org\n', now = false } = given
  const steps = await installSteps({ machine, program: program(machine, id), units: renderUnits(hostOf(apps), INSTALLATION), settingsText: settings, now })
  return await carryOut(steps, () => {}, new AbortController().signal)
}

const filesOf = (machine: MachineInMemory) => JSON.stringify([...machine.files.entries(), ...machine.links.entries()])
const withState = (changes: HostChange[], state: HostChange['state']) => changes.filter((change) => change.state === state).map(({ step }) => step)

test('everything is there afterwards, and what begins by itself is enabled', async () => {
  const machine = machineInMemory()
  const changes = await install(machine)
  assert.deepEqual(withState(changes, 'failed'), [])
  assert.equal(machine.links.get('/usr/local/lib/cc-ci/current'), '1')
  assert.equal(machine.files.get('/usr/local/lib/cc-ci/1/cc-ci')?.text, '1')
  assert.equal(machine.files.get('/usr/local/bin/cc-ci')?.mode, 0o755)
  assert.equal(machine.files.get('/etc/cc-ci/settings.yml')?.mode, 0o600)
  assert.ok(machine.files.has('/etc/systemd/system/cc-ci-keycloak.service'))
  assert.deepEqual(machine.told, ['daemon-reload', 'enable cc-ci.target', 'enable cc-ci-reconcile.timer', 'enable cc-ci-prune.timer'])
})

test('a second time nothing is done', async () => {
  const machine = machineInMemory()
  await install(machine, { now: true })
  const before = filesOf(machine)
  machine.told.length = 0
  const changes = await install(machine, { now: true })
  assert.deepEqual([withState(changes, 'done'), machine.told, filesOf(machine)], [[], [], before])
})

test('--dry-run says what an installation does, and does nothing', async () => {
  const machine = machineInMemory()
  const given = { machine, program: program(machine, '1'), units: renderUnits(hostOf([app('traefik')]), INSTALLATION), settingsText: '', now: true }
  const foreseen = await foresee(await installSteps(given))
  assert.deepEqual([machine.told, machine.files.size, machine.links.size], [[], 0, 0])
  const done = await carryOut(await installSteps(given), () => {}, new AbortController().signal)
  assert.deepEqual(withState(foreseen, 'to do'), withState(done, 'done'))
})

test('a new version comes in beside the old one, which goes with the one after it; settings and records are kept', async () => {
  const machine = machineInMemory()
  await install(machine, { id: '1', settings: 'mine' })
  machine.files.set('/var/lib/cc-ci/platform/traefik/last_good.json', { text: '{}', mode: 0o600 })
  const there = async () => await machine.list('/usr/local/lib/cc-ci')
  await install(machine, { id: '2', settings: 'other' })
  assert.deepEqual([machine.links.get('/usr/local/lib/cc-ci/current'), await there()], ['2', ['1', '2', 'current']])
  await install(machine, { id: '3', settings: 'other' })
  assert.deepEqual([machine.links.get('/usr/local/lib/cc-ci/current'), await there()], ['3', ['2', '3', 'current']])
  assert.equal(machine.files.get('/etc/cc-ci/settings.yml')?.text, 'mine')
  assert.equal(machine.files.get('/var/lib/cc-ci/platform/traefik/last_good.json')?.text, '{}')
})

test('T13: a second installation at the same time is refused and touches nothing, and the first one is whole', async () => {
  using folder = temporaryFolder('host-locks')
  const locks = sqliteLocks({ folder: folder.path, clock: systemClock(), pid: process.pid })
  const machine = machineInMemory()
  const copying = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const slow: Program = {
    ...program(machine, '1'),
    async copyTo(to) {
      await machine.write(`${to}/node`, 'node', 0o755)
      copying.resolve()
      await goOn.promise
      await machine.write(`${to}/cc-ci`, '1', 0o755)
    },
  }
  const steps = (from: Program) => () => installSteps({ machine, program: from, units: renderUnits(hostOf([app('traefik')]), INSTALLATION), settingsText: '', now: false })
  const asking = { onChange: () => {}, signal: new AbortController().signal }
  const first = changeAlone(locks, { why: 'host install', steps: steps(slow), ...asking })
  await copying.promise
  const before = filesOf(machine)
  for (const why of ['host install', 'host remove']) {
    const second = await changeAlone(locks, { why, steps: why === 'host remove' ? () => removeSteps(machine) : steps(program(machine, '1')), ...asking })
    assert.ok('heldBy' in second, why)
    assert.deepEqual([second.heldBy.why, filesOf(machine)], ['host install', before], why)
  }
  goOn.resolve()
  const done = await first
  assert.ok(!('heldBy' in done))
  assert.deepEqual([withState(done, 'failed'), machine.files.get('/usr/local/lib/cc-ci/1/node')?.text, machine.files.get('/usr/local/lib/cc-ci/1/cc-ci')?.text], [[], 'node', '1'])
  const after = await changeAlone(locks, { why: 'host install', steps: steps(slow), ...asking })
  assert.ok(!('heldBy' in after))
  assert.deepEqual(withState(after, 'done'), [])
})

test('T20: a copy of the program of which something is missing is made anew', async () => {
  const machine = machineInMemory()
  await install(machine)
  const whole = filesOf(machine)
  machine.files.delete('/usr/local/lib/cc-ci/1/cc-ci')
  machine.files.set('/usr/local/lib/cc-ci/1/package.json', { text: '{}', mode: 0o644 })
  const changes = await install(machine)
  assert.deepEqual(changes.filter(({ state }) => state !== 'left as it is').map(({ step, says }) => [step, says]), [['copy cc-ci 1 to /usr/local/lib/cc-ci/1', 'is not whole: cc-ci']])
  assert.equal(filesOf(machine).length, whole.length)
})

test('the unit of an app that left the settings goes; a unit of such a name that is not ours stays', async () => {
  const machine = machineInMemory()
  await install(machine)
  machine.files.set('/etc/systemd/system/cc-ci-mine.service', { text: '[Service]\nExecStart=/bin/true\n', mode: 0o644 })
  await install(machine, { apps: [app('traefik')] })
  assert.deepEqual([...machine.files.keys()].filter((path) => /keycloak|mine/.test(path)), ['/etc/systemd/system/cc-ci-mine.service'])
})

test('where a step fails the rest is not begun, what was done is told, and the same again goes on from there', async () => {
  const whole = machineInMemory()
  const all = (await install(whole)).filter(({ state }) => state === 'done').map(({ step }) => step)
  for (const failing of ['make /var/lib/cc-ci', 'write /usr/local/lib/cc-ci/.making', 'write /etc/cc-ci/settings.yml', 'link', 'write /usr/local/bin', 'write /etc/systemd/system/cc-ci.target', 'systemctl daemon-reload', 'systemctl enable cc-ci-reconcile.timer']) {
    const machine = machineInMemory()
    machine.failing = failing
    const broken = await install(machine)
    const at = broken.findIndex(({ state }) => state === 'failed')
    assert.ok(at >= 0, failing)
    assert.deepEqual(broken.slice(at + 1).map(({ state }) => state).filter((state) => state !== 'not begun'), [], failing)
    assert.equal(machine.links.has('/usr/local/lib/cc-ci/current') && !machine.files.has('/usr/local/lib/cc-ci/1/cc-ci'), false, `${failing}: the link leads to half a program`)
    machine.failing = undefined
    const again = await install(machine)
    assert.deepEqual([...withState(broken, 'done'), ...withState(again, 'done')], all, failing)
    assert.equal(filesOf(machine).length, filesOf(whole).length, failing)
  }
})

test('taken off, nothing of it is left but settings, records and cache; a second time nothing is done', async () => {
  const machine = machineInMemory()
  machine.files.set('/etc/systemd/system/somebody.service', { text: '[Service]\n', mode: 0o644 })
  await install(machine, { now: true })
  machine.files.set('/var/lib/cc-ci/platform/traefik/last_good.json', { text: '{}', mode: 0o600 })
  machine.told.length = 0
  const remove = async () => await carryOut(await removeSteps(machine), () => {}, new AbortController().signal)
  assert.deepEqual(withState(await remove(), 'failed'), [])
  assert.deepEqual([...machine.files.keys()].sort(), ['/etc/cc-ci/settings.yml', '/etc/systemd/system/somebody.service', '/var/lib/cc-ci/platform/traefik/last_good.json'])
  assert.deepEqual([machine.links.size, machine.told.slice(0, 1), machine.told.at(-1)], [0, ['disable --now cc-ci-prune.timer'], 'daemon-reload'])
  assert.deepEqual(withState(await remove(), 'done'), [])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlatformApp } from '../../model/platform.ts'
import type { HostBoot } from '../host-units.ts'
import { readUnits } from './read-units.ts'
import { type Installation, renderUnits } from './render.ts'

const app = (name: string, after: string[], startMinutes = 15): PlatformApp => ({
  name, after, optional: false, recipe: `/recipes/${name}`, domain: `${name}.example.org`, stateless: true, env: {}, coolingOffMs: 0,
  gate: { host: undefined, path: '/', status: [], contains: undefined, passes: 5, dwellMs: 10_000, routes: false, certificateDays: 14 },
  limits: { deploy: 300_000, rollback: 360_000, start: startMinutes * 60_000 },
})
const INSTALLATION: Installation = { program: '/usr/local/bin/cc-ci', stateFolder: '/var/lib/cc-ci', cacheFolder: '/var/cache/cc-ci', settingsFile: '/etc/cc-ci/settings.yml', user: null }
const HOST: HostBoot = {
  platform: [app('traefik', []), app('keycloak', ['traefik'], 30), app('page', ['traefik', 'keycloak'])],
  server: { listen: { address: '127.0.0.1', port: 8484 }, domain: undefined, after: ['traefik', 'keycloak', 'page'] },
  alerts: [{ name: 'mail' }],
}
const linesOf = (files: Map<string, string>, name: string) => files.get(name)!.split('\n')

test('rendered twice it is the same, byte for byte', () => assert.deepEqual([...renderUnits(HOST, INSTALLATION)], [...renderUnits(structuredClone(HOST), { ...INSTALLATION })]))

test('the units are in the order of the settings, as their own reader reads them, and all take part', () => {
  const { units, problems } = readUnits({ name: '', files: renderUnits(HOST, INSTALLATION), links: new Map() })
  assert.deepEqual(problems, [])
  const after = (name: string) => units.find((unit) => unit.name === name)!.order.filter(({ kind, unit }) => kind === 'after' && unit.startsWith('cc-ci-')).map(({ unit }) => unit)
  const networks = 'cc-ci-networks.service'
  assert.deepEqual(
    ['networks', 'traefik', 'keycloak', 'page', 'server'].map((name) => after(`cc-ci-${name}.service`)),
    [['cc-ci-swarm.service'], [networks], [networks, 'cc-ci-traefik.service'], [networks, 'cc-ci-traefik.service', 'cc-ci-keycloak.service'], ['cc-ci-traefik.service', 'cc-ci-keycloak.service', 'cc-ci-page.service']],
  )
  assert.deepEqual(units.filter(({ isSystem }) => !isSystem).map(({ name, starts }) => `${name.replace('cc-ci-', '')} ${starts.when}`), [
    'swarm.service boot', 'networks.service boot', 'traefik.service boot', 'keycloak.service boot', 'page.service boot', 'server.service boot', 'cc-ci.target boot', 'reconcile.service later', 'reconcile.timer boot', 'alerts.service later', 'alerts.timer boot', 'prune.service later', 'prune.timer boot',
  ])
})

test('T12: the start limit of a unit is the one of the settings; what looks after all of them has the sum', () => {
  const files = renderUnits(HOST, INSTALLATION)
  assert.ok(linesOf(files, 'cc-ci-keycloak.service').includes('TimeoutStartSec=1800s'))
  assert.ok(linesOf(files, 'cc-ci-reconcile.service').includes('TimeoutStartSec=3600s'))
})

test('T12: who is stopped in the middle has as long to go back as its rollback may take', () => {
  assert.ok(linesOf(renderUnits(HOST, INSTALLATION), 'cc-ci-keycloak.service').includes('TimeoutStopSec=360s'))
})

test('T2: the server is up once it answers, and its start fails where it does not', () => {
  const lines = linesOf(renderUnits(HOST, INSTALLATION), 'cc-ci-server.service')
  assert.ok(lines.includes('ExecStartPost=/usr/local/bin/cc-ci server --ready --within 120'))
})

test('T2: no unit passes over a start that failed', () => {
  for (const [name, text] of renderUnits(HOST, INSTALLATION)) {
    assert.doesNotMatch(text, /^Exec\w*=[@:+!]*-/m, name)
    assert.doesNotMatch(text, /^SuccessExitStatus=(?!1$)/m, name)
  }
})

test('T14: who comes after an app requires it, so that it fails at once and does not wait', () => {
  const lines = linesOf(renderUnits(HOST, INSTALLATION), 'cc-ci-page.service')
  for (const other of ['networks', 'traefik', 'keycloak']) assert.ok(lines.includes(`Requires=cc-ci-${other}.service`), other)
})

test('the server requires nobody: it tells of the others, most of all where they are down', () => {
  assert.doesNotMatch(renderUnits(HOST, INSTALLATION).get('cc-ci-server.service')!, /^Requires=/m)
})

test('who comes after an optional app waits for it and does not require it', () => {
  const platform = [{ ...app('metrics', []), optional: true }, app('page', ['metrics'])]
  const lines = linesOf(renderUnits({ ...HOST, platform }, INSTALLATION), 'cc-ci-page.service')
  assert.deepEqual(lines.filter((line) => line.includes('metrics')), ['After=cc-ci-metrics.service'])
})

test('no shell, and odd paths stay one word', () => {
  const files = renderUnits({ ...HOST, platform: [HOST.platform[0]!] }, { ...INSTALLATION, program: '/opt/cc ci/100%/$x/cc-ci', stateFolder: '/srv/state "a"' })
  const lines = linesOf(files, 'cc-ci-traefik.service')
  assert.ok(lines.includes('ExecStart="/opt/cc ci/100%%/$$x/cc-ci" boot up --only traefik'))
  assert.ok(lines.includes('Environment="CCCI_STATE=/srv/state \\"a\\""'))
  assert.ok(lines.includes('ReadWritePaths="/srv/state \\"a\\""'))
})

test('T16: what looks after apps may put their volumes back', () => {
  for (const name of ['cc-ci-keycloak.service', 'cc-ci-reconcile.service']) assert.ok(linesOf(renderUnits(HOST, INSTALLATION), name).includes('ReadWritePaths=-/var/lib/docker/volumes'), name)
})

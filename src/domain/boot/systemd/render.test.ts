import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlatformApp } from '../../model/platform.ts'
import { readUnits } from './read-units.ts'
import { type Installation, renderUnits } from './render.ts'

const app = (name: string, after: string[], startMinutes = 15): PlatformApp => ({
  name, after, recipe: `/recipes/${name}`, domain: `${name}.example.org`, stateless: true, env: {}, coolingOffMs: 0,
  gate: { host: undefined, path: '/', status: [], contains: undefined, passes: 5, dwellMs: 10_000, routes: false, certificateDays: 14 },
  limits: { deploy: 300_000, rollback: 360_000, start: startMinutes * 60_000 },
})
const INSTALLATION: Installation = { program: '/usr/local/bin/cc-ci', stateFolder: '/var/lib/cc-ci', cacheFolder: '/var/cache/cc-ci', settingsFile: '/etc/cc-ci/settings.yml', user: null }
const APPS = [app('traefik', []), app('keycloak', ['traefik'], 30), app('page', ['traefik', 'keycloak'])]
const linesOf = (files: Map<string, string>, name: string) => files.get(name)!.split('\n')

test('rendered twice it is the same, byte for byte', () => assert.deepEqual([...renderUnits(APPS, INSTALLATION)], [...renderUnits(structuredClone(APPS), { ...INSTALLATION })]))

test('the units are in the order of the settings, as their own reader reads them, and all take part', () => {
  const { units, problems } = readUnits({ name: '', files: renderUnits(APPS, INSTALLATION), links: new Map() })
  assert.deepEqual(problems, [])
  const after = (name: string) => units.find((unit) => unit.name === name)!.order.filter(({ kind, unit }) => kind === 'after' && unit.startsWith('cc-ci-')).map(({ unit }) => unit)
  assert.deepEqual([after('cc-ci-traefik.service'), after('cc-ci-keycloak.service'), after('cc-ci-page.service')], [[], ['cc-ci-traefik.service'], ['cc-ci-traefik.service', 'cc-ci-keycloak.service']])
  assert.deepEqual(units.filter(({ isSystem }) => !isSystem).map(({ name, starts }) => `${name} ${starts.when}`), ['cc-ci-traefik.service boot', 'cc-ci-keycloak.service boot', 'cc-ci-page.service boot', 'cc-ci.target boot', 'cc-ci-reconcile.service later', 'cc-ci-reconcile.timer boot'])
})

test('T12: the start limit of a unit is the one of the settings; what looks after all of them has the sum', () => {
  const files = renderUnits(APPS, INSTALLATION)
  assert.ok(linesOf(files, 'cc-ci-keycloak.service').includes('TimeoutStartSec=1800s'))
  assert.ok(linesOf(files, 'cc-ci-reconcile.service').includes('TimeoutStartSec=3600s'))
})

test('T2: no unit passes over a start that failed', () => {
  for (const [name, text] of renderUnits(APPS, INSTALLATION)) {
    assert.doesNotMatch(text, /^Exec\w*=[@:+!]*-/m, name)
    assert.doesNotMatch(text, /^SuccessExitStatus=(?!1$)/m, name)
  }
})

test('T14: who comes after an app requires it, so that it fails at once and does not wait', () => {
  const lines = linesOf(renderUnits(APPS, INSTALLATION), 'cc-ci-page.service')
  for (const other of ['traefik', 'keycloak']) assert.ok(lines.includes(`Requires=cc-ci-${other}.service`), other)
})

test('no shell, and odd paths stay one word', () => {
  const files = renderUnits([APPS[0]!], { ...INSTALLATION, program: '/opt/cc ci/100%/$x/cc-ci', stateFolder: '/srv/state "a"' })
  const lines = linesOf(files, 'cc-ci-traefik.service')
  assert.ok(lines.includes('ExecStart="/opt/cc ci/100%%/$$x/cc-ci" platform reconcile traefik'))
  assert.ok(lines.includes('Environment="CCCI_STATE=/srv/state \\"a\\""'))
  assert.ok(lines.includes('ReadWritePaths="/srv/state \\"a\\""'))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlatformApp } from '../model/platform.ts'
import type { ServerSettings } from '../model/server.ts'
import { NAMES_OF_OURS, timersOfHost, unitsOfHost } from './host-units.ts'

const app = (name: string, after: string[] = [], optional = false): PlatformApp => ({
  name, after, optional, recipe: `/recipes/${name}`, domain: `${name}.example.org`, stateless: true, env: {}, coolingOffMs: 0,
  gate: { host: undefined, path: '/', status: [], contains: undefined, passes: 5, dwellMs: 10_000, routes: false, certificateDays: 14 },
  limits: { deploy: 300_000, rollback: 360_000, start: 900_000 },
})
const serverAfter = (...after: string[]) => ({ listen: { address: '127.0.0.1', port: 8484 }, domain: undefined, after })
const units = (platform: PlatformApp[], server: ServerSettings | undefined) => unitsOfHost({ platform, server, alerts: [] }).map(({ name, requires, after }) => `${name} ← ${[...requires, ...after.map((one) => `(${one})`)].join(' ')}`)

test('a host of two apps and a server, in order', () => {
  assert.deepEqual(units([app('traefik'), app('page', ['traefik'])], serverAfter('traefik', 'page')), ['swarm ← ', 'networks ← swarm', 'traefik ← networks', 'page ← networks traefik', 'server ← (traefik) (page)'])
})

test('a server that comes earlier: after the network, at whose bridge it may listen, and no app needs it', () => {
  assert.deepEqual(units([app('traefik', ['server']), app('page', ['traefik'])], serverAfter()), ['swarm ← ', 'networks ← swarm', 'server ← (networks)', 'traefik ← networks (server)', 'page ← networks traefik'])
  assert.deepEqual(units([app('traefik'), app('page', ['traefik', 'server']), app('wiki')], serverAfter('traefik')), ['swarm ← ', 'networks ← swarm', 'traefik ← networks', 'server ← (traefik)', 'page ← networks traefik (server)', 'wiki ← networks'])
})

test('who comes after an optional app waits for it and does not need it', () => {
  assert.deepEqual(units([app('traefik'), app('metrics', ['traefik'], true), app('page', ['traefik', 'metrics'])], undefined), ['swarm ← ', 'networks ← swarm', 'traefik ← networks', 'metrics ← networks traefik', 'page ← networks traefik (metrics)'])
})

test('a host without apps needs no Swarm; one without anything brings nothing up', () => {
  assert.deepEqual([units([], serverAfter()), units([], undefined)], [['server ← '], []])
})

test('T12: an app has as long as its settings say, and as long to go back as its rollback may take', () => {
  const [, , traefik] = unitsOfHost({ platform: [app('traefik')], server: undefined, alerts: [] })
  assert.deepEqual([traefik!.limitMs, traefik!.graceMs], [900_000, 360_000])
})

test('timers are there for what there is, under names that no app may have', () => {
  const names = (platform: PlatformApp[], alerts: Array<{ name: string }>) => timersOfHost({ platform, server: undefined, alerts }).map(({ name }) => name)
  assert.deepEqual([names([app('traefik')], [{ name: 'mail' }]), names([app('traefik')], []), names([], [])], [['reconcile', 'alerts', 'prune'], ['reconcile', 'prune'], ['prune']])
  for (const name of names([app('traefik')], [{ name: 'mail' }])) assert.ok(NAMES_OF_OURS.includes(name), name)
})

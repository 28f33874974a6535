import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stackNameOf } from '../model/app.ts'
import type { PlatformApp } from '../model/platform.ts'
import type { ServerSettings } from '../model/server.ts'
import { readRecipe } from '../recipe/read.ts'
import { analyse } from './analyse.ts'
import { fixesFor } from './fixes.ts'
import { type AppInBoot, bootOfHost } from './from-platform.ts'
import type { BootGraph } from './graph.ts'
import { unitsOfHost } from './host-units.ts'

interface Wanted {
  name: string
  after?: string[]
  /** Whose page the gate asks; default: its own. */
  host?: string
  image?: string
  labels?: string[]
  ports?: number[]
  networks?: string
}

function inBoot({ name, after = [], host, image = 'nginx:1', labels = [], ports = [], networks = 'networks: { proxy: { external: true } }' }: Wanted): AppInBoot {
  const domain = `${name}.host.test`
  const app: PlatformApp = {
    name, domain, after, optional: false, recipe: `/recipes/${name}`, stateless: true, env: {}, coolingOffMs: 0,
    gate: { host, path: '/', status: [], contains: undefined, passes: 5, dwellMs: 10_000, routes: false, certificateDays: 14 },
    limits: { deploy: 300_000, rollback: 360_000, start: 900_000 },
  }
  const key = /networks: \{ (\w+)/.exec(networks)![1]!
  const compose = [
    'version: "3.8"', 'services:', '  app:', `    image: ${image}`, `    networks: [${key}]`, `    ports: [${ports.map((port) => `"${port}:${port}"`).join(', ')}]`, '    deploy:', '      labels:',
    ...['traefik.enable=true', 'traefik.http.routers.${STACK_NAME}.rule=Host(`${DOMAIN}`)', ...labels].map((label) => `        - "${label}"`), networks,
  ].join('\n')
  const recipe = readRecipe({ name, commit: '0'.repeat(40), engine: 'swarm', env: { DOMAIN: domain, STACK_NAME: stackNameOf(domain) }, allow: [], proxyNetwork: 'proxy', tree: { files: new Map([['compose.yml', { kind: 'file', bytes: new TextEncoder().encode(compose), executable: false }]]) } })
  return { app, recipe, recipeFolder: `${name}/`, settingsPlace: (...path) => ({ file: ['settings.yml', name, ...path].join('/'), line: 1, column: 1 }) }
}

const PROXY: Wanted = { name: 'traefik', ports: [80, 443], labels: ['traefik.http.routers.${STACK_NAME}.service=api@internal'] }

const SERVER: ServerSettings = { listen: { address: '172.18.0.1', port: 8484 }, domain: 'ci.host.test', after: [] }

function found(...wanted: Wanted[]): string[] {
  return foundWith(undefined, ...wanted)
}

function bootWith(server: ServerSettings | undefined, wanted: Wanted[]): BootGraph {
  const apps = wanted.map(inBoot)
  const units = unitsOfHost({ platform: apps.map(({ app }) => app), server, alerts: [] })
  return bootOfHost({ units, proxyNetwork: 'proxy', settingsPlace: (...path) => ({ file: ['settings.yml', ...path].join('/'), line: 1, column: 1 }), tookMs: () => null }, apps)
}

function foundWith(server: ServerSettings | undefined, ...wanted: Wanted[]): string[] {
  return analyse(bootWith(server, wanted)).findings.map((finding) => `${finding.finds} ${finding.unit}${'way' in finding ? `: ${finding.way.map(({ because }) => because.because).filter((because) => !because.endsWith('-first')).join(', ')}` : ''}`)
}

test('T1: a proxy that asks itself, and apps behind it that ask themselves, come up', () => {
  assert.deepEqual(found(PROXY, { name: 'page', after: ['traefik'] }), [])
})

test("T1: the proxy's gate asks the page of an app that comes after it", () => {
  assert.deepEqual(found({ ...PROXY, host: 'page.host.test' }, { name: 'page', after: ['traefik'] }), ['deadlock traefik: gate, service, order'])
})

test('T1: the forward-auth of a label leads to an app that comes later, by its host or by its name on the network', () => {
  for (const address of ['https://login.host.test/verify', 'http://login_host_test_app:9091/verify']) {
    const proxy = { ...PROXY, labels: [...PROXY.labels!, 'traefik.http.routers.${STACK_NAME}.middlewares=who@swarm', `traefik.http.middlewares.who.forwardauth.address=${address}`] }
    assert.deepEqual(found(proxy, { name: 'login', after: ['traefik'] }).map((one) => one.split(',')[1]), [' forward-auth'], address)
  }
  const elsewhere = { ...PROXY, labels: [...PROXY.labels!, 'traefik.http.routers.${STACK_NAME}.middlewares=who', 'traefik.http.middlewares.who.forwardauth.address=https://login.example.org/'] }
  assert.deepEqual(found(elsewhere), [], 'somebody elsewhere is no matter of this boot')
})

test('T1: our probes follow no redirect, so that nothing behind one is waited for', () => {
  const redirect = ['traefik.http.routers.${STACK_NAME}.middlewares=www', 'traefik.http.middlewares.www.redirectregex.regex=^https://traefik.host.test/(.*)', 'traefik.http.middlewares.www.redirectregex.replacement=https://page.host.test/$${1}']
  assert.deepEqual(found({ ...PROXY, labels: [...PROXY.labels!, ...redirect] }, { name: 'page', after: ['traefik'] }), [])
})

test("T1: a host by one of Go's own patterns, and one that cannot be read, leads to the app that has it", () => {
  for (const pattern of ['(?i)^OTHER[.]host[.]test$$', '^(?P<app>other)[.]host[.]test$$', '^other(']) {
    const page: Wanted = { name: 'page', after: ['traefik'], labels: [`traefik.http.routers.other.rule=HostRegexp(\`${pattern}\`)`] }
    assert.deepEqual(found({ ...PROXY, host: 'other.host.test' }, page), ['deadlock traefik: gate, service, order'], pattern)
  }
})

test("T1: an image from a registry that redirects by one of Go's own patterns", () => {
  const redirect = ['traefik.http.routers.${STACK_NAME}.middlewares=www', 'traefik.http.middlewares.www.redirectregex.regex=(?i)^https://old[.]host[.]test/(?P<rest>.*)', 'traefik.http.middlewares.www.redirectregex.replacement=https://page.host.test/$${rest}']
  assert.deepEqual(found({ ...PROXY, image: 'old.host.test/traefik:3' }, { name: 'old', labels: redirect }, { name: 'page', after: ['traefik'] })[0], 'deadlock traefik: image, redirect, service, order')
})

test('T1: an image from a registry that runs behind the proxy', () => {
  assert.deepEqual(found({ ...PROXY, image: 'registry.host.test/traefik:3' }, { name: 'registry', after: ['traefik'] }), ['deadlock traefik: image, service, order'])
})

test('T1: a network that a later app makes', () => {
  const maker: Wanted = { name: 'maker', after: ['user'], networks: 'networks: { shared: { name: shared } }' }
  assert.deepEqual(found(PROXY, { name: 'user', after: ['traefik'], networks: 'networks: { shared: { external: true } }' }, maker), ['deadlock user: network, order'])
})

test('T1: an app that is ordered after nobody hangs on chance', () => {
  assert.deepEqual(found(PROXY, { name: 'page' }), ['unordered page: gate, proxy'])
})

test("T1: the proxy's gate asks the server's page: refused where the server comes after it, and only what the settings can say is offered", () => {
  const last = { ...SERVER, after: ['traefik'] }
  const asking = { ...PROXY, host: 'ci.host.test' }
  assert.deepEqual(foundWith(last, asking), ['deadlock traefik: gate, service, order'])
  assert.deepEqual(foundWith(last, PROXY), [])
  assert.deepEqual(foundWith(SERVER, { ...asking, after: ['server'] }), [])
  const graph = bootWith(last, [asking])
  // Not: that the server's gate asks anything else than its own address.
  assert.deepEqual([...fixesFor(graph, analyse(graph)).values()], [[{ changes: [{ do: 'ask-own', unit: 'traefik', url: 'https://traefik.host.test/', insteadOf: ['https://ci.host.test/'] }] }, { changes: [{ do: 'turn-round', unit: 'server', other: 'traefik', inherits: [] }] }]])
})

test("T1: an app's gate asks one page: what it is handed it asks instead, and no address is guessed that the settings cannot say", () => {
  const login: Wanted = { name: 'login', after: ['traefik'], labels: ['traefik.http.routers.${STACK_NAME}.middlewares=who', 'traefik.http.middlewares.who.forwardauth.address=http://login_host_test_app:9091/verify'] }
  const graph = bootWith(undefined, [{ ...PROXY, host: 'login.host.test' }, { ...login, host: 'traefik.host.test' }])
  const asks = { do: 'ask-own', unit: 'traefik', url: 'https://traefik.host.test/', insteadOf: ['https://login.host.test/'] }
  const offered = [...fixesFor(graph, analyse(graph)).values()].flat()
  assert.deepEqual(offered.map(({ changes }) => changes), [[asks], [asks, { do: 'hand-over', unit: 'login', urls: ['https://login.host.test/'], insteadOf: ['https://traefik.host.test/'] }]])
})

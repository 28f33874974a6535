import { test } from 'node:test'
import assert from 'node:assert/strict'
import { expectationOf, lacksCertificate, lostWayIn, meets, urlOf } from './answer.ts'
import { blameOf, verdictOfReason } from './blame.ts'
import { claimsOf, onlyThroughIngress, takenClaim } from './claims.ts'
import { commandsFor, databaseKind } from './databases.ts'
import { prepareStack } from './prepare.ts'
import { appOf, isRunId, newRunId } from './run-name.ts'
import { sampleRecipe, sampleService } from './samples/recipe.ts'
import { generateSecret } from './secrets.ts'
import { isPartial, tiersToRun } from './tiers.ts'

const app = appOf('samp-0a1b2c', 'ci.test')

test('T36: a run is named so that 40 characters are left for a secret', () => {
  const id = newRunId('A-Very-Long-Recipe-Name', new Uint8Array([1, 0xab, 0xff]))
  assert.equal(id, 'aver-01abff')
  assert.equal(appOf(id, 'ci.example.org').stack, 'aver-01abff_ci_example_org')
  assert.ok(isRunId(id))
})

test('a recipe without a single letter still gets a name', () => assert.equal(newRunId('---', new Uint8Array(3)), 'app-000000'))

const answers: Array<{ that: string; answer: Parameters<typeof meets>[0]; status?: number[]; contains?: string; then: true | string }> = [
  { that: 'any status below 400 is good where none is asked for', answer: { kind: 'answered', status: 302, body: '' }, then: true },
  { that: 'an app that asks who is there is up', answer: { kind: 'answered', status: 401, body: '' }, then: true },
  { that: "T4: the proxy's own page is not the app", answer: { kind: 'answered', status: 404, body: '404 page not found\n' }, then: 'HTTP 404 from the proxy itself' },
  { that: 'T4: a wrong certificate is not the app', answer: { kind: 'wrong-certificate', says: 'self-signed certificate' }, then: 'wrong certificate: self-signed certificate' },
  { that: 'wrong content', answer: { kind: 'answered', status: 200, body: 'Welcome to nginx' }, contains: 'Notes', then: 'HTTP 200 without "Notes": "Welcome to nginx"' },
  { that: 'a status that was asked for', answer: { kind: 'answered', status: 204, body: '' }, status: [204], then: true },
  { that: 'a status that was not', answer: { kind: 'answered', status: 500, body: 'oh\nno' }, status: [200], then: 'HTTP 500: "oh no"' },
]
for (const { that, answer, status, contains, then } of answers) test(that, () => assert.equal(meets(answer, { status: status ?? [], ...(contains ? { contains } : {}) }), then))

test('T4: a certificate that the proxy does not have is no recipe\'s fault', () => {
  const behind = { proxied: true, baseAnswered: false }
  const wrong = { kind: 'wrong-certificate', says: 'self-signed certificate' } as const
  assert.equal(lacksCertificate(wrong, behind), true)
  assert.equal(lacksCertificate(wrong, { ...behind, baseAnswered: true }), false, 'the base had a right one')
  assert.equal(lacksCertificate(wrong, { ...behind, proxied: false }), false, 'at a port of its own it is the app that shows it')
  assert.equal(lacksCertificate({ kind: 'answered', status: 404, body: '404 page not found\n' }, behind), false, 'no router leads to the app: that is in the recipe')
})

test('a recipe with a router is asked through the proxy, one with a port directly, one with neither not at all', () => {
  const reach = { scheme: 'https', address: '127.0.0.1', port: 443 } as const
  const router = { service: 'app', router: 'r', protocol: 'http' as const, rule: 'Host(`x`)', hosts: ['x'] }
  assert.equal(expectationOf({ recipe: sampleRecipe({ routers: [router] }), app, reach })?.url, 'https://samp-0a1b2c.ci.test/')
  const published = sampleRecipe({ stack: { ...sampleRecipe().stack, services: { app: sampleService({ ports: [{ target: 80, published: 8080, protocol: 'tcp', mode: 'host' }] }) } } })
  assert.equal(expectationOf({ recipe: published, app, reach })?.url, 'http://samp-0a1b2c.ci.test:8080/')
  assert.equal(expectationOf({ recipe: sampleRecipe(), app, reach }), undefined)
  assert.equal(urlOf({ ...reach, port: 8443 }, 'x.test', 'a'), 'https://x.test:8443/a')
})

test('T63: a head that no way leads to is seen where one led to the base, or where cc-ci.yml says what it has to answer', () => {
  const reach = { scheme: 'https', address: '127.0.0.1', port: 443 } as const
  const none = sampleRecipe()
  const routed = sampleRecipe({ routers: [{ service: 'web', router: 'r', protocol: 'http', rule: 'Host(`x`)', hosts: ['x'] }] })
  const stated = sampleRecipe({ configFrom: { 'ready.contains': 'cc-ci.yml' } })
  const silent = sampleRecipe({ config: { ...none.config, ready: { ...none.config.ready, http: false } } })
  const before = (base: typeof none | null, head: typeof none) => lostWayIn({ base, head, app, reach })?.before
  assert.deepEqual(before(routed, none), { by: 'router', services: ['web'] })
  assert.deepEqual(before(null, stated), { by: 'nothing' })
  assert.equal(before(none, none), undefined, 'it never had any HTTP')
  assert.equal(before(routed, routed), undefined)
  assert.equal(before(routed, silent), undefined, 'it says so; what the base asked is asked all the same')
})

test('blame: a tier that fails on the base too was broken before', () => {
  const tiers = [{ name: 'restore' as const, verdict: 'fail' as const, reason: '', ms: 0, steps: [] }]
  const ask = (over: Partial<Parameters<typeof blameOf>[0]>) => blameOf({ tiers, failedAt: 'head', hasBase: true, failsOnBase: false, ourMistake: false, ...over })
  assert.equal(ask({ failsOnBase: true }), 'recipe')
  assert.equal(ask({}), 'change')
  assert.equal(ask({ failedAt: 'base' }), 'recipe')
  assert.equal(ask({ hasBase: false }), 'recipe')
  assert.equal(ask({ tiers: [{ ...tiers[0]!, verdict: 'infra' }] }), 'host')
  assert.equal(ask({ tiers: [{ ...tiers[0]!, verdict: 'infra' }], ourMistake: true }), 'cc-ci')
  assert.equal(ask({ tiers: [{ ...tiers[0]!, verdict: 'pass' }] }), 'none')
  const lint = { name: 'lint' as const, verdict: 'fail' as const, reason: '', ms: 0, steps: [] }
  assert.equal(ask({ tiers: [lint, { ...tiers[0]!, verdict: 'infra' }] }), 'host', 'T42: lint warnings beside host trouble are not the cause')
  assert.equal(ask({ tiers: [lint, { ...tiers[0]!, verdict: 'pass' }] }), 'none')
  assert.equal(ask({ tiers: [lint, { ...tiers[0]!, verdict: 'blocked' }] }), 'change', 'a refused recipe is its author\'s')
})

test('T34: a pull limit is the host, a missing image is the recipe', () => {
  assert.equal(verdictOfReason({ reason: 'registry', image: 'x', registrySays: 'toomanyrequests', kind: 'rate-limited' }), 'infra')
  assert.equal(verdictOfReason({ reason: 'image-missing', image: 'x', registrySays: 'manifest unknown' }), 'fail')
})

test('T27: a check that was skipped is not green', () => assert.equal(verdictOfReason({ reason: 'check-skipped', check: 'login', says: '' }), 'unverified'))

test('published ports and fixed router names are claimed, names with the stack in them are not', () => {
  const recipe = sampleRecipe({
    stack: { ...sampleRecipe().stack, services: { app: sampleService({ ports: [{ target: 25, published: 2525, protocol: 'tcp', mode: 'host' }] }) } },
    routers: [
      { service: 'app', router: 'traefik', protocol: 'http', rule: '', hosts: [] },
      { service: 'app', router: app.stack, protocol: 'http', rule: '', hosts: [] },
    ],
  })
  const claims = claimsOf([recipe, recipe], app)
  assert.deepEqual(claims.map((claim) => claim.lock), ['port:2525/tcp', 'router:traefik@http'])
  assert.equal(takenClaim(claims, { ports: [2525], routers: [] })?.kind, 'port')
  assert.equal(takenClaim(claims, { ports: [], routers: ['traefik'] })?.kind, 'router')
  assert.equal(takenClaim(claims, { ports: [25], routers: ['other'] }), undefined)
})

test('databases are known by the repository of their image', () => {
  const known = { 'library/postgres': 'postgres', 'postgis/postgis': 'postgres', 'library/mariadb': 'mariadb', 'library/mysql': 'mariadb', 'valkey/valkey': 'redis', 'library/redis': 'redis', 'library/nginx': undefined, 'grafana/postgres-exporter-ui': undefined }
  for (const [repository, kind] of Object.entries(known)) assert.equal(databaseKind(repository), kind, repository)
})

test('a marker that could break out of a statement is refused', () => {
  assert.throws(() => commandsFor('postgres').write('before', "x'); DROP TABLE notes; --"), /must match/)
})

test('abra adds settings to the service app, and what the compose file says wins', () => {
  const recipe = sampleRecipe({ env: { MODE: 'sample', PORT: '1' }, stack: { ...sampleRecipe().stack, services: { app: sampleService({ environment: { PORT: '3000' } }), db: sampleService() } } })
  const stack = prepareStack({ recipe, app, release: '1.0.0+1', chaos: false })
  assert.deepEqual(stack.services.app?.environment, { MODE: 'sample', PORT: '3000', RECIPE: 'sample:1.0.0+1', TYPE: 'sample:1.0.0+1' })
  assert.equal(stack.services.db?.environment, undefined)
  assert.equal(stack.services.app?.deploy?.labels?.[`coop-cloud.${app.stack}.version`], '1.0.0+1')
  assert.equal(recipe.stack.services.app?.deploy, undefined, 'the recipe itself is not touched')
})

test('a password has the length and letters that were asked for, a passphrase has words', () => {
  const random = (count: number) => Uint8Array.from({ length: count }, (_, index) => (index * 37 + count) % 256)
  assert.match(generateSecret({ length: 32 }, random), /^[A-Za-z0-9]{32}$/)
  assert.match(generateSecret({ length: 8, charset: 'hex' }, random), /^[0-9a-f]{8}$/)
  assert.match(generateSecret({}, random), /^([a-z]{6}-){4}[a-z]{6}$/)
})

test('a tier brings what it needs, and a run that leaves one out is partial', () => {
  assert.deepEqual(tiersToRun(['restore']), ['install', 'backup', 'restore'])
  assert.equal(isPartial([]), false)
  assert.equal(isPartial(['upgrade', 'backup', 'restore', 'custom']), false)
  assert.equal(isPartial(['custom']), true)
})

test('a port in ingress mode is the only way in where no router and no host-mode port leads there', () => {
  const withPort = (mode: 'ingress' | 'host', over = {}) => sampleRecipe({ stack: { ...sampleRecipe().stack, services: { app: sampleService({ ports: [{ target: 80, published: 8080, protocol: 'tcp', mode }] }) } }, ...over })
  assert.equal(onlyThroughIngress(withPort('ingress')), 8080)
  assert.equal(onlyThroughIngress(withPort('host')), undefined)
  assert.equal(onlyThroughIngress(withPort('ingress', { routers: [{ service: 'app', router: 'r', protocol: 'http', rule: '', hosts: [] }] })), undefined)
  assert.equal(onlyThroughIngress(sampleRecipe()), undefined)
})

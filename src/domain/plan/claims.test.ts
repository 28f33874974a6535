import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf, takenClaim } from './claims.ts'
import { appOf } from './run-name.ts'
import { sampleRecipe, sampleService } from './samples/recipe.ts'

const app = appOf('samp-0a1b2c', 'ci.test')

function locksFor(given: { routers?: string[]; labels?: string[] }): string[] {
  const labels = Object.fromEntries((given.labels ?? []).map((label) => [label, 'x']))
  const recipe = sampleRecipe({
    stack: { ...sampleRecipe().stack, services: { app: sampleService({ deploy: { labels } }) } },
    routers: (given.routers ?? []).map((router) => ({ service: 'app', router, protocol: 'http', rule: '', hosts: [] })),
  })
  return claimsOf([recipe], app).map((claim) => claim.lock)
}

test('T28: a name in the proxy is our own only where it carries the whole name of the stack', () => {
  const own = [app.stack, `${app.stack}-redirect`, `secure-${app.stack}`, `${app.stack}_web`, `x${app.stack}-${app.stack}`]
  assert.deepEqual(locksFor({ routers: own }), [])
  assert.deepEqual(locksFor({ routers: [`${app.stack}x`, `a${app.stack}`, app.stack.slice(0, -1), 'traefik'] }), [
    `router:${app.stack}x@http`, `router:a${app.stack}@http`, `router:${app.stack.slice(0, -1)}@http`, 'router:traefik@http',
  ].sort())
})

test('T28: middlewares and services of a fixed name are claimed like routers; what only uses them is not', () => {
  const labels = [
    'traefik.enable', 'traefik.http.middlewares.redirect.headers.SSLForceHost', 'traefik.http.middlewares.redirect.headers.SSLHost', 'traefik.http.services.web.loadbalancer.server.port',
    'traefik.TCP.services.ssh.loadbalancer.server.port', `traefik.http.middlewares.${app.stack}-redirect.redirectscheme.scheme`, 'traefik.http.routers.r.middlewares', 'traefik.http.routers.r.service', 'backupbot.backup.volumes.services.path',
  ]
  assert.deepEqual(locksFor({ labels }), ['middleware:redirect@http', 'proxy-service:ssh@tcp', 'proxy-service:web@http'])
})

test('what the host says of routers is about routers', () => {
  const claims = claimsOf([sampleRecipe({ stack: { ...sampleRecipe().stack, services: { app: sampleService({ deploy: { labels: { 'traefik.http.services.traefik.loadbalancer.server.port': '1' } } }) } } })], app)
  assert.equal(takenClaim(claims, { ports: [], routers: ['traefik'] }), undefined)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { hasErrors } from '../../../src/domain/model/problem.ts'
import type { RecipeFile } from '../../../src/domain/model/recipe.ts'
import { readRecipe } from '../../../src/domain/recipe/read.ts'
import type { RunContext } from '../../../src/workflows/run/context.ts'
import { findPlaces } from '../../../src/workflows/run/data.ts'
import { sleeper, swarm, up } from '../engine-swarm/support.ts'

/** A small forum: files, a MariaDB with its password in a secret, a Redis that keeps its data and one that does not. */
const COMPOSE = `
services:
  app:
    image: busybox:1.35
    command: ["sh", "-c", '${sleeper}']
    stop_grace_period: 2s
    volumes: [files:/var/files, "branding:/var/branding:ro"]
    deploy: { endpoint_mode: dnsrr }
  db:
    image: mariadb:10.11
    environment:
      MARIADB_ROOT_PASSWORD_FILE: /run/secrets/db_root
      MARIADB_DATABASE: forum
    secrets: [db_root]
    volumes: [mariadb:/var/lib/mysql]
    healthcheck: { test: [CMD, healthcheck.sh, --connect, --innodb_initialized], interval: 1s, timeout: 10s, retries: 90, start_period: 90s }
    deploy: { endpoint_mode: dnsrr }
  queue:
    image: redis:7
    volumes: [queue:/data]
    healthcheck: { test: [CMD, redis-cli, ping], interval: 1s, timeout: 10s, retries: 90 }
    deploy: { endpoint_mode: dnsrr }
  cache:
    image: redis:7
    command: [--save, ""]
    deploy: { endpoint_mode: dnsrr }
volumes: { files: , branding: , mariadb: , queue: }
secrets:
  db_root: { external: true, name: "\${STACK_NAME}_db_root_v1" }
`

test('a MariaDB and a Redis of a recipe are found beside its files, and each keeps a marker', async (t) => {
  const { engine, app, ...given } = await swarm(t)
  const files = new Map<string, RecipeFile>([['compose.yml', { kind: 'file', bytes: Buffer.from(COMPOSE), executable: false }]])
  const recipe = readRecipe({ name: 'forum', commit: 'c'.repeat(40), engine: 'swarm', allow: [], proxyNetwork: 'proxy', env: { DOMAIN: app.domain, STACK_NAME: app.stack }, tree: { files } })
  assert.equal(hasErrors(recipe.problems), false, JSON.stringify(recipe.problems))
  const limit = AbortSignal.timeout(150_000)
  for (const { image } of recipe.images) await engine.pull(image, limit)
  await engine.createSecret(app, { name: recipe.secrets[0]!.name, value: `it's "the" $HOME` })
  await up({ ...given, engine, app }, given.request(recipe.stack))

  // As much of a run as the search needs.
  const context = { app, running: 'head', base: null, head: { recipe }, ports: { clock: systemClock(), engine, host: { checksImage: 'node:24-bookworm-slim' } } } as unknown as RunContext
  const { places, unprobed } = await findPlaces(context, limit)
  assert.deepEqual(places.map(({ probe, volume }) => [probe.kind, probe.service, volume]), [
    ['mariadb', 'db', 'mariadb'],
    ['redis', 'queue', 'queue'],
    ['volume', 'app', 'files'],
    ['volume', 'db', 'mariadb'],
    ['volume', 'queue', 'queue'],
  ])
  assert.deepEqual(unprobed, [
    { what: 'redis in service cache', why: 'it keeps its data in no named volume: nothing of it would outlive an upgrade' },
    { what: 'volume branding', why: 'every service mounts it read-only' },
  ])
  for (const place of places) {
    assert.equal(await place.read('before', 'first', limit), null, place.probe.what)
    await place.write('before', 'first', limit)
    assert.equal(await place.read('before', 'first', limit), 'first', place.probe.what)
  }
})

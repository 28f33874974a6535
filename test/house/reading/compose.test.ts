import assert from 'node:assert/strict'
import { app, DOMAIN, fixture, proven, recipe, rules, STACK } from './proven.ts'

proven('compose/version', () => {
  assert.ok(!rules(fixture('everything')).includes('R001'))
  assert.deepEqual(rules(fixture('broken')).filter((rule) => rule === 'R001'), ['R001'])
})

proven('compose/no-version', () => {
  const { stack, problems, composeFiles } = fixture('wild')
  assert.equal(stack.version, '3.13')
  assert.deepEqual(composeFiles, ['compose.yml', 'overlays/compose.db.yml'])
  assert.deepEqual(problems.filter(({ severity }) => severity === 'error'), [])
})

proven('compose/service-app', () => {
  const { stack } = fixture('everything')
  assert.deepEqual(Object.keys(stack.services.app!.networks ?? {}), ['proxy', 'internal'])
  assert.deepEqual(Object.keys(stack.services.db!.networks ?? {}), ['internal'])
  assert.deepEqual(stack.networks.internal, {}, 'of the stack')
  assert.ok(rules(recipe({ 'compose.yml': 'services:\n  main: { image: "main:1.0" }\n', '.env.sample': 'TYPE=x\n' })).includes('R009'))
})

proven('compose/another-front', () => {
  const { routers, problems } = fixture('wild')
  assert.deepEqual([...new Set(routers.map(({ service }) => service))], ['web'])
  assert.ok(!problems.some(({ rule }) => rule === 'R010' || rule === 'R009'))
})

proven('compose/proxy-network', () => {
  assert.deepEqual(fixture('wild').stack.networks.proxy, { name: 'proxy', external: true })
  assert.ok(rules(recipe(app('networks: [shared]', 'networks: { shared: { external: true } }\n'))).includes('reach/external-network'), 'no other network of the host')
})

proven('compose/full-alias', () => {
  const { stack, problems } = fixture('wild')
  assert.equal(stack.services.app!.environment!.POSTGRES_HOST, `${STACK}_db`)
  assert.ok(!problems.some(({ rule }) => rule === 'network/ambiguous-alias'))
})

proven('compose/interpolation', () => {
  const { environment } = recipe({ ...app('environment: ["A=${SET}", "B=${UNSET:-default}", "C=$SET!", "D=${EMPTY:-default}", "E=${EMPTY-default}"]'), '.env.sample': 'SET=value\nEMPTY=\n' }).stack.services.app!
  assert.deepEqual(environment, { A: 'value', B: 'default', C: 'value!', D: 'default', E: '' })
})

proven('compose/passed-through', () => {
  assert.equal(fixture('wild').stack.services.app!.environment!.SONIC_PASSWORD, 'sing')
  assert.equal(recipe(app('environment: [NOBODY_SETS_IT]')).stack.services.app!.environment!.NOBODY_SETS_IT, null)
})

proven('compose/escaped-dollar', () => {
  const { stack } = fixture('wild')
  assert.match(stack.services.app!.healthcheck!.test!.at(-1)!, /^awk '\{print \$\{1\}\}'/)
  assert.match(stack.services.db!.healthcheck!.test!.at(-1)!, /-U \$\{POSTGRES_USER\}$/)
})

proven('compose/variable-image', () => {
  const { images } = fixture('wild')
  assert.deepEqual(images.map(({ service, registry, repository, tag }) => [service, registry, repository, tag])[0], ['app', 'docker.io', 'garden/api', '1.4'])
})

proven('compose/nested-default', () => {
  const { stack, problems } = fixture('wild')
  assert.equal(stack.services.app!.environment!.LIMIT, '${GREETING}', 'the text of the default, then the brace that was left')
  assert.ok(problems.some(({ rule, line }) => rule === 'compose/surprising-variable' && line === 12))
})

proven('compose/labels-both-forms', () => {
  const { app: list, db: map } = fixture('everything').stack.services
  assert.equal(list!.deploy!.labels!['backupbot.backup'], 'true')
  assert.equal(map!.deploy!.labels!['backupbot.backup'], 'true')
  const merged = recipe({ ...app('deploy: { labels: ["a=1", "b=2"] }'), 'compose.more.yml': 'services: { app: { deploy: { labels: { b: 3, c: null } } } }\n', '.env.sample': 'COMPOSE_FILE=compose.yml:compose.more.yml\n' })
  assert.deepEqual(merged.stack.services.app!.deploy!.labels, { a: '1', b: '3', c: '' })
})

proven('compose/environment-both-forms', () => {
  assert.deepEqual(fixture('wild').stack.services.app!.environment, {
    POSTGRES_HOST: `${STACK}_db`, POSTGRES_PASSWORD: 'known to everybody', SONIC_PASSWORD: 'sing', GREETING: 'Good day, neighbour', LIMIT: '${GREETING}', POSTGRES_DB: 'garden', POSTGRES_USER: 'garden',
  })
})

proven('compose/anchors', () => {
  assert.deepEqual(fixture('wild').stack.services.db!.environment, { POSTGRES_DB: 'garden', POSTGRES_USER: 'garden', POSTGRES_PASSWORD: 'known to everybody', PGTUNE: 'on' })
  const own = recipe({ 'compose.yml': 'x-env: &env { A: merged, B: merged }\nservices:\n  app:\n    image: app:1.0\n    environment: { A: own, <<: *env }\n' })
  assert.deepEqual(own.stack.services.app!.environment, { A: 'own', B: 'merged' })
})

proven('compose/incomplete-base', () => {
  assert.ok(!rules(fixture('wild')).includes('deploy/unknown-dependency'))
  assert.ok(rules(fixture('wild', { '.env.sample': 'TYPE=garden\n' })).includes('deploy/unknown-dependency'), 'alone it lacks the service')
})

proven('compose/extensions', () => {
  const { stack } = fixture('everything')
  assert.deepEqual(stack.services.app!.logging, { driver: 'json-file', options: { 'max-size': '1m' } })
  assert.ok('x-logging' in stack)
})

proven('compose/tmpfs-volume', () => {
  const { web } = fixture('wild').stack.services
  assert.deepEqual(web!.volumes, [{ type: 'volume', source: 'pages', target: '/usr/share/nginx/html' }, { type: 'tmpfs', target: '/var/cache/nginx', tmpfs: { size: 1_048_576 } }].toSorted((a, b) => web!.volumes!.findIndex(({ target }) => target === a.target) - web!.volumes!.findIndex(({ target }) => target === b.target)))
  assert.deepEqual([web!.tmpfs, web!.read_only], [['/run'], true])
})

proven('compose/host-port', () => {
  assert.deepEqual(fixture('wild').stack.services.web!.ports, [{ mode: 'host', target: 7835, published: 7835, protocol: 'tcp' }])
})

proven('compose/operation', () => {
  const { app: api, web } = fixture('wild').stack.services
  assert.equal(api!.stop_grace_period, '1m30s')
  assert.deepEqual(web!.logging, { driver: 'json-file', options: { 'max-size': '1m' } })
  assert.deepEqual(web!.deploy!.placement, { constraints: ['node.role == manager'] })
})

proven('compose/no-replicas', () => {
  assert.equal(fixture('wild').stack.services.migrate!.deploy!.replicas, 0)
})

proven('compose/schema-before-variables', () => {
  const files = app('stop_grace_period: ${GRACE:-30s}\ndeploy: { replicas: "${COPIES:-1}" }')
  const said = (given: ReturnType<typeof recipe>) => given.problems.filter(({ rule }) => rule === 'abra/variable-too-early').map(({ severity, line, column }) => `${severity} ${line}:${column}`)
  assert.deepEqual(said(recipe({ ...files, '.env.sample': `TYPE=notes\nDOMAIN=${DOMAIN}\n` })), ['error 5:24', 'warning 6:25'])
  assert.deepEqual(said(recipe(files)), [], 'Docker itself replaces variables first: a recipe that is not of Co-op Cloud may do so')
})

proven('compose/ignored-by-swarm', () => {
  const given = recipe(app('restart: always\nshm_size: 64m\ndepends_on: [app]'))
  assert.deepEqual(given.problems.map(({ rule, line, severity }) => `${severity} ${line} ${rule}`), ['warning 5 compose/ignored-key', 'warning 6 compose/ignored-key'])
})

proven('compose/overlay-in-folder', () => {
  const { stack, problems } = fixture('wild')
  assert.equal(stack.configs.pg_backup!.file, 'overlays/pg_backup.sh')
  assert.ok(!problems.some(({ rule }) => rule === 'deploy/missing-file'))
})

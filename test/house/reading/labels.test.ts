import assert from 'node:assert/strict'
import { claimsOf } from '../../../src/domain/plan/claims.ts'
import { coverageOf } from '../../../src/domain/plan/coverage.ts'
import { prepareStack } from '../../../src/domain/plan/prepare.ts'
import { app, DOMAIN, fixture, labelsOf, proven, recipe, rules, STACK } from './proven.ts'

const us = { run: 'note-123456', domain: DOMAIN, stack: STACK }
const labelled = (labels: string[], more = '') => recipe(app(`${more}deploy:\n  labels:\n${labels.map((label) => `    - ${JSON.stringify(label)}`).join('\n')}`, 'volumes: { data: {}, cache: {} }\n'))
const volumes = 'volumes: ["data:/data", "cache:/cache"]\n'

proven('labels/version', () => {
  assert.equal(fixture('wild').versionLabel, '0.3.1+1.4')
  const two = recipe({ 'compose.yml': 'services:\n  db: { image: "db:1", deploy: { labels: ["coop-cloud.${STACK_NAME}.version=9.0.0+1"] } }\n  app: { image: "app:1", deploy: { labels: ["coop-cloud.${STACK_NAME}.version=1.0.0+1"] } }\n' })
  assert.equal(two.versionLabel, '1.0.0+1')
})

proven('labels/malformed-version', () => {
  for (const value of ['', 'latest', 'v1.0.0', '1.0']) {
    const given = labelled([`coop-cloud.\${STACK_NAME}.version=${value}`])
    assert.equal(given.versionLabel, null)
    assert.ok(rules(given).includes('version/label'), value)
  }
  assert.ok(rules(labelled(['coop-cloud.${STACK_NAME}.app.version=v1.0-12345678'])).includes('version/label'))
})

proven('labels/timeout', () => {
  assert.equal(fixture('wild').timeoutMs, 600_000)
  assert.ok(rules(labelled(['coop-cloud.${STACK_NAME}.timeout=soon'])).includes('version/timeout'))
})

proven('labels/under-deploy', () => {
  const given = recipe(app('labels: ["coop-cloud.${STACK_NAME}.version=1.0.0+1", "coop-cloud.${STACK_NAME}.timeout=60"]'))
  assert.deepEqual([given.versionLabel, given.timeoutMs], [null, null])
})

proven('labels/recipe-and-chaos', () => {
  const stack = prepareStack({ recipe: fixture('wild'), app: us, release: null, chaos: true })
  const ours = (service: string) => Object.keys(stack.services[service]!.deploy?.labels ?? {}).filter((label) => label.startsWith('coop-cloud.')).map((label) => label.slice(`coop-cloud.${STACK}.`.length)).toSorted()
  assert.deepEqual(ours('app'), ['chaos', 'chaos-version', 'recipe', 'timeout', 'version'])
  assert.deepEqual(ours('web'), [])
})

proven('traefik/router', () => {
  const [first] = fixture('wild').routers
  assert.deepEqual(first, { service: 'web', router: STACK, protocol: 'http', rule: `Host(\`${DOMAIN}\`)`, hosts: [DOMAIN] })
  assert.ok(rules(labelled(['traefik.http.routers.${STACK_NAME}.rule=Host(`${DOMAIN}`)'])).includes('routers/not-enabled'))
})

proven('traefik/extra-domains', () => {
  const given = fixture('wild', { '.env.sample': `TYPE=garden\nDOMAIN=x\nEXTRA_DOMAINS=', \`www.${DOMAIN}\`'\nCOMPOSE_FILE=compose.yml:overlays/compose.db.yml\n` })
  assert.deepEqual(given.routers[0]!.hosts, [DOMAIN, `www.${DOMAIN}`])
  assert.equal(labelsOf(given, 'web')[`traefik.http.middlewares.${STACK}-redirect.headers.SSLHost`], DOMAIN)
})

proven('traefik/network-and-middlewares', () => {
  const labels = labelsOf(fixture('wild'), 'web')
  assert.equal(labels['traefik.docker.network'], 'proxy')
  assert.equal(labels[`traefik.http.routers.${STACK}.middlewares`], `${STACK}-redirect,security@file`)
  assert.deepEqual(claimsOf([fixture('wild')], us).map(({ lock }) => lock), ['port:7835/tcp'], 'middlewares with the name of the stack are its own')
})

proven('traefik/path', () => {
  const { routers } = fixture('wild')
  assert.deepEqual(routers.find(({ router }) => router === `${STACK}-api`)?.hosts, [DOMAIN])
  assert.deepEqual(rules(fixture('wild')).filter((rule) => rule.startsWith('r')), [])
})

proven('traefik/tcp', () => {
  assert.deepEqual(fixture('wild').routers.filter(({ protocol }) => protocol === 'tcp').map(({ router, hosts }) => [router, hosts]), [[`${STACK}-gossip`, ['*']]])
  assert.ok(rules(labelled(['traefik.enable=true', 'traefik.tcp.routers.${STACK_NAME}.rule=HostSNI(`*`)', 'traefik.tcp.routers.${STACK_NAME}.entrypoints=web-secure'])).includes('reach/route'), 'on a shared one it would take everybody\'s')
})

proven('traefik/host-regexp', () => {
  assert.ok(rules(labelled(['traefik.enable=true', 'traefik.http.routers.${STACK_NAME}.rule=HostRegexp(`{subdomain:\\w+}.${DOMAIN}`)'])).includes('reach/route'))
})

proven('traefik/many-routers', () => {
  const many = Array.from({ length: 10 }, (_, index) => [`traefik.http.routers.\${STACK_NAME}-${index}.rule=Host(\`\${DOMAIN}\`) && PathPrefix(\`/${index}\`)`, `traefik.http.services.\${STACK_NAME}-${index}.loadbalancer.server.port=${8000 + index}`]).flat()
  const given = labelled(['traefik.enable=true', ...many])
  assert.equal(given.routers.length, 10)
  assert.deepEqual(given.problems.filter(({ severity }) => severity === 'error'), [])
})

proven('traefik/no-resolver', () => {
  assert.equal(labelsOf(fixture('wild'), 'web')[`traefik.http.routers.${STACK}.tls.certresolver`], '')
})

proven('traefik/published-port', () => {
  assert.deepEqual(claimsOf([fixture('wild')], us).filter(({ kind }) => kind === 'port').map(({ value }) => value), ['7835/tcp'])
})

proven('backup/opt-in', () => {
  assert.deepEqual(fixture('wild').backup.map(({ service, enabled }) => [service, enabled]), [['db', true]])
  const off = fixture('wild', { 'cc-ci.yml': 'env: { ENABLE_BACKUPS: "false" }\n' })
  assert.deepEqual(off.backup.map(({ enabled }) => enabled), [false])
})

proven('backup/hooks', () => {
  const [db] = fixture('wild').backup
  assert.deepEqual([db!.preHook, db!.postHook, db!.restorePreHook, db!.restorePostHook], ['/pg_backup.sh backup', 'rm -f /var/lib/postgresql/data/backup.sql', 'true', '/pg_backup.sh restore'])
})

proven('backup/volume-path', () => {
  assert.deepEqual(coverageOf(fixture('wild')).saved, [{ service: 'db', volume: 'db-data', path: 'backup.sql' }])
})

proven('backup/volume-left-out', () => {
  assert.equal(fixture('wild').backup[0]!.volumes['db-cache'], false)
  assert.ok(coverageOf(fixture('wild')).uncovered.includes('db-cache'))
})

proven('backup/script', () => {
  const { stack, problems } = fixture('wild')
  assert.deepEqual(stack.services.db!.configs, [{ source: 'pg_backup', target: '/pg_backup.sh', mode: 0o555 }])
  assert.ok(!problems.some(({ rule }) => rule.startsWith('backup/')))
})

proven('backup/version-1', () => {
  const given = labelled(['backupbot.backup=true', 'backupbot.backup.pre-hook=sync', 'backupbot.backup.path=/data,/cache/x'], volumes)
  assert.deepEqual(coverageOf(given).saved.map(({ volume, path }) => `${volume}/${path}`), ['data/.', 'cache/x'])
  assert.equal(fixture('wild').env.NEVER, undefined, 'functions of abra.sh are not run')
})

proven('backup/wrong-place', () => {
  const given = recipe(app(`${volumes}labels: ["backupbot.backup=true"]`, 'volumes: { data: {}, cache: {} }\n'))
  assert.deepEqual(given.backup, [])
  assert.ok(rules(given).includes('backup/labels-not-deployed'))
})

proven('backup/invented-label', () => {
  const given = labelled(['backupbot.backup=true', 'backupbot.backup.pre-hok=sync'], volumes)
  assert.deepEqual(given.problems.filter(({ rule }) => rule === 'backup/unknown-label').map(({ mend }) => mend), ['Write `backupbot.backup.pre-hook`.'])
})

proven('backup/lost-with-the-container', () => {
  const given = labelled(['backupbot.backup=true', 'backupbot.backup.path=/tmp/dump.sql'], volumes)
  assert.ok(rules(given).includes('backup/path'))
  assert.deepEqual(coverageOf(given).astray, [{ service: 'app', path: '/tmp/dump.sql' }])
})

proven('backup/dump-and-no-restore', () => {
  const dump = ['backupbot.backup=true', 'backupbot.backup.pre-hook=pg_dump -f /data/dump.sql']
  assert.ok(rules(labelled(dump, volumes)).includes('backup/no-restore-hook'))
  assert.ok(!rules(labelled([...dump, 'backupbot.restore.post-hook=psql -f /data/dump.sql'], volumes)).includes('backup/no-restore-hook'))
  assert.ok(!rules(labelled(['backupbot.backup=true', 'backupbot.backup.pre-hook=redis-cli SAVE'], volumes)).includes('backup/no-restore-hook'), 'what is saved is the data itself')
})

import assert from 'node:assert/strict'
import { prepareStack } from '../../../src/domain/plan/prepare.ts'
import { app, DOMAIN, fixture, proven, recipe, rules, STACK } from './proven.ts'

const sample = (text: string) => recipe({ ...app(''), '.env.sample': text })

proven('env/assignment', () => {
  assert.equal(fixture('everything').env.TIMEOUT, '300')
  const exported = sample('export A=1\n')
  assert.equal(exported.env.A, '1')
  assert.ok(rules(exported).includes('env-sample/export'))
})

proven('env/quotes', () => {
  const { env } = sample("A=bare\nB=\"double $A\"\nC='single $A `ticks`'\n")
  assert.deepEqual([env.A, env.B, env.C], ['bare', 'double bare', 'single $A `ticks`'])
})

proven('env/extra-domains', () => {
  const text = 'TYPE=garden\nDOMAIN=x\nEXTRA_DOMAINS=\', `www.$X`\'\nCOMPOSE_FILE=compose.yml:overlays/compose.db.yml\n'.replace('$X', DOMAIN)
  const { routers, problems } = fixture('wild', { '.env.sample': text })
  assert.deepEqual(routers[0]!.hosts, [DOMAIN, `www.${DOMAIN}`])
  assert.ok(!problems.some(({ rule }) => rule === 'reach/route'))
})

proven('env/grows', () => {
  assert.deepEqual(fixture('everything').composeFiles, ['compose.yml', 'compose.postgres.yml', 'postgres/compose.tune.yml', 'compose.smtp.yml'])
  assert.equal(sample('A=1\nA="$A:2"\nB=$A\nA="${A}:3"\n').env.B, '1:2', 'what stands above counts, not what comes later')
})

proven('env/list-at-once', () => {
  assert.deepEqual(fixture('wild').composeFiles, ['compose.yml', 'overlays/compose.db.yml'])
})

proven('env/no-list', () => {
  assert.deepEqual(sample('TYPE=x\n').composeFiles, ['compose.yml'])
  assert.deepEqual(fixture('plain').composeFiles, ['docker-compose.yml'])
})

proven('env/blanks', () => {
  assert.equal(fixture('wild').env.MOUNTS, '/ /var/lib/docker')
})

proven('env/comment', () => {
  const given = sample('A=one # two\nB="three" # four\nC=five#six\n')
  assert.deepEqual([given.env.A, given.env.B, given.env.C], ['one', 'three', 'five#six'])
  assert.deepEqual(given.problems.filter(({ rule }) => rule === 'env-sample/hash').map(({ line, column }) => [line, column]), [[3, 7]])
})

proven('env/common-names', () => {
  const { env, timeoutMs } = recipe({ ...app('deploy: { labels: ["coop-cloud.${STACK_NAME}.timeout=${TIMEOUT}"] }'), '.env.sample': 'TYPE=notes\nDOMAIN=other.example.com\nSTACK_NAME=mine\nLETS_ENCRYPT_ENV=production\nTIMEOUT=90\n' })
  assert.deepEqual([env.TYPE, env.DOMAIN, env.STACK_NAME, env.LETS_ENCRYPT_ENV, timeoutMs], ['notes', DOMAIN, STACK, '', 90_000])
})

proven('env/pinned-type', () => {
  const given = fixture('wild')
  assert.equal(given.env.TYPE, 'garden:0.3.1+1.4')
  const stack = prepareStack({ recipe: given, app: { run: 'note-123456', domain: DOMAIN, stack: STACK }, release: '0.4.0+1.5', chaos: false })
  assert.equal(stack.services.app!.environment!.TYPE, 'notes:0.4.0+1.5')
})

proven('env/secret-modifiers', () => {
  const need = (comment: string) => recipe({ ...app('secrets: [s]', 'secrets: { s: { external: true, name: "${STACK_NAME}_s_${SECRET_S_VERSION}" } }\n'), '.env.sample': `SECRET_S_VERSION=v1${comment}\n` }).secrets.map(({ place, key, name, ...rest }) => rest)
  assert.deepEqual(need(''), [{ generate: true }])
  assert.deepEqual(need(' # length=128'), [{ generate: true, length: 128 }])
  assert.deepEqual(need(' # length=64 charset=hex'), [{ generate: true, length: 64, charset: 'hex' }])
  assert.deepEqual(need(' # generate=false'), [{ generate: false }])
})

proven('env/commented-feature', () => {
  assert.ok(!fixture('wild').composeFiles.includes('overlays/compose.sso.yml'))
  const on = fixture('wild', { 'cc-ci.yml': 'env: { COMPOSE_FILE: "$COMPOSE_FILE:overlays/compose.sso.yml", SSO_SECRET_VERSION: v1 }\nsecrets: { sso_secret: { fromSettings: sso } }\n' })
  assert.deepEqual(on.composeFiles, ['compose.yml', 'overlays/compose.db.yml', 'overlays/compose.sso.yml'])
  assert.deepEqual(on.secrets.find(({ key }) => key === 'sso_secret')?.generate, false, 'as its comment says')
  assert.deepEqual(on.problems.filter(({ severity }) => severity === 'error'), [])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Stack } from '../../../src/domain/model/stack.ts'
import { prepareStack } from '../../../src/domain/plan/prepare.ts'
import type { Candidate, RunContext } from '../../../src/workflows/run/context.ts'
import { makeSecrets, readyLimit } from '../../../src/workflows/run/deploy.ts'
import type { Tier } from '../../../src/workflows/run/tier.ts'
import { app, DOMAIN, fixture, labelsOf, proven, recipe, rules, STACK } from './proven.ts'

const deployed = (release: string | null): Stack => prepareStack({ recipe: fixture('wild'), app: { run: 'note-123456', domain: DOMAIN, stack: STACK }, release, chaos: release === null })
const own = (stack: Stack, service: string): Record<string, string> => Object.fromEntries(Object.entries(stack.services[service]!.deploy?.labels ?? {}).filter(([label]) => label.startsWith('coop-cloud.')))

proven('abra/1-environment', () => {
  assert.equal(recipe({ ...app(''), '.env.sample': 'A=1\nB=$A-2\nA=3\n' }).env.B, '1-2')
})

proven('abra/3-version', () => {
  assert.equal(deployed('0.3.1+1.4').services.app!.environment!.RECIPE, 'notes:0.3.1+1.4')
  assert.equal(deployed(null).services.app!.environment!.RECIPE, `notes:${'c'.repeat(8)}`)
})

proven('abra/4-secrets-first', async () => {
  const needed = recipe({ ...app('secrets: [s]', 'secrets: { s: { external: true, name: "${STACK_NAME}_s_${V}" } }\n'), '.env.sample': 'V=v1 # generate=false\n' })
  const made: string[] = []
  const context = { secrets: new Map(), ports: { host: { secret: () => undefined }, engine: { createSecret: (_app: unknown, { name }: { name: string }) => made.push(name) } } } as unknown as RunContext
  const tier = { step: (_title: string, _given: object, run: () => Promise<void>) => run() } as unknown as Tier
  await assert.rejects(makeSecrets(context, tier, { recipe: needed } as Candidate), { reason: { reason: 'secret-missing', secret: 's', mend: 'name a value for it in cc-ci.yml: secrets: { s: { fromSettings: NAME } }, and put NAME under "secrets" in the host\'s settings' } })
  assert.deepEqual(made, [])
})

proven('abra/5-abra-sh', () => {
  const given = recipe({ ...app('configs: [{ source: c, target: /c }]', 'configs: { c: { file: c, name: "${STACK_NAME}_c_${C_VERSION}" } }\n'), c: 'x', '.env.sample': 'C_VERSION=v1\n', 'abra.sh': 'export C_VERSION=v2\n' })
  assert.equal(given.stack.configs.c!.name, `${STACK}_c_v2`)
})

proven('abra/6-compose-list', () => {
  const given = recipe({ ...app(''), 'compose.a.yml': 'services: { app: { user: "1" } }\n', '.env.sample': 'COMPOSE_FILE=compose.yml\nCOMPOSE_FILE="$COMPOSE_FILE:compose.a.yml"\n' })
  assert.deepEqual(given.composeFiles, ['compose.yml', 'compose.a.yml'])
})

proven('abra/7-merge', () => {
  const given = recipe({ ...app('user: "1"\nenvironment: [A=$X]'), 'compose.a.yml': 'services: { app: { user: "2", environment: { B: "$X" } } }\n', '.env.sample': 'X=x\nCOMPOSE_FILE=compose.yml:compose.a.yml\n' })
  assert.deepEqual([given.stack.services.app!.user, given.stack.services.app!.environment], ['2', { A: 'x', B: 'x' }])
})

proven('abra/7-schema', () => {
  const given = (lines: string) => rules(recipe({ ...app(lines), '.env.sample': 'TYPE=notes\nGRACE=30s\n' })).includes('abra/variable-too-early')
  assert.equal(given('stop_grace_period: $GRACE'), true)
  assert.equal(given('healthcheck: { test: [CMD, x], start_period: "${GRACE}" }'.replace('healthcheck', 'x-healthcheck')), false, 'a block of one\'s own may hold anything')
  assert.equal(given('hostname: $GRACE'), false, 'text may come from the environment')
})

proven('abra/8-labels', () => {
  const label = (name: string): string => `coop-cloud.${STACK}.${name}`
  assert.deepEqual(own(deployed('0.4.0+1.5'), 'app'), { [label('timeout')]: '600', [label('recipe')]: 'notes', [label('chaos')]: 'false', [label('version')]: '0.4.0+1.5' })
  assert.deepEqual(own(deployed(null), 'app'), { [label('timeout')]: '600', [label('recipe')]: 'notes', [label('chaos')]: 'true', [label('chaos-version')]: 'cccccccc', [label('version')]: '0.3.1+1.4' })
  assert.deepEqual(own(deployed('0.4.0+1.5'), 'web'), {})
  assert.equal(labelsOf(fixture('wild'), 'app')[label('recipe')], undefined, 'reading alone adds nothing')
})

proven('abra/9-environment-of-app', () => {
  const { app: main, web, db } = deployed('0.4.0+1.5').services
  assert.equal(main!.environment!.LETS_ENCRYPT_ENV, '')
  assert.equal(main!.environment!.NGINX_CONF_VERSION, 'v3')
  assert.equal(main!.environment!.GREETING, 'Good day, neighbour', 'as the compose file says, not as .env.sample does')
  assert.deepEqual([main!.environment!.RECIPE, main!.environment!.TYPE], ['notes:0.4.0+1.5', 'notes:0.4.0+1.5'])
  assert.equal(web!.environment, undefined)
  assert.deepEqual(Object.keys(db!.environment!).toSorted(), ['PGTUNE', 'POSTGRES_DB', 'POSTGRES_PASSWORD', 'POSTGRES_USER'])
})

proven('abra/10-missing-variables', () => {
  const said = (lines: string) => recipe({ ...app(lines), '.env.sample': 'TYPE=notes\n' }).problems.filter(({ rule }) => rule === 'env/unset-variable').map(({ severity }) => severity)
  assert.deepEqual(said('hostname: ${FORGOTTEN}'), ['warning'])
  assert.deepEqual(said('hostname: x\n').concat(recipe({ 'compose.yml': 'services: { app: { image: "app:${TAG}" } }\n' }).problems.filter(({ rule }) => rule === 'env/unset-variable').map(({ severity }) => severity)), ['error'])
})

proven('abra/13-time-limit', () => {
  const limit = (files: Record<string, string>): number => readyLimit({ ports: { host: { limits: { ready: 300_000 } } } } as RunContext, { recipe: recipe(files) } as Candidate)
  const labelled = app('deploy: { labels: ["coop-cloud.${STACK_NAME}.timeout=2400"] }')
  assert.equal(limit(labelled), 2_400_000)
  assert.equal(limit({ ...labelled, 'cc-ci.yml': 'limits: { ready: 10m }\n' }), 600_000)
  assert.equal(limit(app('deploy: { labels: ["coop-cloud.${STACK_NAME}.timeout=60"] }')), 300_000, 'never less than the host gives everybody')
})

test('T32: an overlay that only one version lists is no part of another', () => {
  const versions = ['COMPOSE_FILE=compose.yml:compose.test.yml\n', 'COMPOSE_FILE=compose.yml\n'].map((sample) => recipe({ ...app(''), 'compose.test.yml': 'services: { app: { environment: { TESTING: "1" } } }\n', '.env.sample': sample }))
  assert.deepEqual(versions.map(({ stack }) => stack.services.app!.environment), [{ TESTING: '1' }, undefined])
})

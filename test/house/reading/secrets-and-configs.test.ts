import assert from 'node:assert/strict'
import { prepareStack } from '../../../src/domain/plan/prepare.ts'
import { app, DOMAIN, fixture, proven, recipe, rules, STACK } from './proven.ts'

const secret = (name: string, sample: string) => recipe({ ...app('secrets: [s]', `secrets: { s: { external: true, name: "${name}" } }\n`), '.env.sample': sample })
const config = (name: string, more: Record<string, string>) => recipe({ ...app('configs: [{ source: c, target: /c }]', `configs: { c: { file: c, name: "${name}" } }\n`), c: 'x', ...more })

proven('secrets/external', () => {
  assert.deepEqual(fixture('everything').secrets.map(({ name }) => name), [`${STACK}_session_key_v1`, `${STACK}_ssl_key_v2`, `${STACK}_db_password_v1`, `${STACK}_smtp_password_v1`])
})

proven('secrets/target', () => {
  assert.deepEqual(fixture('wild').stack.services.web!.secrets, [{ source: 'hmac_secret', target: 'hmac-secret' }])
  assert.deepEqual(fixture('everything').stack.services.app!.secrets!.map(({ source, target }) => [source, target]).toSorted(), [['session_key', 'session-key'], ['smtp_password', undefined], ['ssl_key', undefined]])
})

proven('secrets/version-variable', () => {
  assert.deepEqual(fixture('everything').secrets.find(({ key }) => key === 'ssl_key')?.generate, false, 'the comment behind SECRET_WILDCARD_KEY_VERSION')
  for (const variable of ['SECRET_OVH_CONSUMER_KEY', 'DB_PASSWORD_VERSION', 'SECRET_S_VERSION']) {
    assert.deepEqual(secret(`\${STACK_NAME}_s_\${${variable}}`, `${variable}=v3 # length=12\n`).secrets.map(({ name, length }) => [name, length]), [[`${STACK}_s_v3`, 12]])
  }
})

proven('secrets/active-overlays', () => {
  assert.deepEqual(fixture('wild').secrets.map(({ key }) => key), ['hmac_secret'])
})

proven('secrets/default-version', () => {
  const given = secret('${STACK_NAME}_s_${SECRET_S_VERSION:-v1}', 'TYPE=x\n')
  assert.deepEqual(given.secrets.map(({ name }) => name), [`${STACK}_s_v1`])
  assert.deepEqual(given.problems.filter(({ severity }) => severity === 'error'), [])
})

proven('secrets/new-version', () => {
  assert.deepEqual(['v1', 'v2'].map((version) => secret('${STACK_NAME}_s_${V}', `V=${version}\n`).secrets[0]!.name), [`${STACK}_s_v1`, `${STACK}_s_v2`])
  assert.ok(rules(secret('${STACK_NAME}_s', '')).includes('secrets/no-version'))
})

proven('secrets/in-environment', () => {
  const { environment } = fixture('wild').stack.services.app!
  assert.deepEqual([environment!.POSTGRES_PASSWORD, environment!.SONIC_PASSWORD], ['known to everybody', 'sing'])
})

proven('configs/name', () => {
  const { stack } = fixture('everything')
  assert.deepEqual(stack.configs.app_entrypoint, { name: `${STACK}_app_entrypoint_v4`, file: 'entrypoint.sh.tmpl', template_driver: 'golang' })
  assert.deepEqual(stack.services.app!.configs, [{ source: 'app_entrypoint', target: '/entrypoint.sh', mode: 0o555 }])
})

proven('configs/version-from-abra-sh', () => {
  const { stack, env } = fixture('wild')
  assert.equal(stack.configs.nginx_conf!.name, `${STACK}_nginx_conf_v3`)
  assert.equal(env.NEVER, undefined)
})

proven('configs/version-from-env', () => {
  const { stack, problems } = fixture('wild')
  assert.equal(stack.configs.robots!.name, `${STACK}_robots_v2`)
  assert.ok(problems.some(({ rule, message }) => rule === 'R012' && message.includes('`robots`')))
  assert.equal(config('${STACK_NAME}_c_${C_VERSION:-v5}', {}).stack.configs.c!.name, `${STACK}_c_v5`)
  assert.deepEqual(rules(config('${STACK_NAME}_c_${C_VERSION}', { '.env.sample': 'TYPE=x\nC_VERSION=v1\n' })).filter((rule) => rule === 'R012'), ['R012'])
})

proven('configs/template', () => {
  const { stack } = fixture('wild')
  assert.deepEqual(stack.configs.nginx_conf, { name: `${STACK}_nginx_conf_v3`, file: 'nginx.conf.tmpl', template_driver: 'golang' })
  const bare = fixture('wild', { 'nginx.conf.tmpl': '{{ env "X" }}\nproxy_pass http://app:4000;\n' })
  assert.ok(!rules(bare).includes('network/ambiguous-alias'), '`app` is on the inner network alone')
})

proven('configs/template-variable', () => {
  const on = fixture('wild', { 'cc-ci.yml': 'env: { COMPOSE_FILE: "$COMPOSE_FILE:overlays/compose.sso.yml", SSO_SECRET_VERSION: v1 }\n' })
  assert.equal(on.stack.services.web!.environment!.SSO_ENABLED, '1')
  assert.equal(fixture('wild').stack.services.web!.environment?.SSO_ENABLED, undefined)
})

proven('configs/hidden-variable', () => {
  const given = recipe({ ...app('environment: { A: "1" }'), '.env.sample': 'LETS_ENCRYPT_EMAIL=a@example.org\n' })
  const stack = prepareStack({ recipe: given, app: { run: 'note-123456', domain: DOMAIN, stack: STACK }, release: null, chaos: true })
  assert.equal(stack.services.app!.environment!.LETS_ENCRYPT_EMAIL, 'a@example.org')
})

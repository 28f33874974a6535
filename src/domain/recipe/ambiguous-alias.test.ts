import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ambiguousAliases } from './ambiguous-alias.ts'
import { composed } from './samples.ts'

/** `app` and `db` on the network that all share, `inner` on an inner one alone, and what a case adds to `web`, which is on both. */
const compose = (web: string, more = '') => `services:
  app:
    image: app:1
    networks: [proxy]
  db:
    image: db:1
    networks: { shared: null, internal: null }
  inner:
    image: inner:1
    networks: [internal]
  web:
    image: web:1
    networks: [proxy, internal]
${web}
networks:
  proxy: { external: true }
  shared: { external: true, name: proxy }
  internal:
${more}`

function said(text: string, files: Record<string, string> = {}): string[] {
  const { stack, placeOf, problems } = composed(text)
  assert.deepEqual(problems.filter(({ severity }) => severity === 'error'), [])
  return ambiguousAliases({ stack, placeOf, proxyNetwork: 'proxy', textOf: (file) => files[file] }).map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`)
}

test('T37: a bare service name on the network that all apps share may lead to another app, and the mend is the full name', () => {
  const { stack, placeOf } = composed(compose('    environment:\n      DB_HOST: db'))
  assert.deepEqual(ambiguousAliases({ stack, placeOf, proxyNetwork: 'proxy', textOf: () => undefined }), [
    {
      file: 'compose.yml', line: 15, column: 16, rule: 'network/ambiguous-alias', severity: 'warning',
      message: "`DB_HOST` of `web` names the host `db`: on the network `proxy`, which all apps share, that may be another app's.",
      mend: 'Write `${STACK_NAME}_db`.',
    },
  ])
})

/** Of the environment of `web`: is the value taken for the host `app`? */
const values: Array<[entry: string, is: boolean]> = [
  ['APP_HOST: app', true],
  ['PGHOST: app', true],
  ['redisHostname: app', true],
  ['HOST_NAME: app', true],
  ['MEMCACHED_SERVERS: app', true],
  ['SERVER_2: app', true],
  ['BACKEND: app', true],
  ['API_URL: http://app', true],
  ['API: http://app:8080/x', true],
  ['DATABASE: "postgres://user:secret@app/notes"', true],
  ['DATABASE: "mysql://user@tcp(app:3306)/notes"', true],
  ['LISTENS: "inner:80,app:8080"', true],
  ['OPTS: "--redis-host app --verbose"', true],
  ['OPTS: --endpoint=app', true],
  ['JSON: "{\\"host\\": \\"app\\"}"', true],
  ['DB_NAME: app', false],
  ['DB_USER: app', false],
  ['SERVER_NAME: app', false],
  ['GHOST: app', false],
  ['SECURITY: app', false],
  ['IMAGE: app:15', false],
  ['APP_HOST: ${STACK_NAME}_app', false],
  ['APP_HOST: app.example.org', false],
  ['API_URL: https://example.org/app', false],
  ['API_URL: https://my-app:80', false],
  ['API_URL: https://app@example.org', false],
  ['MOUNT: "/srv/app:80"', false],
  ['VERSION: app:1', false],
  ['TEXT: the server app is here', false],
]
for (const [entry, is] of values) test(`${entry} ${is ? 'names' : 'does not name'} the host`, () => assert.equal(said(compose(`    environment:\n      ${entry}`)).length, is ? 1 : 0))

test('in a command and an entrypoint', () => {
  assert.deepEqual(said(compose('    entrypoint: [wait-for, "db:5432", --]\n    command: ["serve", "--upstream", "http://app:80", "--name", "app"]')), [
    "compose.yml:14:5 The entrypoint of `web` names the host `db`: on the network `proxy`, which all apps share, that may be another app's.",
    "compose.yml:15:5 The command of `web` names the host `app`: on the network `proxy`, which all apps share, that may be another app's.",
  ])
})

test('in the text of a config, at its place; remarks do not count', () => {
  const files = { 'nginx.conf': '# proxy_pass http://app:1;\nupstream notes {\n  server app;\n}\nlocation / {\n  proxy_pass http://app:8080/app;\n  fastcgi_pass app:9000;\n  root /app;\n}\n', 'other.conf': 'http://app' }
  const text = compose('    configs: [{ source: nginx, target: /etc/nginx.conf }]', 'configs:\n  nginx: { file: nginx.conf }\n  other: { file: other.conf }\n')
  const message = "`nginx.conf` names the host `app`: on the network `proxy`, which all apps share, that may be another app's."
  assert.deepEqual(said(text, files), [`nginx.conf:3:10 ${message}`, `nginx.conf:6:21 ${message}`, `nginx.conf:7:16 ${message}`])
})

test('a name that only an inner network knows, a service that is not on the shared one, and a service that names itself are fine', () => {
  assert.deepEqual(said(compose('    environment: { A: "http://inner:80", B: "http://web:80" }').replace('image: inner:1', 'image: inner:1\n    environment: { URL: "http://app:80" }')), [])
  assert.deepEqual(said(compose('    environment: { URL: "http://app:80" }').replace('proxy: { external: true }', 'proxy:')), [], 'a network of the stack alone')
})

test('a long line in a config is looked at in no time, and not every place in it is said', () => {
  const files = { 'long.conf': `${'host=app,server '.repeat(15_000)}` }
  const began = performance.now()
  assert.equal(said(compose('    configs: [long]', 'configs: { long: { file: long.conf } }'), files).length, 20)
  assert.ok(performance.now() - began < 2_000)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fill } from '../../../src/adapters/engine/local/fill.ts'
import { pairOf, translate } from '../../../src/adapters/engine/local/inside-paths.ts'
import { routesOf } from '../../../src/adapters/engine/local/routes.ts'
import { localProgramOf } from '../../../src/adapters/engine/local/x-local.ts'
import { durationMs } from '../../../src/adapters/engine/local/durations.ts'

const given = { volumes: { data: '/v/data' }, secrets: { token: '/s/token' }, configs: { 'app.conf': '/c/app' }, ports: { web: 4000, db: 5000 }, service: 'web' }

test('placeholders are filled, other braces stay', () => {
  assert.equal(fill('{volumes.data}/x {secrets.token} {configs.app.conf} {port} {port.db}', given), '/v/data/x /s/token /c/app 4000 5000')
  assert.equal(fill('{"a": {"port": 1}, "b": "${X}", "c": {}}', given), '{"a": {"port": 1}, "b": "${X}", "c": {}}')
})

test('a placeholder for what the service is not given is refused with what it is given', () => {
  assert.throws(() => fill('{volumes.dta}', given), { kind: 'refused', message: 'service web: nothing stands for {volumes.dta}; service web is given these volumes: data' })
  assert.throws(() => fill('{port.cache}', given), { message: 'service web: nothing stands for {port.cache}; services with a port: web, db' })
  assert.throws(() => fill('{secrets}', given), { kind: 'refused' })
})

test('paths of a container are translated where one begins, and only there', () => {
  const pairs = [
    { inside: '/data', here: '/v/data' },
    { inside: '/data/cache', here: '/v/cache' },
    { inside: '/config.txt', here: '/c/config' },
  ]
  const cases = {
    '/data': '/v/data',
    '/data/': '/v/data/',
    '/data/x': '/v/data/x',
    '/data/cache/x': '/v/cache/x',
    '--to=/data/x': '--to=/v/data/x',
    'cat /data/a "/data/b" >/data/c; ls /data': 'cat /v/data/a "/v/data/b" >/v/data/c; ls /v/data',
    '/database': '/database',
    '/data.bak': '/data.bak',
    '/data-old/x': '/data-old/x',
    'http://host/data': 'http://host/data',
    './data': './data',
    '/var/data/x': '/var/data/x',
    '/config.txt': '/c/config',
    '/configXtxt': '/configXtxt',
  }
  for (const [text, wanted] of Object.entries(cases)) assert.equal(translate(text, pairs), wanted, text)
})

test('a path belongs to the deepest mount it lies in, after its dots are worked out', () => {
  const pairs = [
    { inside: '/data', here: '/v/data' },
    { inside: '/data/cache', here: '/v/cache' },
  ]
  assert.deepEqual(pairOf('/data/cache/x', pairs), { pair: pairs[1], rest: 'x' })
  assert.deepEqual(pairOf('/data/cache/../x', pairs), { pair: pairs[0], rest: 'x' })
  assert.deepEqual(pairOf('/data', pairs), { pair: pairs[0], rest: '' })
  assert.equal(pairOf('/data/../etc/passwd', pairs), undefined)
  assert.equal(pairOf('/database', pairs), undefined)
})

test('router rules become hosts and prefixes', () => {
  const routes = (labels: Record<string, string>) => routesOf({ image: 'x', deploy: { labels } })
  const rule = (text: string) => routes({ 'traefik.http.routers.app.rule': text })
  assert.deepEqual(rule('Host(`A.test`, `b.test`)'), [{ host: 'a.test', prefix: '/' }, { host: 'b.test', prefix: '/' }])
  assert.deepEqual(rule('Host(`a.test`) && PathPrefix(`/api`) || Host("b.test")'), [{ host: 'a.test', prefix: '/api' }, { host: 'b.test', prefix: '/' }])
  assert.deepEqual(rule('HostRegexp(`.+`)'), [])
  assert.deepEqual(routes({ 'traefik.enable': 'false', 'traefik.http.routers.app.rule': 'Host(`a.test`)' }), [])
  assert.deepEqual(routes({ 'traefik.tcp.routers.app.rule': 'HostSNI(`a.test`)' }), [])
})

const mistakes: Array<[xLocal: unknown, says: string]> = [
  [undefined, 'service web: it has no x-local, so nobody knows what to start here; add it to compose.local.yml; see docs/recipe/local.md'],
  [[], 'service web: x-local is a mapping with `command`; see docs/recipe/local.md'],
  [{ comand: ['x'] }, 'service web: x-local does not know comand; it knows command, port, env, folder, healthcheck; see docs/recipe/local.md'],
  [{ command: 'node x' }, 'service web: x-local.command is a list: the program and its arguments; see docs/recipe/local.md'],
  [{ command: ['x'], port: '80' }, 'service web: x-local.port is a number from 1 to 65535; see docs/recipe/local.md'],
  [{ command: ['x'], env: { A: ['b'] } }, 'service web: x-local.env.A is one value; see docs/recipe/local.md'],
  [{ command: ['x'], folder: '../x' }, "service web: x-local.folder is a folder inside the recipe's; see docs/recipe/local.md"],
  [{ command: ['x'], healthcheck: { path: 'x' } }, 'service web: x-local.healthcheck has either `path` (it begins with /) or `command` (a list); see docs/recipe/local.md'],
]

test('T56: a wrong or unknown key of x-local is refused by name', () => {
  for (const [xLocal, message] of mistakes) assert.throws(() => localProgramOf('web', { image: 'x', 'x-local': xLocal }), { kind: 'refused', message })
})

test('values of env become text, as compose has it', () => {
  assert.deepEqual(localProgramOf('web', { image: 'x', 'x-local': { command: ['x'], env: { A: 1, B: true, C: 'c' } } }).env, { A: '1', B: 'true', C: 'c' })
})

test('durations are compose\'s', () => {
  assert.equal(durationMs('1m30s', 0, 'x'), 90_000)
  assert.equal(durationMs(undefined, 7, 'x'), 7)
  assert.throws(() => durationMs('soon', 0, 'service web: stop_grace_period'), { message: 'service web: stop_grace_period: "soon" is no duration; write it like 1m30s' })
})

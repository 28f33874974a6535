import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { renderStack } from '../../../src/adapters/engine/swarm/render.ts'
import type { Stack } from '../../../src/domain/model/stack.ts'

const app = { domain: 'note-1.test', stack: 'note-1_test', run: 'note-1' }
const empty: Stack = { services: {}, networks: {}, volumes: {}, secrets: {}, configs: {} }

interface Rendered {
  version: string
  services: Record<string, { image: string; command?: unknown; cap_drop?: unknown; environment?: Record<string, unknown>; labels: Record<string, string>; deploy: { labels: Record<string, string> } }>
  networks: unknown
  volumes: unknown
  secrets: unknown
  configs: unknown
}

function render(stack: Partial<Stack>, digests: Record<string, string> = {}): Rendered {
  const text = renderStack({ app, stateId: 'here', stack: { ...empty, ...stack }, digests, fileOf: (kind, key) => `/private/${kind}-${key}` })
  return parse(text) as Rendered
}

const ours = { 'cc-ci.run': 'note-1', 'cc-ci.state': 'here' }

test('everything that is made carries our labels, also on the containers and on the network that Docker makes unasked', () => {
  const document = render({
    services: { app: { image: 'a', labels: { mine: '1' }, deploy: { labels: { theirs: '2' } } } },
    volumes: { data: { labels: { kept: 'yes' } }, shared: { external: true, name: 'shared' } },
    secrets: { s: { file: 's.txt' }, given: { external: true, name: 'given_v1' } },
    configs: { c: { file: 'c.txt', name: 'c_v1' } },
  })
  assert.equal(document.version, '3.8')
  assert.deepEqual(document.services.app!.labels, { mine: '1', ...ours })
  assert.deepEqual(document.services.app!.deploy.labels, { theirs: '2', ...ours })
  assert.deepEqual(document.networks, { default: { labels: ours } })
  assert.deepEqual(document.volumes, { data: { labels: { kept: 'yes', ...ours, 'cc-ci.volume': 'data' } }, shared: { external: true, name: 'shared' } })
  assert.deepEqual(document.secrets, { s: { file: '/private/secrets-s', labels: ours }, given: { external: true, name: 'given_v1' } })
  assert.deepEqual(document.configs, { c: { file: '/private/configs-c', name: 'c_v1', labels: ours } })
})

test('what the client would interpolate is escaped in values and left alone in keys', () => {
  const document = render({
    services: {
      app: {
        image: 'a',
        command: ['sh', '-c', 'echo $HOME ${X:-y} $$'],
        environment: { A$B: '$1', TAKEN_AWAY: null, EMPTY: '', HOME: null, DOCKER_HOST: '', PATH: '/bin' },
        networks: { n: null },
      },
    },
    networks: { n: {} },
  })
  assert.deepEqual(document.services.app!.command, ['sh', '-c', 'echo $$HOME $${X:-y} $$$$'])
  assert.deepEqual(document.services.app!.environment, { A$B: '$$1', TAKEN_AWAY: null, EMPTY: '', PATH: '/bin' }, 'what the client would fill from its own environment is left out')
  assert.deepEqual(document.networks, { n: { labels: ours } })
})

test('the version is the lowest that has every key, and an item that merging made stand twice stands once', () => {
  const document = render({ services: { app: { image: 'a', cap_drop: ['KILL', 'KILL'], command: ['a', 'a'], deploy: { mode: 'replicated-job' } } } })
  assert.deepEqual(document.services.app!.cap_drop, ['KILL'])
  assert.deepEqual(document.services.app!.command, ['a', 'a'])
  assert.equal(render({ services: { app: { image: 'a', healthcheck: { test: ['CMD', 'a'], start_interval: '1s' } } } }).version, '3.12')
  assert.equal(document.version, '3.8')
})

test('extension keys go, in the places where Docker refuses them; a label may be called x-something', () => {
  const document = render({
    'x-common': { a: 1 },
    services: { app: { image: 'a', 'x-note': 'hello', labels: { 'x-label': 'stays' } } },
    volumes: { data: { 'x-note': 'hello' } },
  })
  assert.equal(JSON.stringify(document).includes('hello'), false)
  assert.equal('x-common' in document, false)
  assert.equal(document.services.app!.labels['x-label'], 'stays')
})

test('an image is pinned to what was fetched, as the client would write it', () => {
  const digest = `sha256:${'1'.repeat(64)}`
  const images = ['app:1', 'registry.test:5000/app', `app@${digest}`]
  const written = images.map((image) => render({ services: { app: { image } } }, { [image]: digest }).services.app!.image)
  assert.deepEqual(written, [`app:1@${digest}`, `registry.test:5000/app:latest@${digest}`, `app@${digest}`])
})

test('characters that YAML refuses are written so that it takes them', () => {
  const value = 'a\u0000b\u007fc\u0085d\u2028e\ufefff\u{1f600}"\\'
  assert.equal(render({ services: { app: { image: 'a', environment: { V: value } } } }).services.app!.environment?.V, value)
})

test('T64: an env_file that nobody has read by now is refused: the client would read it from the host', () => {
  assert.throws(() => render({ services: { app: { image: 'a', env_file: ['/etc/passwd'] } } }), { kind: 'refused' })
})

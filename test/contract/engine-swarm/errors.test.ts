import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromEngine, fromRegistry, fromStackDeploy, troubleOf } from '../../../src/adapters/engine/swarm/errors.ts'

/** As engine 20.10, engine 28 and common registries say it. */
const pulls: Array<[says: string, kind: string]> = [
  ['manifest for traefik:nope not found: manifest unknown: manifest unknown', 'not-found'],
  ["pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied", 'not-found'],
  ['no matching manifest for linux/amd64 in the manifest list entries', 'not-found'],
  ['toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading', 'limited'],
  ['error parsing HTTP 429 response body: invalid character: "slow down"', 'limited'],
  ['Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 127.0.0.11:53: no such host', 'unreachable'],
  ['Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused', 'unreachable'],
  ['Get "https://registry.test/v2/": net/http: TLS handshake timeout', 'unreachable'],
  ['received unexpected HTTP status: 503 Service Unavailable', 'unreachable'],
  ['unexpected EOF', 'unreachable'],
  ['filesystem layer verification failed for digest sha256:1', 'unreachable'],
  ['Get "http://127.0.0.1:5000/v2/library/x/manifests/1": no basic auth credentials', 'refused'],
  ['unauthorized: authentication required', 'refused'],
]

for (const [says, kind] of pulls) {
  test(`a pull that ends with "${says.slice(0, 60)}…" is ${kind}`, () => {
    const error = fromRegistry(says, 'app:1')
    assert.equal(error.kind, kind)
    assert.equal(error.says, says)
    assert.equal(error.againCanHelp, kind === 'limited' || kind === 'unreachable')
  })
}

const troubles: Array<[words: string, because: string | undefined]> = [
  ['', undefined],
  ['task: non-zero exit (137): dockerexec: unhealthy container', 'unhealthy'],
  ['task: non-zero exit (1)', 'other'],
  ['No such image: nosuch:1@sha256:0000', 'no-image'],
  ['No such image: nosuch:1', 'no-image'],
  ['invalid mount config for type "bind": bind source path does not exist: /nosuch', 'bad-mount'],
  ['no suitable node (scheduling constraints not satisfied on 1 node)', 'no-node'],
  ['no suitable node (insufficient resources on 1 node)', 'no-resources'],
  ['no suitable node (host-mode port already in use on 1 node)', 'no-resources'],
  ['network sandbox join failed: subnet sandbox join failed for "10.0.1.0/24": error creating vxlan interface: file exists', 'network-gone'],
  ['network note-1_test_default not found', 'network-gone'],
  // Of an engine that has just begun, and is not done joining its Swarm.
  ['cannot create a swarm scoped network when swarm is not active', 'network-gone'],
]

for (const [words, because] of troubles) {
  test(`a task with "${words}" has the trouble ${because}`, () => assert.equal(troubleOf(words), because))
}

test('T22: what the client prints is the engine refusing the stack, unless it is the host', () => {
  const kinds = {
    'services.app Additional property platform is not allowed': 'refused',
    'failed to update config c: Error response from daemon: rpc error: code = InvalidArgument desc = only updates to Labels are allowed': 'refused',
    'network "proxy" is declared as external, but could not be found. You need to create a swarm-scoped network before the stack is deployed': 'refused',
    'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?': 'unreachable',
    'Error response from daemon: rpc error: code = DeadlineExceeded desc = context deadline exceeded': 'unreachable',
    'Error response from daemon: The swarm does not have a leader.': 'unreachable',
    "failed to create service x_app: Error response from daemon: rpc error: code = InvalidArgument desc = port '8080' is already in use by service 'other' (abc) as an ingress port": 'conflict',
    'failed to update service x_app: Error response from daemon: rpc error: code = Unknown desc = update out of sequence': 'unreachable',
    'this node is not a swarm manager. Use "docker swarm init"': 'unsupported',
  }
  for (const [printed, kind] of Object.entries(kinds)) assert.equal(fromStackDeploy(printed, 's').kind, kind, printed)
})

test('an engine that is not there is unreachable, and the message says what to look at', () => {
  const error = fromEngine(Object.assign(new Error('connect ENOENT /nosuch.sock'), { code: 'ENOENT' }), 'listing services')
  assert.equal(error.kind, 'unreachable')
  assert.equal(error.message, 'listing services: no answer from the engine (connect ENOENT /nosuch.sock); is Docker running, and may this user use it?')
})

test('what goes while we ask is not found, whatever the status', () => {
  const answer = (statusCode: number, says: string) => fromEngine(Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${says} `), { statusCode }), 'removing network n')
  assert.equal(answer(500, 'network rghr5t9pgz3pnmp1ivsn39xrk not found').kind, 'not-found')
  assert.equal(answer(404, 'No such container: x').kind, 'not-found')
  assert.equal(answer(500, 'rpc error: code = DeadlineExceeded desc = context deadline exceeded').kind, 'unreachable')
  assert.equal(answer(503, 'This node is not a swarm manager. Use "docker swarm init"').kind, 'unsupported')
  assert.equal(answer(400, 'invalid reference format').message, 'removing network n: the engine says: invalid reference format')
})

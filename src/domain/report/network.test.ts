import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AttachedService, DockerNetwork, NetworkMade } from '../model/network.ts'
import { sayMovePlan, sayNetworkMade, saySwarmMade, sayTrend } from './network.ts'

const of: DockerNetwork = { id: 'n1', name: 'proxy', driver: 'overlay', scope: 'swarm', attachable: true, internal: false, subnets: ['10.0.1.0/24'], labels: {}, options: {} }
const found = { network: 'proxy', subnets: ['10.0.1.0/24'], size: 254 }

const made: Array<[NetworkMade, says: string, mend?: string]> = [
  [{ did: 'made', subnet: '10.10.0.0/16', size: 65_534 }, 'made network proxy: 10.10.0.0/16, 65534 addresses'],
  [{ did: 'nothing', found }, 'network proxy is there: 10.0.1.0/24, 254 addresses'],
  [{ did: 'kept', found, wanted: '10.10.0.0/16' }, 'network proxy is there with 254 addresses (10.0.1.0/24); the settings ask for 10.10.0.0/16', 'cc-ci network migrate'],
  [
    { did: 'refused', because: 'collides', subnet: '10.10.0.0/16', proposal: '10.11.0.0/16', collisions: [{ by: 'docker-network', name: 'office', subnet: '10.10.7.0/24' }, { by: 'vpn', name: 'wg0', subnet: '10.10.8.0/24' }, { by: 'address', name: 'an address of this machine', subnet: '10.10.9.1/32' }] },
    'network proxy cannot have 10.10.0.0/16: network office has 10.10.7.0/24, the VPN wg0 leads to 10.10.8.0/24 and 10.10.9.1 is an address of this machine',
    'write into the settings: proxy: { subnet: 10.11.0.0/16 }',
  ],
  [
    { did: 'refused', because: 'collides', subnet: '10.10.0.0/16', proposal: undefined, collisions: [{ by: 'interface', name: 'eth1', subnet: '10.0.0.0/8' }, { by: 'route', name: 'table 52', subnet: '10.0.0.0/9' }, { by: 'address-pool', name: "the engine's address pool", subnet: '10.0.0.0/10' }] },
    'network proxy cannot have 10.10.0.0/16: interface eth1 has 10.0.0.0/8, a route (table 52) leads to 10.0.0.0/9 and the engine gives 10.0.0.0/10 away by itself (default-address-pools)',
    'Every private range is taken: free one, then write it under proxy.subnet in the settings.',
  ],
  [{ did: 'refused', because: 'not-shared', found: { ...of, driver: 'bridge', scope: 'local' } }, 'network proxy is a bridge of scope local, which services of a Swarm cannot share', 'docker network rm proxy, or another name under proxy.network in the settings'],
  [{ did: 'refused', because: 'moving', says: 'the move has begun' }, 'the move has begun', 'cc-ci network migrate --yes'],
]

describe('what came of wanting the shared network', () => {
  for (const [each, says, mend] of made) {
    test(`${each.did}${each.did === 'refused' ? `: ${each.because}` : ''}`, () => assert.deepEqual(sayNetworkMade(each, 'proxy'), { says, ...(mend === undefined ? {} : { mend }), refused: each.did === 'refused' }))
  }

  test('and a Swarm', () => {
    assert.deepEqual(saySwarmMade({ did: 'made' }), { says: 'made a Swarm of this machine', refused: false })
    assert.deepEqual(saySwarmMade({ did: 'refused', why: 'a worker', mend: 'promote it' }), { says: 'a worker', mend: 'promote it', refused: true })
  })
})

test('where a pool goes', () => {
  const runs = (count: number) => Array.from({ length: count }, (_, index) => ({ run: `r${index}`, at: 0, network: 'proxy', size: 254, before: 0, after: 0 }))
  assert.deepEqual(
    [[0, 0, null], [1, 0, null], [3, -2, null], [10, 14, 16]].map(([count, grewBy, runsLeft]) => sayTrend({ runs: runs(count!), grewBy: grewBy!, runsLeft: runsLeft! })),
    ['no run has recorded it yet', 'unchanged over the last run', '2 fewer in use after the last 3 runs', '14 more in use after the last 10 runs; at this pace it is used up after 16 more'],
  )
})

test('a move is shown whole before it is begun, within 80 columns', () => {
  const service = (name: string, stack: string): AttachedService => ({ id: name, name, stack, networks: [], mode: 'replicated', replicas: 1, running: 1, tasks: 1 })
  const lines = sayMovePlan({ of, to: '10.10.0.0/16', use: { ...found, used: 231 }, attached: { services: [service('shop_app', 'shop'), service('shop_api', 'shop'), service('traefik_app', 'traefik')], containers: [] }, routes: ['https://shop.example.org/'], refusals: [] })
  assert.equal(lines.join('\n'), `proxy: 10.0.1.0/24 → 10.10.0.0/16
  231 of 254 addresses are in use; afterwards there are 65534
  moved, all at once: 2 stacks
    shop: shop_api, shop_app
    traefik: traefik_app
  answering before, and to answer after it: 1 route
    https://shop.example.org/
  step by step; each can be taken up again, and taken back:
    1. every service is taken off the network and stopped; its data,
       its other networks, and what is not on this one stay as they are
    2. the network is removed, and made anew with its name and the new range
    3. every service is attached again under its aliases, and started
    4. every route is asked until it answers; if one does not, all goes back
  interrupted is every app behind the proxy, from step 1 to step 4: about as
  long as the slowest of them takes to stop and to start again`)
  assert.deepEqual(lines.filter((line) => line.length > 80), [])
})

test('a move that is refused says why before anything else', () => {
  const plan = { of, use: { ...found, used: 231 }, attached: { services: [], containers: [] }, routes: [], refusals: [{ why: '10.99.0.0/28 is too small', mend: 'name a larger one' }] }
  assert.deepEqual(sayMovePlan({ ...plan, to: null }), ['proxy: 10.0.1.0/24 is not moved', '  it cannot be done: 10.99.0.0/28 is too small', '    mend: name a larger one', '  231 of 254 addresses are in use'])
  assert.deepEqual(sayMovePlan({ ...plan, to: '10.10.0.0/16' }).slice(0, 3), ['proxy: 10.0.1.0/24 → 10.10.0.0/16', '  it cannot be done: 10.99.0.0/28 is too small', '    mend: name a larger one'])
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TakenRange } from '../model/network.ts'
import { collisions, freeSubnet, mayBeShared, sizeOf } from './subnets.ts'

const network = (subnet: string, name = 'other'): TakenRange => ({ by: 'docker-network', name, subnet })
const route = (subnet: string): TakenRange => ({ by: 'route', name: 'eth0', subnet })
const face = (subnet: string, name = 'eth0'): TakenRange => ({ by: 'interface', name, subnet })
const vpn = (subnet: string): TakenRange => ({ by: 'vpn', name: 'wg0', subnet })
const pool = (subnet: string): TakenRange => ({ by: 'address-pool', name: "the engine's address pool", subnet })
const address = (subnet: string): TakenRange => ({ by: 'address', name: 'an address of this machine', subnet })

const BUILT_IN = ['172.17.0.0/16', '172.18.0.0/16', '172.19.0.0/16', '172.20.0.0/14', '172.24.0.0/14', '172.28.0.0/14', '192.168.0.0/16'].map(pool)

const cases: Array<{ that: string; wanted?: string; taken: TakenRange[]; collide: string[]; proposal: string | undefined }> = [
  { that: 'nothing is taken', taken: [], collide: [], proposal: '10.10.0.0/16' },
  { that: 'a network of the engine has the very range', taken: [network('10.10.0.0/16')], collide: ['docker-network other 10.10.0.0/16'], proposal: '10.11.0.0/16' },
  { that: 'a small network lies in it', taken: [network('10.10.200.0/24', 'ingress')], collide: ['docker-network ingress 10.10.200.0/24'], proposal: '10.11.0.0/16' },
  { that: 'it lies in a large route', taken: [route('10.0.0.0/12')], collide: ['route eth0 10.0.0.0/12'], proposal: '10.16.0.0/16' },
  { that: 'networks stand beside it, up to its last neighbour', taken: [network('10.9.0.0/16'), network('10.11.0.0/16')], collide: [], proposal: '10.10.0.0/16' },
  { that: 'one address of the machine lies in it, as its first and as its last', taken: [address('10.10.0.0/32'), address('10.10.255.255/32')], collide: ['address an address of this machine 10.10.0.0/32', 'address an address of this machine 10.10.255.255/32'], proposal: '10.11.0.0/16' },
  { that: 'an interface, with its address', taken: [address('10.10.0.7/32'), face('10.10.0.0/24')], collide: ['interface eth0 10.10.0.0/24'], proposal: '10.11.0.0/16' },
  { that: 'a VPN holds all of 10.0.0.0/8', taken: [vpn('10.0.0.0/8'), ...BUILT_IN], collide: ['vpn wg0 10.0.0.0/8'], proposal: '172.16.0.0/16' },
  { that: 'a VPN leads everything through itself, in two halves', taken: [vpn('0.0.0.0/1'), vpn('128.0.0.0/1'), route('0.0.0.0/0')], collide: [], proposal: '10.10.0.0/16' },
  { that: "an engine's bridge is a network, an interface and a route at once", taken: [route('10.10.0.0/24'), face('10.10.0.0/24', 'br-1'), network('10.10.0.0/24', 'bridge')], collide: ['docker-network bridge 10.10.0.0/24'], proposal: '10.11.0.0/16' },
  { that: 'the engine would give it away by itself', wanted: '172.20.0.0/16', taken: BUILT_IN, collide: ["address-pool the engine's address pool 172.20.0.0/14"], proposal: '10.0.0.0/16' },
  { that: 'it was written with an address of a machine', taken: [face('10.10.3.4/24')], collide: ['interface eth0 10.10.3.4/24'], proposal: '10.11.0.0/16' },
  { that: 'the end of the private range is near', wanted: '10.255.0.0/16', taken: [network('10.255.0.0/16')], collide: ['docker-network other 10.255.0.0/16'], proposal: '10.0.0.0/16' },
  { that: 'a large one goes on after what it stands on', wanted: '10.0.0.0/9', taken: [network('10.1.0.0/24')], collide: ['docker-network other 10.1.0.0/24'], proposal: '10.128.0.0/9' },
  { that: 'every private range is taken', taken: [vpn('10.0.0.0/8'), vpn('172.16.0.0/12'), vpn('192.168.0.0/16')], collide: ['vpn wg0 10.0.0.0/8'], proposal: undefined },
  { that: 'what is IPv6 is in nobody\'s way', taken: [network('fd00::/8'), network('fd00:10:10::/48'), route('::/0'), address('fe80::1/128')], collide: [], proposal: '10.10.0.0/16' },
  { that: 'what is no range is in nobody\'s way', taken: [network(''), network('10.10.0.0'), network('10.10.0.0/99'), network('999.10.0.0/8')], collide: [], proposal: '10.10.0.0/16' },
  { that: 'a /28 among many', wanted: '10.0.0.0/28', taken: Array.from({ length: 256 }, (_, index) => network(`10.0.${index}.0/24`)), collide: ['docker-network other 10.0.0.0/24'], proposal: '10.1.0.0/28' },
]

describe('a range for the network that apps and proxy share', () => {
  for (const { that, wanted = '10.10.0.0/16', taken, collide, proposal } of cases) {
    test(that, () => {
      assert.deepEqual(collisions(wanted, taken).map(({ by, name, subnet }) => `${by} ${name} ${subnet}`), collide)
      assert.equal(freeSubnet(wanted, taken), proposal)
      if (proposal !== undefined) assert.deepEqual(collisions(proposal, taken), [])
    })
  }

  test('which may be asked for', () => {
    const may = ['10.10.0.0/16', '10.0.0.0/8', '172.31.255.240/28', '192.168.0.0/16']
    const mayNot = ['10.10.0.1/16', '10.10.0.0/29', '8.8.0.0/16', '172.0.0.0/8', '10.10.0.0', 'fd00::/48', '', '10.10.0.0/016 ']
    assert.deepEqual([...may, ...mayNot].filter(mayBeShared), may)
  })

  test('how many addresses it has to give: all but the first and the last of each', () => {
    assert.deepEqual([['10.0.0.0/24'], ['10.0.0.0/28', 'fd00::/64'], ['10.0.0.0/29', '10.1.0.0/29'], ['fd00::/64'], []].map(sizeOf), [254, 14, 12, undefined, undefined])
  })
})

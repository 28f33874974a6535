import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DockerNetwork, SwarmState, TakenRange } from '../../domain/model/network.ts'
import { noSteps } from '../../domain/model/read-journal.ts'
import type { NewNetwork, Networks } from '../../ports/network.ts'
import type { NetworkMoves } from '../../ports/network-moves.ts'
import { PortError } from '../../ports/port-error.ts'
import { makeProxyNetwork, makeSwarm } from './make.ts'

function network(over: Partial<DockerNetwork>): DockerNetwork {
  return { id: 'n1', name: 'proxy', driver: 'overlay', scope: 'swarm', attachable: true, internal: false, subnets: ['10.10.0.0/16'], labels: {}, options: {}, ...over }
}

/** What the engine holds; `taken` stands for its 409 where somebody else was quicker. */
function world(given: { networks?: DockerNetwork[]; swarm?: SwarmState; quicker?: DockerNetwork } = {}): Networks & { made: NewNetwork[]; swarms: number } {
  const { networks = [], swarm = { is: 'manager' }, quicker } = given
  const unasked = async () => assert.fail('not asked for')
  const it = {
    made: [] as NewNetwork[],
    swarms: 0,
    swarm: async () => swarm,
    async makeSwarm() {
      it.swarms += 1
    },
    list: async () => networks,
    addressPools: async () => ['172.17.0.0/16'],
    async make(one: NewNetwork) {
      if (quicker) {
        networks.push(quicker)
        throw new PortError('conflict', 'there is one')
      }
      it.made.push(one)
      return 'n9'
    },
    use: unasked,
    remove: unasked,
    attached: unasked,
    setService: unasked,
    close: unasked,
  }
  return it
}

const wanted = { name: 'proxy', subnet: '10.10.0.0/16' }
const of = network({ subnets: ['10.0.1.0/24'] })
const moves = (open: boolean): NetworkMoves => ({
  read: async () => ({ lastN: 1, open: open ? { id: 'move-1', of, to: '10.10.0.0/16', beganAt: 0, ...noSteps(), intended: ['remove the network as it was'] } : null, moves: [] }),
  open: async () => assert.fail('not asked for'),
})
const make = (networks: Networks, taken: TakenRange[] = [], isMoving = false) => makeProxyNetwork({ networks, ranges: { taken: async () => taken }, moves: moves(isMoving) }, wanted)

describe('the network that apps and proxy share', () => {
  test('T38: is made with the range of the settings, whatever the engine would have chosen', async () => {
    const networks = world()
    assert.deepEqual(await make(networks), { did: 'made', subnet: '10.10.0.0/16', size: 65_534 })
    assert.deepEqual(networks.made, [{ name: 'proxy', subnets: ['10.10.0.0/16'], attachable: true, internal: false, labels: {}, options: {} }])
  })

  test('is left alone where it is there', async () => {
    const networks = world({ networks: [network({})] })
    assert.deepEqual(await make(networks), { did: 'nothing', found: { network: 'proxy', subnets: ['10.10.0.0/16'], size: 65_534 } })
    assert.deepEqual(networks.made, [])
  })

  test('is left alone where it has another range that is as large, though the wanted one is taken', async () => {
    const made = await make(world({ networks: [network({ subnets: ['10.40.0.0/16'] })] }), [{ by: 'vpn', name: 'wg0', subnet: '10.10.0.0/16' }])
    assert.equal(made.did, 'nothing')
  })

  test('T38: one that is too small is told and never remade', async () => {
    const networks = world({ networks: [network({ subnets: ['10.0.1.0/24'] })] })
    assert.deepEqual(await make(networks), { did: 'kept', found: { network: 'proxy', subnets: ['10.0.1.0/24'], size: 254 }, wanted: '10.10.0.0/16' })
    assert.deepEqual(networks.made, [])
  })

  test('is not made where it collides, and the next free range is named', async () => {
    const networks = world({ networks: [network({ name: 'office', subnets: ['10.10.7.0/24'] })] })
    assert.deepEqual(await make(networks, [{ by: 'vpn', name: 'wg0', subnet: '10.11.0.0/16' }]), {
      did: 'refused', because: 'collides', subnet: '10.10.0.0/16', proposal: '10.12.0.0/16',
      collisions: [{ by: 'docker-network', name: 'office', subnet: '10.10.7.0/24' }],
    })
    assert.deepEqual(networks.made, [])
  })

  test('a bridge of that name is none', async () => {
    const bridge = network({ driver: 'bridge', scope: 'local' })
    assert.deepEqual(await make(world({ networks: [bridge] })), { did: 'refused', because: 'not-shared', found: bridge })
  })

  test('T23: is not made, and not taken for whole, while a move of it was interrupted', async () => {
    const networks = world()
    assert.deepEqual(await make(networks, [], true), { did: 'refused', because: 'moving', says: 'the move of network proxy to 10.10.0.0/16 has begun and not ended, and came to: remove the network as it was. To go on with it: cc-ci network migrate --yes' })
    assert.deepEqual(networks.made, [])
  })

  test('of two that make it at once, one finds it made', async () => {
    assert.equal((await make(world({ quicker: network({}) }))).did, 'nothing')
  })
})

describe('the Swarm', () => {
  const cases: Array<{ state: SwarmState; did: string; swarms: number }> = [
    { state: { is: 'none' }, did: 'made', swarms: 1 },
    { state: { is: 'manager' }, did: 'nothing', swarms: 0 },
    { state: { is: 'worker' }, did: 'refused', swarms: 0 },
    { state: { is: 'trouble', says: 'locked' }, did: 'refused', swarms: 0 },
  ]
  for (const { state, did, swarms } of cases) {
    test(`${state.is}: ${did}`, async () => {
      const networks = world({ swarm: state })
      assert.equal((await makeSwarm(networks)).did, did)
      assert.equal(networks.swarms, swarms)
    })
  }
})

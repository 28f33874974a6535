// time limit: 300 s, because an engine of its own is brought up, and services stop and start again
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { swarmNetworks } from '../../../src/adapters/engine/swarm/networks.ts'
import { linuxRanges } from '../../../src/adapters/network/linux/ranges.ts'
import { fileNetworkMoves } from '../../../src/adapters/store/files/network-moves.ts'
import { makeProxyNetwork, makeSwarm } from '../../../src/workflows/network/make.ts'
import { until } from '../../rig/command.ts'
import { openOwnHost, type OwnHost } from '../../rig/own-host.ts'
import { networksKeepTheirContract } from './suite.ts'

/** On an engine of its own: networks with ranges of their own would be in the way of everybody else. */
let host: OwnHost
const networks = () => swarmNetworks({ dockerHost: host.env.DOCKER_HOST!, clock: systemClock(), stateId: 'test' })

before(async () => {
  host = await openOwnHost({ parts: ['registry', 'engine', 'swarm', 'settings'] })
  await host.docker('pull', '--quiet', 'busybox:1.35')
})
after(async () => await host?.[Symbol.asyncDispose]())

networksKeepTheirContract('on a Swarm', async () => ({
  networks: networks(),
  async service(name, ids, alias) {
    const on = ids.flatMap((id) => ['--network', `name=${id},alias=${alias}`])
    const id = await host.docker('service', 'create', '--quiet', '--detach', '--name', name, '--stop-grace-period', '1s', '--endpoint-mode', 'dnsrr', ...on, 'busybox:1.35', 'sleep', '100000')
    await until(`${name} to run`, 60_000, async () => ((await host.docker('service', 'ps', '--format', '{{.CurrentState}}', name)).startsWith('Running') ? true : undefined))
    return id
  },
  container: async (name, network) => void (await host.docker('run', '--detach', '--name', name, '--network', network, 'busybox:1.35', 'sleep', '100000')),
  removeContainer: async (name) => void (await host.docker('rm', '--force', name)),
  removeService: async (id) => void (await host.docker('service', 'rm', id)),
  changesOf: async (id) => Number(await host.docker('service', 'inspect', '--format', '{{.Version.Index}}', id)),
}))

test('an engine that is in no Swarm becomes one of its own, which listens to this machine alone; the shared network is made in it, once', async () => {
  const port = networks()
  await host.docker('swarm', 'leave', '--force')
  assert.deepEqual(await port.swarm(), { is: 'none' })
  assert.deepEqual(await makeSwarm(port), { did: 'made' })
  assert.deepEqual(await makeSwarm(port), { did: 'nothing' })
  assert.match(await host.docker('info', '--format', '{{.Swarm.NodeAddr}}'), /^127\.0\.0\.1$/)
  const wanted = { name: 'proxy', subnet: '10.10.0.0/16' }
  const ports = { networks: port, ranges: linuxRanges({ dockerHost: host.env.DOCKER_HOST! }), moves: fileNetworkMoves({ stateFolder: host.folder, clock: systemClock() }) }
  assert.deepEqual(await makeProxyNetwork(ports, wanted), { did: 'made', subnet: '10.10.0.0/16', size: 65_534 })
  assert.equal(await host.docker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Subnet}} {{.Attachable}} {{.Driver}}', 'proxy'), '10.10.0.0/16 true overlay')
  assert.equal((await makeProxyNetwork(ports, wanted)).did, 'nothing')
  const elsewhere = await makeProxyNetwork(ports, { name: 'second', subnet: '10.10.128.0/24' })
  assert.deepEqual(elsewhere.did === 'refused' && elsewhere.because === 'collides' && [elsewhere.collisions, elsewhere.proposal], [[{ by: 'docker-network', name: 'proxy', subnet: '10.10.0.0/16' }], '10.11.0.0/24'])
})

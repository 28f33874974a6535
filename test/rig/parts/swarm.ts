import { docker } from '../docker.ts'
import type { Part } from '../part.ts'
import type { Places } from '../places.ts'
import { addresses, ports, proxyNetwork, rigLabel } from '../places.ts'

/** One node, reachable from this machine only, and the network that every recipe shares with the proxy. */
export const swarm: Part = {
  name: 'swarm',
  is: `Swarm of one node, with the network ${proxyNetwork}`,
  needs: ['engine'],
  livesIn: 'engine',
  byDefault: true,

  async up({ places, says }) {
    if ((await swarmState(places)) !== 'active') {
      says('making a Swarm')
      await docker(places, [
        'swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', `127.0.0.1:${ports.swarm}`, '--data-path-port', String(ports.swarmData),
        '--default-addr-pool', addresses.overlayPool, '--default-addr-pool-mask-length', '24',
      ])
    }
    if (!(await hasNetwork(places))) {
      await docker(places, ['network', 'create', '--driver', 'overlay', '--attachable', '--label', `${rigLabel}=proxy`, proxyNetwork])
    }
  },

  async state({ places }) {
    const state = await swarmState(places)
    if (state !== 'active') return { up: false, note: state }
    if (!(await hasNetwork(places))) return { up: false, note: `no network ${proxyNetwork}` }
    return { up: true, where: `network ${proxyNetwork}` }
  },

  async down({ places }) {
    if ((await swarmState(places)) === 'active') await docker(places, ['swarm', 'leave', '--force'])
  },
}

async function swarmState(places: Places): Promise<string | undefined> {
  const { code, stdout } = await docker(places, ['info', '--format', '{{.Swarm.LocalNodeState}}'], { mayExit: [1] })
  return code === 0 ? stdout.trim() : undefined
}

async function hasNetwork(places: Places): Promise<boolean> {
  // Not by the engine's name filter: for overlay networks it takes no pattern.
  const { stdout } = await docker(places, ['network', 'ls', '--filter', 'scope=swarm', '--format', '{{.Name}}'])
  return stdout.split('\n').includes(proxyNetwork)
}

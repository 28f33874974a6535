import type { StackNetwork, StackVolume } from '../../model/stack.ts'
import type { ComposeReading } from '../compose/read.ts'
import type { Reach } from './refusal.ts'

export interface SharedScope extends Pick<ComposeReading, 'stack' | 'placeOf'> {
  stackName: string
  proxyNetwork: string
}

/** How a stack reaches for what other stacks or the host own: networks, volumes, secrets and configs by name, and the drivers behind them. */
export function reachesForOthers(scope: SharedScope): Reach[] {
  return [...reachesByName(scope), ...reachesOfVolumes(scope), ...reachesOfNetworks(scope), ...reachesOfSecrets(scope), ...reachesOfMounts(scope)]
}

const SECTIONS = { network: 'networks', volume: 'volumes', secret: 'secrets', config: 'configs' } as const

/** A name of its own choice must begin with the stack's, external or not: an engine knows one namespace only. */
function reachesByName({ stack, placeOf, stackName, proxyNetwork }: SharedScope): Reach[] {
  const reaches: Reach[] = []
  for (const [kind, section] of Object.entries(SECTIONS) as Array<[keyof typeof SECTIONS, (typeof SECTIONS)[keyof typeof SECTIONS]]>) {
    for (const [key, object] of Object.entries(stack[section])) {
      const name = object.name
      if (!name || (name.startsWith(`${stackName}_`) && name.length > stackName.length + 1)) continue
      if (kind === 'network' && object.external && name === proxyNetwork) continue
      const place = placeOf([section, key, 'name'])
      if (kind === 'network' && name === 'host') {
        reaches.push({ kind: 'host-network', place, message: `The network \`${key}\` is the host's own.`, instead: 'Use a network of the stack.', allow: 'host-network' })
        continue
      }
      reaches.push({
        kind: `external-${kind}`,
        place,
        message: object.external ? `The ${kind} \`${name}\` belongs to somebody else: its name does not begin with \`${stackName}_\`.` : `The ${kind} \`${key}\` takes the name \`${name}\`, which does not begin with \`${stackName}_\`: another stack may own it.`,
        instead: object.external ? `Use a ${kind} of the stack, or name it \`\${STACK_NAME}_…\`.` : 'Leave `name` out, or begin it with `${STACK_NAME}_`.',
        allow: `external-${kind}:${name}`,
      })
    }
  }
  return reaches
}

/** File systems of other machines: what lies there stays when the stack goes, and may be in real use. */
const SHARES = new Set(['nfs', 'nfs4', 'cifs', 'smb3'])

function reachesOfVolumes({ stack, placeOf }: SharedScope): Reach[] {
  return Object.entries(stack.volumes).flatMap(([key, volume]) => {
    const at = (...path: string[]): Reach['place'] => placeOf(['volumes', key, ...path])
    if (volume.driver && volume.driver !== 'local') {
      return [{ kind: 'volume-driver', place: at('driver'), message: `The volume \`${key}\` uses the host's plugin \`${volume.driver}\`.`, instead: 'Use the driver local, or none.', allow: `volume-driver:${volume.driver}` }]
    }
    return reachOfOptions(key, volume, at)
  })
}

function reachOfOptions(key: string, volume: StackVolume, at: (...path: string[]) => Reach['place']): Reach[] {
  const { type = '', device = '', o = '' } = volume.driver_opts ?? {}
  if (type === '' && device === '' && o === '') return []
  const network = type === 'cifs' || type === 'smb3'
  if (device.startsWith('/') && !(network && device.startsWith('//'))) {
    return [{ kind: 'host-bind', place: at('driver_opts', 'device'), message: `The volume \`${key}\` is \`${device}\` of the host.`, instead: 'Leave driver_opts out.', allow: `host-bind:${device}` }]
  }
  const hostPath = /(?:^|[,=:])(\/[^,:]*)/.exec(o)?.[1]
  if (hostPath) {
    return [{ kind: 'host-bind', place: at('driver_opts', 'o'), message: `The volume \`${key}\` is mounted with \`${hostPath}\` of the host.`, instead: 'Leave it out of `o`.', allow: `host-bind:${hostPath}` }]
  }
  if (SHARES.has(type)) {
    return [{ kind: 'network-share', place: at('driver_opts', 'device'), message: `The volume \`${key}\` is the share \`${device}\` of another machine, whose data is not the stack's own.`, instead: 'Leave driver_opts out.', allow: `network-share:${device}` }]
  }
  // In memory, and gone with the last task.
  if (type === 'tmpfs') return []
  return [
    {
      kind: 'volume-type',
      place: at('driver_opts', Object.hasOwn(volume.driver_opts ?? {}, 'type') ? 'type' : 'device'),
      message: `The volume \`${key}\` mounts \`${device || 'something'}\` of the host's kernel as \`${type || 'none'}\`.`,
      instead: 'Leave driver_opts out, or use tmpfs.',
      allow: `volume-type:${type || 'none'}`,
    },
  ]
}

const OWN_NETWORKS = new Set(['', 'overlay', 'bridge'])
const HARMLESS_OPTIONS = new Set(['encrypted', 'com.docker.network.driver.mtu', 'com.docker.network.driver.overlay.vxlanid_list'])

function reachesOfNetworks({ stack, placeOf }: SharedScope): Reach[] {
  return Object.entries(stack.networks).flatMap(([key, network]) => {
    if (network.external) return []
    const driver = network.driver ?? ''
    if (!OWN_NETWORKS.has(driver)) {
      const isHost = driver === 'host'
      return [
        {
          kind: isHost ? 'host-network' : 'network-driver',
          place: placeOf(['networks', key, 'driver']),
          message: isHost ? `The network \`${key}\` is the host's own.` : `The network \`${key}\` reaches the host's own network with the driver \`${driver}\`.`,
          instead: 'Use the driver overlay.',
          allow: isHost ? 'host-network' : `network-driver:${driver}`,
        },
      ]
    }
    return reachesOfNetworkOptions(key, network, placeOf)
  })
}

function reachesOfNetworkOptions(key: string, network: StackNetwork, placeOf: SharedScope['placeOf']): Reach[] {
  return Object.entries((network.driver_opts ?? {}) as Record<string, string>).flatMap(([option, value]) => {
    if (HARMLESS_OPTIONS.has(option)) return []
    return [
      {
        kind: 'network-option',
        place: placeOf(['networks', key, 'driver_opts', option]),
        message: `The network \`${key}\` sets \`${option}\` of the host's network.`,
        instead: 'Remove it.',
        allow: `network-option:${option}=${value}`,
      },
    ]
  })
}

function reachesOfSecrets({ stack, placeOf }: SharedScope): Reach[] {
  return Object.entries(stack.secrets).flatMap(([key, secret]) => {
    if (typeof secret.driver !== 'string') return []
    return [{ kind: 'secret-driver', place: placeOf(['secrets', key, 'driver']), message: `The secret \`${key}\` comes from the host's plugin \`${secret.driver}\`.`, instead: 'Use a file or an external secret.', allow: `secret-driver:${secret.driver}` }]
  })
}

/** A group of cluster volumes belongs to no stack. */
function reachesOfMounts({ stack, placeOf }: SharedScope): Reach[] {
  return Object.entries(stack.services).flatMap(([name, service]) =>
    (service.volumes ?? []).flatMap((mount, index) => {
      if (mount.type !== 'cluster' || !mount.source?.startsWith('group:')) return []
      return [{ kind: 'external-volume', place: placeOf(['services', name, 'volumes', index, 'source']), message: `The service \`${name}\` mounts a volume of the cluster's \`${mount.source}\`.`, instead: 'Use a named volume.', allow: `external-volume:${mount.source}` }]
    }),
  )
}

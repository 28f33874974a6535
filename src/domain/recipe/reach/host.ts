import { normalPath } from '../../../lib/posix-path.ts'
import type { StackMount, StackService } from '../../model/stack.ts'
import type { ComposeReading } from '../compose/read.ts'
import type { Reach } from './refusal.ts'

type At = (...path: Array<string | number>) => Reach['place']

/** How the services of a stack reach for the host: its files, its engine, its namespaces, its devices. */
export function reachesForHost({ stack, placeOf }: Pick<ComposeReading, 'stack' | 'placeOf'>): Reach[] {
  return Object.entries(stack.services).flatMap(([name, service]) => {
    const at: At = (...path) => placeOf(['services', name, ...path])
    return [
      ...(service.volumes ?? []).flatMap((mount, index) => reachesOfMount(name, mount, at('volumes', index, 'source'))),
      ...reachesForNamespaces(name, service, at),
      ...reachesForPrivileges(name, service, at),
      ...reachesOfLogging(name, service, at),
    ]
  })
}

const SOCKET = /^(\/var)?\/run\/(user\/[0-9]+\/)?(docker|containerd\/containerd|podman\/podman|crio\/crio|balena-engine)\.sock$/
const HOLDS_SOCKET = new Set(['/', '/var', '/var/run', '/run'])

function reachesOfMount(name: string, mount: StackMount, place: Reach['place']): Reach[] {
  const source = mount.source ?? ''
  if (mount.type === 'npipe' || (mount.type === 'bind' && SOCKET.test(normalPath(source)))) {
    return [
      {
        kind: 'docker-socket',
        place,
        message: `The service \`${name}\` mounts the engine's socket \`${source}\`: whoever has it rules the host.`,
        instead: 'Do without it.',
        allow: 'docker-socket',
      },
    ]
  }
  if (mount.type !== 'bind') return []
  const path = normalPath(source)
  const holds = HOLDS_SOCKET.has(path) ? ', which holds the engine\'s socket,' : ''
  const file = path.startsWith('/') ? path : source
  return [
    {
      kind: 'host-bind',
      place,
      message: `The service \`${name}\` mounts \`${file}\` of the host${holds} at \`${mount.target}\`.`,
      instead: path.startsWith('/') ? 'Use a named volume.' : 'Use a config for a file of the recipe, a named volume for data.',
      allow: `host-bind:${file}`,
    },
  ]
}

interface NamespaceKey {
  key: string
  what: string
  /** Values that stay inside the stack. */
  harmless: RegExp
  kind: string
  allow: (value: string) => string
}

const NAMESPACES: NamespaceKey[] = [
  { key: 'network_mode', what: 'network', harmless: /^(bridge|default|none|service:.*)?$/, kind: 'host-network', allow: (value) => (value === 'host' ? 'host-network' : `network-mode:${value}`) },
  { key: 'pid', what: 'processes', harmless: /^$/, kind: 'host-pid', allow: (value) => (value === 'host' ? 'host-pid' : `pid:${value}`) },
  { key: 'ipc', what: 'shared memory', harmless: /^(none|private|shareable)?$/, kind: 'host-ipc', allow: (value) => (value === 'host' ? 'host-ipc' : `ipc:${value}`) },
  { key: 'userns_mode', what: 'users', harmless: /^$/, kind: 'host-userns', allow: (value) => (value === 'host' ? 'host-userns' : `userns:${value}`) },
  { key: 'cgroupns_mode', what: 'control groups', harmless: /^(private)?$/, kind: 'host-cgroupns', allow: (value) => (value === 'host' ? 'host-cgroupns' : `cgroupns:${value}`) },
  { key: 'cgroup_parent', what: 'control groups', harmless: /^$/, kind: 'cgroup-parent', allow: (value) => `cgroup-parent:${value}` },
  { key: 'isolation', what: 'isolation', harmless: /^(default)?$/, kind: 'isolation', allow: (value) => `isolation:${value}` },
]

function reachesForNamespaces(name: string, service: StackService, at: At): Reach[] {
  return NAMESPACES.flatMap(({ key, what, harmless, kind, allow }) => {
    const value = service[key]
    if (typeof value !== 'string' || harmless.test(value)) return []
    const whose = value === 'host' ? `the host's ${what}` : `the ${what} of something else`
    return [
      {
        kind,
        place: at(key),
        message: `The service \`${name}\` asks for ${whose}: \`${key}: ${value}\`.`,
        instead: key === 'isolation' ? 'Remove it.' : 'Remove it; Swarm ignores it.',
        allow: allow(value),
      },
    ]
  })
}

/** What every container has anyway: to add it, most often after dropping all, reaches for nothing. */
const USUAL_CAPABILITIES = new Set([
  'AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'NET_RAW', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT',
])

function reachesForPrivileges(name: string, service: StackService, at: At): Reach[] {
  const reaches: Reach[] = []
  if (service.privileged === true) {
    reaches.push({ kind: 'privileged', place: at('privileged'), message: `The service \`${name}\` is privileged: it may do all that the host may.`, instead: 'Remove it; Swarm ignores it.', allow: 'privileged' })
  }
  for (const [index, device] of texts(service.devices).entries()) {
    const path = device.split(':')[0] ?? device
    reaches.push({ kind: 'device', place: at('devices', index), message: `The service \`${name}\` asks for the host's device \`${path}\`.`, instead: 'Remove it; Swarm ignores it.', allow: `device:${path}` })
  }
  for (const [index, capability] of texts(service.cap_add).entries()) {
    const plain = capability.toUpperCase().replace(/^CAP_/, '')
    if (USUAL_CAPABILITIES.has(plain)) continue
    reaches.push({ kind: 'cap-add', place: at('cap_add', index), message: `The service \`${name}\` adds the capability ${plain}.`, instead: 'Do without it.', allow: `cap-add:${plain}` })
  }
  for (const [index, option] of texts(service.security_opt).entries()) {
    if (/^no-new-privileges([:=](true|false))?$/.test(option)) continue
    reaches.push({ kind: 'security-opt', place: at('security_opt', index), message: `The service \`${name}\` loosens its confinement: \`${option}\`.`, instead: 'Remove it; Swarm ignores it.', allow: `security-opt:${option}` })
  }
  if (service.credential_spec !== undefined) {
    reaches.push({ kind: 'credential-spec', place: at('credential_spec'), message: `The service \`${name}\` uses credentials of the host.`, instead: 'Remove credential_spec.', allow: 'credential-spec' })
  }
  return reaches
}

const TEXT_OPTIONS = new Set(['tag', 'labels', 'labels-regex', 'env', 'env-regex'])

/** The engine itself, not the container, opens what a logging driver names. */
function reachesOfLogging(name: string, service: StackService, at: At): Reach[] {
  const options = (service.logging as { options?: Record<string, string> } | undefined)?.options ?? {}
  return Object.entries(options).flatMap(([option, value]) => {
    if (TEXT_OPTIONS.has(option) || !/^(\/|unix|file:)/.test(value)) return []
    return [
      {
        kind: 'host-log',
        place: at('logging', 'options', option),
        message: `The log of \`${name}\` uses \`${value}\` of the host.`,
        instead: 'Log to standard output.',
        allow: `host-log:${value}`,
      },
    ]
  })
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}

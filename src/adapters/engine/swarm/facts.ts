import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { release } from 'node:os'
import type { EngineFacts } from '../../../ports/engine.ts'
import { clientAbilities } from './docker-client.ts'
import { isOurs, type Labels } from './labels.ts'
import type { Parts } from './parts.ts'

interface Info {
  ServerVersion: string
  Swarm: { NodeID?: string; LocalNodeState: string; ControlAvailable: boolean; Error?: string }
  RegistryConfig?: { Mirrors?: string[] | null } | null
  Warnings?: string[] | null
}

export async function facts(parts: Parts): Promise<EngineFacts> {
  const asked = clientAbilities(parts)
  const [info, client, nodes, services, containers] = await Promise.all([
    parts.connection.call<Info>({ to: 'asking the engine about itself', path: '/info' }),
    asked,
    parts.lists.nodes(),
    parts.lists.services(),
    parts.lists.containers(),
    // An engine that does not answer ends this at once, and then us, while the client still works in a folder that somebody must remove.
  ]).finally(() => asked.catch(() => {}))
  const foreignServices = services.filter(({ Spec }) => !isOurs(Spec.Labels, parts.stateId))
  const foreignContainers = containers.filter(({ Labels }) => !isOurs(Labels, parts.stateId))
  const ports = [
    ...foreignServices.flatMap((service) => [...(service.Endpoint?.Ports ?? []), ...(service.Spec.EndpointSpec?.Ports ?? [])].map(({ PublishedPort }) => PublishedPort)),
    ...foreignContainers.flatMap(({ Ports }) => (Ports ?? []).map(({ PublicPort }) => PublicPort)),
  ]
  const labels = [...foreignServices.map(({ Spec }) => Spec.Labels), ...foreignContainers.map(({ Labels }) => Labels)]
  return {
    says: `Docker Swarm, engine ${info.ServerVersion}, client ${client.version ?? 'of an unknown version'}, ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`,
    engineVersion: info.ServerVersion,
    registryMirrors: info.RegistryConfig?.Mirrors ?? [],
    ...(client.version && { clientVersion: client.version }),
    nodes: nodes.length,
    virtualIps: await virtualIpsWork(parts, info),
    takenPorts: [...new Set(ports.filter((port) => port !== undefined && port > 0) as number[])].sort((a, b) => a - b),
    takenRouters: [...new Set(labels.flatMap(routersIn))].sort(),
  }
}

function routersIn(labels: Labels | null | undefined): string[] {
  return Object.keys(labels ?? {}).flatMap((key) => key.match(/^traefik\.(?:http|tcp|udp)\.routers\.([^.]+)\./)?.[1] ?? [])
}

/**
 * Virtual IPs need IPVS in the kernel. The engine only writes it into its own log when it fails, so the kernel is asked, where it is ours:
 * loaded (`/proc/net/ip_vs`), built in, or there to be loaded. Of an engine elsewhere nothing is known, and the usual is assumed.
 */
async function virtualIpsWork(parts: Parts, { Warnings }: Info): Promise<boolean> {
  if (Warnings?.some((warning) => /ipvs/i.test(warning))) return false
  if (!parts.dockerHost.startsWith('unix://')) return true
  if (existsSync('/proc/net/ip_vs')) return true
  for (const list of ['modules.builtin', 'modules.dep']) {
    const text = await readFile(`/lib/modules/${release()}/${list}`, 'utf8').catch(() => '')
    if (/\/ip_vs\.ko/.test(text)) return true
  }
  return false
}

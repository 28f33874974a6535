import { randomBytes } from 'node:crypto'
import type { App } from '../../../domain/model/app.ts'
import { isPortError, PortError } from '../../../ports/port-error.ts'
import type { ApiNetwork, ApiTask } from './api.ts'
import { JOB, outsideStack } from './labels.ts'
import type { Parts } from './parts.ts'

/** A neighbour that only sleeps is there within two seconds; an image that must be fetched takes longer. */
const NEIGHBOUR_LIMIT_MS = 60_000

export interface ProxyAccess {
  /** For the job's container. */
  networkMode: string
  /** `address:port` where the proxy answers from inside. */
  connect: string
  leave(): Promise<void>
}

/**
 * Lets a job reach apps as people do: through the proxy, by host name.
 *
 * The host's published port is no way from a container: it may be bound to 127.0.0.1 alone (refused, measured), and the engine's isolation
 * rules drop what is rewritten from one bridge to another. So the job joins the proxy's own network and connects to the proxy's address there.
 * An overlay that was made `--attachable` can be joined by a plain container. Others only by a service: then a neighbour that does nothing
 * but sleep is started as one, and the job shares its network. The job never shares the proxy's own: what listens there on localhost is
 * none of its business.
 */
export async function joinProxyNetwork(parts: Parts, app: App, job: { name: string; image: string }): Promise<ProxyAccess> {
  const network = (await parts.lists.networks({ name: parts.proxyNetwork })).find(({ Name }) => Name === parts.proxyNetwork)
  if (!network) throw new PortError('not-found', `running job ${job.name}: there is no network ${parts.proxyNetwork} on which the proxy could be reached`)
  const connect = await proxyAddress(parts, network)
  if (network.Attachable || network.Scope === 'local') return { networkMode: network.Name, connect, leave: async () => {} }
  const neighbour = await startNeighbour(parts, app, job, network)
  return { networkMode: `container:${neighbour.container}`, connect, leave: neighbour.end }
}

/** The proxy is what publishes the port that people use and is on the proxy network, as a service or as a plain container. */
async function proxyAddress(parts: Parts, network: ApiNetwork): Promise<string> {
  const [services, tasks, containers] = await Promise.all([parts.lists.services(), parts.lists.tasks(), parts.lists.containers()])
  for (const service of services) {
    const port = [...(service.Endpoint?.Ports ?? []), ...(service.Spec.EndpointSpec?.Ports ?? [])].find(({ PublishedPort }) => PublishedPort === parts.reach.port)
    const task = port && tasks.find((each) => each.ServiceID === service.ID && each.Status.State === 'running' && addressOn(each, network))
    if (task) return `${addressOn(task, network)}:${port.TargetPort}`
  }
  for (const container of containers) {
    const port = container.Ports?.find(({ PublicPort }) => PublicPort === parts.reach.port)
    const address = Object.values(container.NetworkSettings?.Networks ?? {}).find(({ NetworkID }) => NetworkID === network.Id)?.IPAddress
    if (port && address) return `${address}:${port.PrivatePort}`
  }
  throw new PortError('unreachable', `finding the proxy: nothing on network ${network.Name} publishes port ${parts.reach.port}; is the proxy running?`)
}

/** Without the prefix length: `10.0.1.5/24` is how the engine gives it. */
function addressOn(task: ApiTask, network: ApiNetwork): string | undefined {
  return task.NetworksAttachments?.find(({ Network }) => Network.ID === network.Id)?.Addresses?.[0]?.split('/')[0]
}

async function startNeighbour(parts: Parts, app: App, job: { name: string; image: string }, network: ApiNetwork): Promise<{ container: string; end(): Promise<void> }> {
  const labels = { ...outsideStack(app, parts.stateId), [JOB]: job.name }
  const name = `${app.stack.slice(0, 40)}-net-${randomBytes(4).toString('hex')}`
  const self = await parts.connection.call<{ Swarm: { NodeID: string } }>({ to: 'asking the engine about itself', path: '/info' })
  const { ID } = await parts.connection.call<{ ID: string }>({
    to: `starting a neighbour on network ${network.Name}`,
    method: 'POST',
    path: '/services/create',
    body: {
      Name: name,
      Labels: labels,
      TaskTemplate: {
        ContainerSpec: { Image: parts.jobsImage ?? job.image, Labels: labels, Command: ['sleep', '86400'], StopGracePeriod: 0, CapabilityDrop: ['ALL'] },
        Networks: [{ Target: network.Id }],
        RestartPolicy: { Condition: 'none' },
        Placement: { Constraints: [`node.id==${self.Swarm.NodeID}`] },
        Resources: { Limits: { MemoryBytes: 64 * 1024 * 1024, Pids: 16 } },
      },
      Mode: { Replicated: { Replicas: 1 } },
      EndpointSpec: { Mode: 'dnsrr' },
    },
  })
  const end = () => endNeighbour(parts, ID)
  try {
    return { container: await neighbourContainer(parts, ID, name), end }
  } catch (error) {
    await end()
    throw error
  }
}

async function neighbourContainer(parts: Parts, service: string, name: string): Promise<string> {
  const from = parts.clock.monotonic()
  for (let pace = 50; ; pace = Math.min(pace * 2, 400)) {
    const task = (await parts.lists.tasks()).find(({ ServiceID }) => ServiceID === service)
    const container = task?.Status.ContainerStatus?.ContainerID
    if (task?.Status.State === 'running' && container) return container
    const says = task?.Status.Err ?? ''
    if (task && ['failed', 'rejected', 'complete', 'shutdown'].includes(task.Status.State)) {
      throw new PortError('unsupported', `starting ${name}: ${says || task.Status.State}; give an image that has \`sleep\` in the settings, or make the proxy network attachable`, { says })
    }
    if (parts.clock.monotonic() - from > NEIGHBOUR_LIMIT_MS) {
      throw new PortError('timeout', `starting ${name}: after ${NEIGHBOUR_LIMIT_MS} ms its task is ${task?.Status.State ?? 'not there'}${says ? ` (${says})` : ''}`, { says })
    }
    await parts.clock.pause(pace)
  }
}

/** Service first, then its container by force, then until its task is gone, as `remove` does. */
async function endNeighbour(parts: Parts, service: string): Promise<void> {
  const from = parts.clock.monotonic()
  const quietly = async (path: string, query: Record<string, unknown> = {}) => {
    await parts.connection.call({ to: 'ending a neighbour', method: 'DELETE', path, query }).catch((error) => {
      if (!isPortError(error, 'not-found') && !isPortError(error, 'conflict')) throw error
    })
  }
  await quietly(`/services/${service}`)
  for (let pace = 20; ; pace = Math.min(pace * 2, 200)) {
    const tasks = (await parts.lists.tasks()).filter(({ ServiceID }) => ServiceID === service)
    const containers = (await parts.lists.containers()).filter(({ Labels }) => Labels?.['com.docker.swarm.service.id'] === service)
    if (tasks.length === 0 && containers.length === 0) return
    await Promise.all(containers.map(({ Id }) => quietly(`/containers/${Id}`, { force: true, v: true })))
    if (parts.clock.monotonic() - from > NEIGHBOUR_LIMIT_MS) throw new PortError('timeout', 'ending a neighbour: its task is still there')
    await parts.clock.pause(pace)
  }
}

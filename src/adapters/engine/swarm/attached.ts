import type { Attached, AttachedService, ServiceNetwork } from '../../../domain/model/network.ts'
import { isPortError } from '../../../ports/port-error.ts'
import type { ApiNetwork, ApiService, ApiServiceNetwork, ApiTask, Lists } from './api.ts'
import type { Connection } from './connection.ts'
import { isOutrun, MOST_OUTRUN } from './errors.ts'
import { OVER } from './forgotten-tasks.ts'
import { stackIn } from './labels.ts'

/** On the container of every task. */
const OF_SERVICE = 'com.docker.swarm.service.id'

/** Services before tasks: a task that is made while we look belongs to a service that is in the list. */
export async function attached({ connection, lists }: { connection: Connection; lists: Lists }, id: string): Promise<Attached> {
  const network = await connection.call<ApiNetwork>({ to: 'inspecting a network', path: `/networks/${id}` })
  const services = await lists.services()
  const [tasks, containers] = await Promise.all([lists.tasks(), lists.containers()])
  const there = (task: ApiTask) => !OVER.has(task.Status.State) && (task.NetworksAttachments ?? []).some(({ Network }) => Network.ID === network.Id)
  return {
    services: services.flatMap((service) => {
      const one = attachedService(service, network, tasks.filter((task) => task.ServiceID === service.ID && there(task)))
      return one.tasks > 0 || one.networks.some((each) => each.network === network.Id) ? [one] : []
    }),
    containers: containers
      .filter(({ Labels, NetworkSettings }) => Labels?.[OF_SERVICE] === undefined && Object.values(NetworkSettings?.Networks ?? {}).some(({ NetworkID }) => NetworkID === network.Id))
      .map(({ Names, Id }) => Names?.[0]?.replace(/^\//, '') ?? Id.slice(0, 12)),
  }
}

function attachedService(service: ApiService, network: ApiNetwork, tasks: ApiTask[]): AttachedService {
  const { Spec } = service
  return {
    id: service.ID,
    name: Spec.Name,
    stack: stackIn(Spec.Labels) ?? null,
    networks: (Spec.TaskTemplate.Networks ?? []).map((one) => networkIn(one, network)),
    mode: Spec.Mode?.Global ? 'global' : Spec.Mode?.ReplicatedJob || Spec.Mode?.GlobalJob ? 'job' : 'replicated',
    replicas: Spec.Mode?.Replicated ? (Spec.Mode.Replicated.Replicas ?? 1) : null,
    running: tasks.filter(({ Status }) => Status.State === 'running').length,
    tasks: tasks.length,
  }
}

function networkIn({ Target, Aliases, DriverOpts }: ApiServiceNetwork, network: ApiNetwork): ServiceNetwork {
  return { network: Target === network.Name ? network.Id : Target, aliases: Aliases ?? [], options: DriverOpts ?? {} }
}

/** The whole specification goes back as it came, but for what is changed. The engine takes a change only of the version that was read. */
export async function setService(connection: Connection, id: string, to: { networks: ServiceNetwork[]; replicas: number | null }): Promise<void> {
  for (let outrun = 0; ; outrun++) {
    const { Spec, Version } = await connection.call<ApiService>({ to: 'inspecting a service', path: `/services/${id}` })
    const networks: ApiServiceNetwork[] = to.networks.map(({ network, aliases, options }) => ({ Target: network, ...(aliases.length > 0 && { Aliases: aliases }), ...(Object.keys(options).length > 0 && { DriverOpts: options }) }))
    const isSo = JSON.stringify(networks) === JSON.stringify((Spec.TaskTemplate.Networks ?? []).map(written)) && (to.replicas === null || (Spec.Mode?.Replicated?.Replicas ?? 1) === to.replicas)
    if (isSo) return
    const body = { ...Spec, TaskTemplate: { ...Spec.TaskTemplate, Networks: networks }, ...(to.replicas === null ? {} : { Mode: { Replicated: { Replicas: to.replicas } } }) }
    try {
      return await connection.call<void>({ to: `changing the networks of ${Spec.Name}`, method: 'POST', path: `/services/${id}/update`, query: { version: Version.Index, registryAuthFrom: 'spec' }, body })
    } catch (error) {
      if (!isPortError(error) || !isOutrun(error.says) || outrun >= MOST_OUTRUN) throw error
    }
  }
}

/** With its keys in our order, and without the empty ones. */
function written({ Target, Aliases, DriverOpts }: ApiServiceNetwork): ApiServiceNetwork {
  return { Target, ...(Aliases && Aliases.length > 0 && { Aliases }), ...(DriverOpts && Object.keys(DriverOpts).length > 0 && { DriverOpts }) }
}

import type { App } from '../../../domain/model/app.ts'
import type { Resource, ResourceKind, VolumeFolder } from '../../../domain/model/engine-state.ts'
import { isForgotten } from './forgotten-tasks.ts'
import type { ApiVolume } from './api.ts'
import { DOCKER_STACK, isOurs, RUN, stackIn, type Labels } from './labels.ts'
import type { Parts } from './parts.ts'

/** Everything on the engine. `run` stands only on what carries our own state's id: another cc-ci's runs are not ours to clean. */
export async function inventory(parts: Parts): Promise<Resource[]> {
  const { lists } = parts
  // Services before tasks before containers: what one makes of the other while we look is then still in the list.
  const services = await lists.services()
  const tasks = await lists.tasks()
  const [containers, networks, volumes, secrets, configs] = await Promise.all([lists.containers(), lists.networks(), lists.volumes(), lists.secrets(), lists.configs()])
  const resource = (kind: ResourceKind, id: string, name: string, labels: Labels | null | undefined): Resource => {
    const stack = stackIn(labels)
    return { kind, id, name, ...(isOurs(labels, parts.stateId) && { run: labels![RUN]! }), ...(stack && { stack }) }
  }
  return [
    ...services.map(({ ID, Spec }) => resource('service', ID, Spec.Name, Spec.Labels)),
    ...tasks.filter((task) => !isForgotten(task, services, parts.clock.now())).map(({ ID, Spec, ServiceID }) => resource('task', ID, `${services.find((service) => service.ID === ServiceID)?.Spec.Name ?? 'of a removed service'} ${ID}`, Spec.ContainerSpec?.Labels)),
    ...containers.map(({ Id, Names, Labels }) => resource('container', Id, Names?.[0]?.replace(/^\//, '') ?? Id, Labels)),
    ...networks.map(({ Id, Name, Labels }) => resource('network', Id, Name, Labels)),
    ...volumes.map(({ Name, Labels }) => resource('volume', Name, Name, Labels)),
    ...secrets.map(({ ID, Spec }) => resource('secret', ID, Spec.Name, Spec.Labels)),
    ...configs.map(({ ID, Spec }) => resource('config', ID, Spec.Name, Spec.Labels)),
  ]
}

/** By Docker's own stack label: also those of a stack that was deployed by hand. */
export async function volumesOf({ lists }: Parts, app: App): Promise<VolumeFolder[]> {
  const volumes = await lists.volumes({ label: `${DOCKER_STACK}=${app.stack}` })
  return volumes.map((volume) => ({ name: volume.Name, path: volume.Mountpoint, ...mountOf(volume) })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The driver `local` mounts what has a type or a device, for as long as a container has the volume. What lies in memory is gone with the last one, and nowhere else. */
function mountOf({ Driver, Options }: ApiVolume): Pick<VolumeFolder, 'mount'> {
  const { type = '', device = '' } = Options ?? {}
  if (Driver !== 'local') return { mount: `the plugin ${Driver}` }
  if (type === 'tmpfs' || (type === '' && device === '')) return {}
  return { mount: [type, device].filter((part) => part !== '' && part !== 'none').join(' ') || type }
}

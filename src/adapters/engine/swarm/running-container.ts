import type { App, ServiceName } from '../../../domain/model/app.ts'
import { PortError } from '../../../ports/port-error.ts'
import type { ApiContainer } from './api.ts'
import { DOCKER_SERVICE } from './labels.ts'
import type { Parts } from './parts.ts'

/** The containers of a service that the engine still has, newest first. */
export async function containersOf(parts: Parts, app: App, service: ServiceName): Promise<ApiContainer[]> {
  const containers = await parts.lists.containers({ label: `${DOCKER_SERVICE}=${app.stack}_${service}` })
  return containers.sort((a, b) => b.Created - a.Created)
}

/** Where commands and files go: the newest container that runs. */
export async function newestRunning(parts: Parts, app: App, service: ServiceName): Promise<ApiContainer> {
  const container = (await containersOf(parts, app, service)).find(({ State }) => State === 'running')
  if (container) return container
  throw new PortError('not-found', `service ${service} of ${app.stack} has no running container now; wait until it runs`)
}

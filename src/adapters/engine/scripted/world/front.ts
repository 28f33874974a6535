import { hostsOf } from '../../../../domain/recipe/routers.ts'
import type { HostRoute } from '../../../../domain/model/engine-state.ts'
import { scriptOf } from './script.ts'
import type { ServiceState, World } from './state.ts'

/** What the proxy answers at a host name: the first running task of a service that has a router for it. */
export function answerFor(world: World, host: string): { status: number; body: string } {
  const proxy = proxyIn(world)
  if (proxy === 'down') return { status: 0, body: '' }
  for (const service of servicesIn(world)) {
    if (!hostsIn(service).includes(host)) continue
    const task = runningTask(service)
    if (!task) return { status: 503, body: 'no available server\n' }
    const { answer, version, proxies } = scriptOf(task.definition)
    if (proxy === 'routes-nothing' && !proxies) return FALLBACK
    return answer ?? { status: 200, body: `${version ?? task.definition.image}\n` }
  }
  return FALLBACK
}

/** Every host that a router leads to. */
export function routesIn(world: World): HostRoute[] {
  return servicesIn(world).flatMap((service) => hostsIn(service).map((host) => ({ host, stack: service.stack.app.stack })))
}

const FALLBACK = { status: 404, body: '404 page not found\n' }

/** A stack may bring a proxy of its own: then nothing is led anywhere without it. Undefined: this world's own, which never fails. */
function proxyIn(world: World): 'well' | 'routes-nothing' | 'down' | undefined {
  const service = servicesIn(world).find(({ definition }) => scriptOf(definition).proxies !== undefined)
  if (!service) return undefined
  const task = runningTask(service)
  return task ? scriptOf(task.definition).proxies : 'down'
}

function servicesIn(world: World): ServiceState[] {
  return [...world.stacks.values()].flatMap(({ services }) => [...services.values()])
}

function hostsIn({ definition }: ServiceState): string[] {
  return Object.entries(definition.deploy?.labels ?? {}).flatMap(([key, rule]) => (/^traefik\.http\.routers\..+\.rule$/.test(key) ? hostsOf(rule) : []))
}

function runningTask({ tasks }: ServiceState) {
  return tasks.find((one) => one.state === 'running' && one.desired === 'running')
}

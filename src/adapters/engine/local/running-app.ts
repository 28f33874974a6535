import type { App, ServiceName, StackName } from '../../../domain/model/app.ts'
import { PortError } from '../../../ports/port-error.ts'
import type { Parts } from './parts.ts'
import { publishedPorts, type PublishedPorts } from './published-ports.ts'
import { superviseService, type Service } from './service.ts'
import type { ServicePlan } from './service-plan.ts'
import type { Task } from './task.ts'

export interface EngineParts extends Parts {
  /** What this process has started and watches over; nothing else is remembered. */
  apps: Map<StackName, RunningApp>
}

/** What this process has started of an app and watches over. */
export interface RunningApp {
  app: App
  services: Map<ServiceName, Service>
  /** By service; of several tasks the first one's. */
  ports(): Record<string, number>
  /** Starts services, or changes them to the new plans; others are left alone. */
  apply(plans: readonly ServicePlan[]): Promise<void>
  stop(service: ServiceName, how: 'ask' | 'kill'): Promise<void>
  stopAll(how: 'ask' | 'kill'): Promise<void>
}

export function runningApp(parts: Parts, app: App): RunningApp {
  const services = new Map<ServiceName, Service>()
  /** `service` and `service 1`, `service 2` … → port. Kept for the app's life, so that siblings stay right. */
  const ports = new Map<string, number>()
  const published = new Map<ServiceName, PublishedPorts>()
  const keyOf = (service: ServiceName, slot: number) => (slot === 0 ? service : `${service} ${slot}`)

  async function takePort({ name, program }: ServicePlan, slot: number): Promise<number> {
    const port = program.port ?? (await parts.ports.take(ports.get(keyOf(name, slot))))
    ports.set(keyOf(name, slot), port)
    return port
  }

  async function publish({ name, published: wanted, program }: ServicePlan): Promise<void> {
    const own = published.get(name) ?? publishedPorts(name)
    published.set(name, own)
    // A program that cannot be told its port may be listening at the published one itself.
    await own.set(wanted.filter((port) => port !== program.port), () => services.get(name)?.running().flatMap((task) => task.port() ?? []) ?? [])
  }

  function applyOne(plan: ServicePlan): void {
    const known = services.get(plan.name)
    if (known) {
      known.apply(plan)
      return
    }
    services.set(plan.name, superviseService({ parts, app, first: plan, takePort, portsOfAll: () => Object.fromEntries(ports) }))
    parts.events.say(app.stack, { service: plan.name, kind: 'created', text: 'created' })
  }

  async function stop(service: ServiceName, how: 'ask' | 'kill'): Promise<void> {
    await published.get(service)?.close()
    published.delete(service)
    const found = services.get(service)
    if (!found) return
    await found.stop(how)
    // Its name may have been given to a new service meanwhile.
    if (services.get(service) === found) services.delete(service)
    parts.events.say(app.stack, { service, kind: 'removed', text: 'removed' })
  }

  return {
    app,
    services,
    ports: () => Object.fromEntries(ports),
    async apply(plans) {
      // Everybody has a port before anybody is told a neighbour's.
      for (const plan of plans) if (!ports.has(plan.name)) await takePort(plan, 0)
      for (const plan of plans) await publish(plan)
      for (const plan of plans) applyOne(plan)
    },
    stop,
    async stopAll(how) {
      await Promise.all([...new Set([...services.keys(), ...published.keys()])].map((name) => stop(name, how)))
      for (const port of ports.values()) parts.ports.giveBack(port)
      ports.clear()
    },
  }
}

/** The newest running task of a service, for what can only be done inside one. */
export function newestRunning(parts: EngineParts, app: App, service: ServiceName): Task {
  const running = parts.apps.get(app.stack)
  const found = running?.services.get(service)?.running()[0]
  if (found) return found
  const why = running ? (running.services.has(service) ? 'none of its tasks is running' : 'it has no such service') : 'this process does not run it'
  throw new PortError('not-found', `looking for service ${service} of ${app.stack}: ${why}`, { againCanHelp: running?.services.has(service) ?? false })
}

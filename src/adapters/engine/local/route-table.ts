import type { HostRoute } from '../../../domain/model/engine-state.ts'
import type { RunningApp } from './running-app.ts'

/** The ports of the running tasks that a request belongs to: the longest path rule of the host wins. Undefined: no rule fits. */
export function portsFor(apps: Iterable<RunningApp>, host: string, path: string): number[] | undefined {
  const fits = [...apps]
    .flatMap((app) => [...app.services.values()])
    .flatMap((service) => service.plan().routes.map((route) => ({ ...route, service })))
    .filter((route) => route.host === host && path.startsWith(route.prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length)
  const [best] = fits
  return best?.service.running().flatMap((task) => task.port() ?? [])
}

/** Every host with a rule. */
export function hostRoutes(apps: ReadonlyMap<string, RunningApp>): HostRoute[] {
  return [...apps].flatMap(([stack, app]) => [...app.services.values()].flatMap((service) => service.plan().routes.map(({ host }) => ({ host, stack }))))
}

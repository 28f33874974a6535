import { stackNameOf } from '../model/app.ts'
import { healthUrlOf, sayListen, type ServerSettings } from '../model/server.ts'
import type { PlatformApp } from '../model/platform.ts'
import type { Place } from '../model/problem.ts'
import type { ReadRecipe } from '../model/read-recipe.ts'
import { urlOf, wayTo } from '../plan/answer.ts'
import type { BootGraph, BootRouter, BootUnit, Middleware, Provided, Told, UnitName } from './graph.ts'
import { type HostUnit, NETWORKS, SERVER } from './host-units.ts'
import { unitNamed } from './probes/read.ts'

const US = 'cc-ci itself'

/** One platform app with its recipe as it would be deployed now. */
export interface AppInBoot {
  app: PlatformApp
  recipe: ReadRecipe
  /** Stands before the recipe's files in a place: `traefik@1.1.0+v3.6.12/`. */
  recipeFolder: string
  /** Where the settings say something of this app, by the path below its key. */
  settingsPlace(...path: Array<string | number>): Place
}

/** What of a host's boot is no app's. */
export interface HostInBoot {
  /** From `unitsOfHost`. */
  units: readonly HostUnit[]
  /** The overlay network that apps and proxy share. */
  proxyNetwork: string
  /** Where the settings say something, by the path from their top. */
  settingsPlace(...path: Array<string | number>): Place
  /** ms, as recorded; null: it never ran. */
  tookMs(unit: UnitName): number | null
}

/**
 * The boot of this host: its own units, and each platform app, gated and ordered as the settings say. What leads where is read from the recipes. Our own
 * probes ask the proxy directly, follow no redirect and use no HTTP proxy.
 */
export function bootOfHost(host: HostInBoot, apps: readonly AppInBoot[]): BootGraph {
  const proxy = apps.find(({ app }) => app.gate.routes) ?? apps.find(({ recipe }) => publishes(recipe, 443))
  const listens = new Map<string, Told[]>(apps.map(({ app }) => [app.name, []]))
  const middlewares = apps.flatMap((one) => middlewaresOf(one, { apps, listens }))
  const known = new Set(middlewares.map(({ name }) => name))
  return {
    units: host.units.map((unit) => {
      const one = apps.find(({ app }) => app.name === unit.name)
      const ours = one ? appUnit(one, { proxy, listens: listens.get(unit.name)! }) : ownUnit(unit, host)
      return { ...ours, order: [...unit.requires, ...unit.after].map((name) => ({ kind: 'after', unit: name, ...whoOrders(unit, name, { one, host, place: ours.place }) })), tookMs: host.tookMs(unit.name) }
    }),
    // A middleware of a file on the proxy is not for us to see.
    routers: [...apps.flatMap((one) => routersOf(one, proxy)).map((router) => ({ ...router, middlewares: router.middlewares.filter(({ text }) => known.has(text)) })), ...serverRouters(host, proxy)],
    middlewares,
    names: [],
    networks: [...apps.flatMap(networksMadeBy), ...(host.units.some(({ name }) => name === NETWORKS) ? [{ name: host.proxyNetwork, unit: NETWORKS, place: host.settingsPlace('proxy') }] : [])],
    external: externalHosts(apps),
  }
}

/** Who is waited for stands in the settings of the app or the server; that Swarm and networks come first, follows from there being an app. */
function whoOrders({ work }: HostUnit, name: UnitName, { one, host, place }: { one: AppInBoot | undefined; host: HostInBoot; place: Place }): { place: Place; by?: string } {
  if (one?.app.after.includes(name)) return { place: one.settingsPlace('after', one.app.after.indexOf(name)) }
  if (work.is === 'server' && work.server.after.includes(name)) return { place: host.settingsPlace('server', 'after', work.server.after.indexOf(name)) }
  return { place, by: US }
}

function ownUnit({ name, work }: HostUnit, { settingsPlace }: HostInBoot): BootUnit {
  if (work.is !== 'server') return unitNamed(name, settingsPlace('platform'))
  const place = settingsPlace('server')
  const url = healthUrlOf(work.server)
  return { ...unitNamed(name, place), gate: { place, by: US, asks: [{ kind: 'url', url, redirects: 'answer', place }] }, own: { text: url, place }, listens: [{ text: sayListen(work.server.listen), place }] }
}

/** The proxy knows it from a file, whether it runs or not. */
function serverRouters({ units, settingsPlace }: HostInBoot, proxy: AppInBoot | undefined): BootRouter[] {
  const server: ServerSettings | undefined = units.map(({ work }) => (work.is === 'server' ? work.server : undefined)).find((one) => one !== undefined)
  if (server?.domain === undefined || !proxy) return []
  const place = settingsPlace('server', 'domain')
  return [{ name: SERVER, place, rule: { text: `Host(\`${server.domain}\`)`, place }, proxy: { unit: proxy.app.name, place }, service: { unit: SERVER, place }, definedBy: null, middlewares: [], certificate: null, priority: null }]
}

function appUnit({ app, recipe, recipeFolder, settingsPlace }: AppInBoot, { proxy, listens }: { proxy: AppInBoot | undefined; listens: Told[] }): BootUnit {
  const isProxied = proxy !== undefined && wayTo(recipe, { scheme: 'https', address: '', port: 443 })?.scheme === 'https'
  const url = (host: string, path: string) => urlOf({ scheme: 'https', address: '', port: 443 }, host, path)
  return {
    ...unitNamed(app.name, settingsPlace()),
    isListed: true,
    gate: { place: settingsPlace('gate'), asksOnePage: true, asks: isProxied ? [{ kind: 'url', url: url(app.gate.host ?? app.domain, app.gate.path), redirects: 'answer', place: settingsPlace('gate', app.gate.host === undefined ? 'path' : 'host') }] : [] },
    own: isProxied && recipe.config.ready.http ? { text: url(app.domain, recipe.config.ready.path), place: { file: `${recipeFolder}cc-ci.yml`, line: 1, column: 1 } } : null,
    listens,
    images: recipe.images.map(({ image, place }) => ({ text: image, place: within(recipeFolder, place) })),
    networks: Object.entries(recipe.stack.networks).flatMap(([key, network]) => (network.external ? [{ text: network.name ?? key, place: settingsPlace('recipe') }] : [])),
    budget: { ...app.limits, dwell: app.gate.dwellMs, place: settingsPlace('limits') },
  }
}

function routersOf({ app, recipe, recipeFolder, settingsPlace }: AppInBoot, proxy: AppInBoot | undefined): BootRouter[] {
  return recipe.waysIn.routers.map((router) => {
    const place = within(recipeFolder, router.place)
    const ours = { unit: app.name, place }
    return {
      name: router.name,
      place,
      rule: { text: router.rule.text, place: within(recipeFolder, router.rule.place) },
      proxy: proxy ? { unit: proxy.app.name, place: settingsPlace('recipe') } : null,
      service: router.isProxysOwn ? null : ours,
      definedBy: ours,
      middlewares: router.middlewares.map(({ text, place: at }) => ({ text, place: within(recipeFolder, at) })),
      certificate: null,
      priority: router.priority,
    }
  })
}

/** An address of a stack's service (`auth_app:9091`) is one at which its app listens. */
function middlewaresOf(one: AppInBoot, { apps, listens }: { apps: readonly AppInBoot[]; listens: ReadonlyMap<string, Told[]> }): Middleware[] {
  return one.recipe.waysIn.middlewares.map((middleware) => {
    const place = within(one.recipeFolder, middleware.place)
    if (middleware.kind === 'redirect') return { name: middleware.name, kind: 'redirect', url: middleware.to, when: middleware.when, place }
    if (URL.canParse(middleware.address)) {
      const { hostname, port, protocol } = new URL(middleware.address)
      const owner = apps.find(({ app, recipe }) => Object.keys(recipe.stack.services).some((service) => hostname === `${stackNameOf(app.domain)}_${service}`.toLowerCase())) ?? (one.recipe.stack.services[hostname] ? one : undefined)
      if (owner) listens.get(owner.app.name)!.push({ text: `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`, place })
    }
    return { name: middleware.name, kind: 'forward-auth', url: middleware.address, place }
  })
}

function networksMadeBy({ app, recipe, settingsPlace }: AppInBoot): Provided[] {
  return Object.entries(recipe.stack.networks).flatMap(([key, network]) => (network.external ? [] : [{ name: network.name ?? `${stackNameOf(app.domain)}_${key}`, unit: app.name, place: settingsPlace('recipe') }]))
}

/** Who is asked for a login and serves nowhere here, serves elsewhere. */
function externalHosts(apps: readonly AppInBoot[]): string[] {
  const routed = new Set(apps.flatMap(({ recipe }) => recipe.routers.flatMap(({ hosts }) => hosts)))
  return apps.flatMap(({ recipe }) => recipe.waysIn.middlewares.flatMap((middleware) => (middleware.kind === 'forward-auth' && URL.canParse(middleware.address) ? [new URL(middleware.address).hostname] : []))).filter((host) => !routed.has(host))
}

function publishes(recipe: ReadRecipe, port: number): boolean {
  return Object.values(recipe.stack.services).some(({ ports = [] }) => ports.some(({ published }) => published === port))
}

function within(folder: string, place: Place): Place {
  return { ...place, file: `${folder}${place.file}` }
}

import { hash } from 'node:crypto'
import { join } from 'node:path'
import type { App, ServiceName } from '../../../domain/model/app.ts'
import type { StackFileObject, StackService } from '../../../domain/model/stack.ts'
import type { DeployRequest } from '../../../ports/engine.ts'
import { PortError } from '../../../ports/port-error.ts'
import { fill } from './fill.ts'
import { placesOf, plainName } from './layout.ts'
import type { PathPair } from './inside-paths.ts'
import { programHash } from './program-hash.ts'
import { readRecipeFile } from './recipe-file.ts'
import { readOrNothing } from './secrets.ts'
import { behaviourOf, type ServicePlan } from './service-plan.ts'
import { localProgramOf } from './x-local.ts'

/** A deploy worked out to the last file, with nothing changed yet: whatever can be refused has been refused (trap 22). */
export interface Resolved {
  plans: ServicePlan[]
  /** Folders to make. */
  volumes: string[]
  /** Files to write once. `secret` says who may read them. */
  files: Array<{ kind: 'secrets' | 'configs'; name: string; bytes: Buffer; mode: number }>
}

interface FileObject {
  /** The engine's name for it. */
  name: string
  path: string
  /** Stands for its content in the template. */
  identity: string
}

export async function resolveDeploy(given: { folder: string; app: App; request: DeployRequest }): Promise<Resolved> {
  const { app, request } = given
  const { stack, folder: checkout } = request
  const places = placesOf(given.folder, app.stack)
  const files: Resolved['files'] = []

  const fileObjects = async (kind: 'secrets' | 'configs'): Promise<Map<string, FileObject>> => {
    const used = new Set(Object.values(stack.services).flatMap((service) => (service[kind] ?? []).map(({ source }) => source)))
    const found = new Map<string, FileObject>()
    for (const [key, object] of Object.entries(stack[kind] ?? {})) {
      if (!used.has(key)) continue
      const what = `${kind.slice(0, -1)} ${key}`
      const name = plainName(object.name ?? `${app.stack}_${key}`, what)
      const path = join(places[kind], name)
      if (isExternal(object)) {
        if (kind === 'configs') throw new PortError('unsupported', `${what} is external, and this engine has no configs but the recipe's own files`)
        if (!(await readOrNothing(path))) throw new PortError('refused', `${what} is external, and there is no secret ${name}; create it first`)
        found.set(key, { name, path, identity: name })
        continue
      }
      if (object.template_driver) throw new PortError('unsupported', `${what} is a template (template_driver: ${object.template_driver}), which this engine does not render; give the service a plain file in compose.local.yml`)
      if (!object.file) throw new PortError('refused', `${what} names no file`)
      const bytes = await readRecipeFile(checkout, object.file, what)
      const known = await readOrNothing(path)
      if (known && !known.equals(bytes)) throw new PortError('refused', `${what}: its content has changed under the same name ${name}, and no engine takes that; give it a new name (recipes count a version in abra.sh)`)
      files.push({ kind, name, bytes, mode: kind === 'secrets' ? 0o600 : isExecutable(stack.services, key) ? 0o755 : 0o644 })
      found.set(key, { name, path, identity: `${name} ${hash('sha256', bytes)}` })
    }
    return found
  }

  const objects = { secrets: await fileObjects('secrets'), configs: await fileObjects('configs') }
  const used = new Map<string, string>()
  const plans: ServicePlan[] = []
  for (const [name, service] of Object.entries(stack.services)) {
    const plan = await resolveService(name, service)
    plans.push(plan)
    for (const [key, path] of Object.entries(plan.given.volumes)) used.set(key, path)
  }
  for (const plan of plans) checkFillings(plan, plans)
  return { plans, volumes: [...used.values()], files }

  async function resolveService(name: ServiceName, service: StackService): Promise<ServicePlan> {
    plainName(name, 'service')
    const program = localProgramOf(name, service)
    const image = await programHash(checkout, program.folder)
    const paths: PathPair[] = []
    const own: ServicePlan['given'] = { volumes: {}, secrets: {}, configs: {} }
    for (const mount of service.volumes ?? []) {
      if (mount.type !== 'volume' || mount.source === undefined) continue
      if (stack.volumes?.[mount.source]?.external) throw new PortError('refused', `service ${name}: volume ${mount.source} is external, and this engine has no volumes but an app's own`)
      own.volumes[mount.source] = join(places.volumes, plainName(mount.source, 'volume'))
      paths.push({ inside: withoutSlash(mount.target), here: own.volumes[mount.source]! })
    }
    const identities: string[] = []
    for (const kind of ['secrets', 'configs'] as const) {
      for (const grant of service[kind] ?? []) {
        const object = objects[kind].get(grant.source)
        if (!object) throw new PortError('refused', `service ${name}: it is given ${kind.slice(0, -1)} ${grant.source}, which the stack does not define`)
        own[kind][grant.source] = object.path
        identities.push(object.identity)
        paths.push({ inside: insideOf(kind, grant.target ?? grant.source), here: object.path })
      }
    }
    const { deploy, ...rest } = service
    // As Swarm has it: how many, their labels and how they are exchanged make no new task; everything else does.
    const template = hash('sha256', JSON.stringify(canonical({ ...rest, restart: deploy?.restart_policy, image, identities })))
    return { ...behaviourOf(name, service, program), template, image, checkout, program, given: own, paths }
  }
}

/** Whatever a program is told is filled once here, so that a wrong placeholder refuses the deploy instead of failing each start. */
function checkFillings(plan: ServicePlan, all: readonly ServicePlan[]): void {
  const fillings = { ...plan.given, ports: Object.fromEntries(all.map(({ name }) => [name, 1])), service: plan.name }
  const { command, env, health } = plan.program
  const texts = [...command, ...Object.values(env), ...(health && 'command' in health ? health.command : [])]
  for (const text of texts) fill(text, fillings)
}

function insideOf(kind: 'secrets' | 'configs', target: string): string {
  if (target.startsWith('/')) return withoutSlash(target)
  return kind === 'secrets' ? `/run/secrets/${target}` : `/${target}`
}

function withoutSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path
}

function isExternal({ external }: StackFileObject): boolean {
  return external === true || (typeof external === 'object' && external !== null)
}

function isExecutable(services: Record<string, StackService>, key: string): boolean {
  return Object.values(services).some((service) => (service.configs ?? []).some((grant) => grant.source === key && ((grant.mode ?? 0) & 0o111) !== 0))
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, canonical(inner)]))
}

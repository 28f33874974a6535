import type { App } from '../../../domain/model/app.ts'
import type { DeployedService, Deployment } from '../../../domain/model/engine-state.ts'
import type { DeployRequest } from '../../../ports/engine.ts'
import { PortError } from '../../../ports/port-error.ts'
import { clientAbilities, privateFolder, runClient, type PrivateFolder } from './docker-client.ts'
import { fromStackDeploy, isOutrun, MOST_OUTRUN } from './errors.ts'
import { DOCKER_STACK, isOurs } from './labels.ts'
import type { Parts } from './parts.ts'
import { wantedTasks } from './placement.ts'
import { readRecipeFile } from './recipe-files.ts'
import { isExternal, renderStack } from './render.ts'
import { specIdOf } from './spec-id.ts'

/** The client makes each network, config and service with a call of its own; even a large stack takes seconds. */
const DEPLOY_LIMIT_MS = 180_000

/**
 * Hands a stack to Docker's own `stack deploy`, because that is what people and abra deploy with: its defaults, its conversions and its
 * refusals are part of what is tested.
 *
 * Images whose digest is known from `pull` are written as `name:tag@digest`. That is what the client itself would write after asking the
 * registry, so the service's spec is the same as without us; and what was fetched and recorded is what runs, though the tag may have
 * moved in between. `--resolve-image always` stays on for the others and for the platforms, which only the registry knows.
 */
export async function deploy(parts: Parts, app: App, request: DeployRequest): Promise<Deployment> {
  if (!request.takeOver) await refuseForeignStack(parts, app)
  const { knowsDetach } = await clientAbilities(parts)
  await using folder = await privateFolder(parts)
  const copies = await copyFiles(folder, request)
  const document = renderStack({ app, stateId: parts.stateId, ...request, fileOf: (kind, key) => copies.get(`${kind}/${key}`) ?? '' })
  const file = await folder.write('stack.yml', document)
  const at = parts.clock.now()
  const argv: [string, ...string[]] = ['stack', 'deploy', '-c', file, '--with-registry-auth', '--resolve-image', 'always', ...(knowsDetach ? ['--detach=true'] : []), app.stack]
  for (let outrun = 0; ; outrun++) {
    const ended = await runClient(parts, argv, { folder, timeoutMs: DEPLOY_LIMIT_MS })
    if (ended.timedOut) throw new PortError('timeout', `deploying stack ${app.stack}: the client did not end within ${DEPLOY_LIMIT_MS} ms; look at the engine's log`)
    if (ended.exitCode === 0) break
    const printed = withoutProgress(ended.stderr || ended.stdout, folder.path)
    if (!isOutrun(printed) || outrun >= MOST_OUTRUN) throw fromStackDeploy(printed, app.stack)
  }
  return { at, services: await deployedServices(parts, app, request) }
}

/** What was accepted, read back: the templates that the tasks will be held against. Services that left the document are not among them. */
async function deployedServices(parts: Parts, app: App, { stack }: DeployRequest): Promise<DeployedService[]> {
  const [services, nodes] = await Promise.all([parts.lists.services({ label: `${DOCKER_STACK}=${app.stack}` }), parts.lists.nodes()])
  return await Promise.all(
    Object.keys(stack.services).filter((name) => !name.startsWith('x-')).map(async (name) => {
      const service = services.find(({ Spec }) => Spec.Name === `${app.stack}_${name}`)
      if (!service) throw new PortError('unexpected', `deploying stack ${app.stack}: the client ended well and the engine has no service ${name}`)
      const template = service.Spec.TaskTemplate
      const image = template.ContainerSpec?.Image
      const id = image === undefined ? undefined : await parts.images.idOf(image)
      return { name, template: specIdOf(template), ...(id && { image: id }), wanted: wantedTasks(service, nodes) }
    }),
  )
}

/** A stack of this name that we did not make belongs to somebody: its services would become ours by the next line (trap 29). */
async function refuseForeignStack(parts: Parts, app: App): Promise<void> {
  const services = await parts.lists.services({ label: `${DOCKER_STACK}=${app.stack}` })
  const foreign = services.filter(({ Spec }) => !isOurs(Spec.Labels, parts.stateId)).map(({ Spec }) => Spec.Name)
  if (foreign.length === 0) return
  throw new PortError('conflict', `deploying stack ${app.stack}: the engine already runs services of this stack that are not ours (${foreign.join(', ')}); they were left alone`)
}

async function copyFiles(folder: PrivateFolder, { stack, folder: recipe }: DeployRequest): Promise<Map<string, string>> {
  const copies = new Map<string, string>()
  for (const kind of ['configs', 'secrets'] as const) {
    for (const [key, object] of Object.entries(stack[kind] ?? {})) {
      if (object?.file === undefined || isExternal(object)) continue
      const bytes = await readRecipeFile({ folder: recipe, file: object.file, for: `${kind.slice(0, -1)} ${key}` })
      copies.set(`${kind}/${key}`, await folder.write(`${kind}-${copies.size}`, bytes))
    }
  }
  return copies
}

/** The client says on the way what it makes, and what it ignores; the cause of a failure comes last. */
function withoutProgress(printed: string, folder: string): string {
  const lines = printed.split('\n').filter((line) => !/^(Creating|Updating|Ignoring|image .* could not be accessed) /.test(line))
  return lines.join('\n').replaceAll(`${folder}/`, '').trim()
}

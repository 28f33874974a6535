import { mkdir } from 'node:fs/promises'
import type { App } from '../../../domain/model/app.ts'
import type { Deployment } from '../../../domain/model/engine-state.ts'
import type { DeployRequest } from '../../../ports/engine.ts'
import { PortError } from '../../../ports/port-error.ts'
import { fromFiles } from './errors.ts'
import { endGroups } from './found.ts'
import { placesOf } from './layout.ts'
import { claim } from './record.ts'
import { resolveDeploy } from './resolve.ts'
import { runningApp, type EngineParts } from './running-app.ts'
import { putOnce } from './secrets.ts'

/** What an orphan gets to end by itself, ms: its data may be meant to be used again. */
const ORPHAN_GRACE_MS = 10_000

/**
 * Order matters: everything that can be refused first, then the record, then what a killed process left running, then folders and
 * files, and programs last.
 */
export async function deploy(parts: EngineParts, app: App, request: DeployRequest): Promise<Deployment> {
  const at = parts.clock.now()
  const resolved = await resolveDeploy({ folder: parts.folder, app, request })
  await claim(parts, app)
  const known = parts.apps.get(app.stack)
  if (!known) await endGroups(parts, app.stack, ORPHAN_GRACE_MS)
  const places = placesOf(parts.folder, app.stack)
  try {
    for (const path of resolved.volumes) await mkdir(path, { recursive: true })
    for (const { kind, name, bytes, mode } of resolved.files) {
      if (!(await putOnce(places[kind], name, bytes, mode))) throw new PortError('refused', `${kind.slice(0, -1)} ${name} has changed under the same name`)
    }
  } catch (error) {
    throw fromFiles(`preparing ${app.stack}`, error)
  }
  const running = known ?? runningApp(parts, app)
  parts.apps.set(app.stack, running)
  await running.apply(resolved.plans)
  return { at, services: resolved.plans.map(({ name, template, image, wanted }) => ({ name, template, image, wanted })) }
}

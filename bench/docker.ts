import { join } from 'node:path'
import { renderStack } from '../src/adapters/engine/swarm/render.ts'
import { prepareStack } from '../src/domain/plan/prepare.ts'
import type { Candidate } from '../src/workflows/run/context.ts'
import type { BenchedRun } from './as-a-run.ts'
import type { Workbench } from './workbench.ts'

/** Docker's own way: what people type, and what they look at afterwards. */

export const PEER = 'docker stack deploy --detach=false'

/** Looking whether it is gone, ms; a look is five starts of the client. */
const PACE = 50
const LIMIT = 120_000

/** The document that we would hand to the same client ourselves, labels and digests included, so that both deploy the same thing. */
export async function documentOf({ stateId }: Workbench, { context }: BenchedRun, version: Candidate): Promise<string> {
  const document = renderStack({
    app: context.app,
    stateId,
    stack: prepareStack({ recipe: version.recipe, app: context.app, release: version.release?.version.text ?? null, chaos: version.release === null }),
    digests: Object.fromEntries([...context.images].map(([image, { digest }]) => [image, digest])),
    fileOf: (kind, key) => join(version.folder, version.recipe.stack[kind][key]?.file ?? ''),
  })
  return join(context.record.folder, await context.record.file(`stack-${version.commit.slice(0, 8)}.yml`, document))
}

export interface PeersVerdict {
  /** `none`: it had not ended at the limit. */
  verdict: 'success' | 'failure' | 'none'
  ms: number
}

/** `docker stack deploy`, which waits until it thinks that the stack has converged. */
export async function stackDeploy({ docker }: Workbench, { context }: BenchedRun, document: string, given: { signal: AbortSignal; timeoutMs?: number }): Promise<PeersVerdict & { says: string }> {
  const ended = await docker(['stack', 'deploy', '--detach=false', '-c', document, context.app.stack], { timeoutMs: given.timeoutMs ?? LIMIT, signal: given.signal })
  given.signal.throwIfAborted()
  return { verdict: ended.timedOut ? 'none' : ended.exitCode === 0 ? 'success' : 'failure', ms: ended.ms, says: ended.stderr }
}

/** `docker stack rm`, then looking until containers and networks are gone, and with `doomed` data the volumes: ms. */
export async function stackRemove(bench: Workbench, run: BenchedRun, given: { data: 'doomed' | 'keep'; signal: AbortSignal }): Promise<number> {
  const { clock } = bench.ports
  const { stack } = run.context.app
  const from = clock.monotonic()
  const ended = await bench.docker(['stack', 'rm', '--detach=false', stack], { signal: given.signal })
  if (ended.exitCode !== 0) throw new Error(`docker stack rm ${stack}: ${ended.stderr}`)
  for (;;) {
    const left = await leftOf(bench, stack)
    if (given.data === 'doomed' && left.containers.length === 0 && left.volumes.length > 0) await bench.docker(['volume', 'rm', ...left.volumes])
    const things = given.data === 'doomed' ? left : { ...left, volumes: [] }
    if (Object.values(things).every((ids) => ids.length === 0)) return clock.monotonic() - from
    given.signal.throwIfAborted()
    if (clock.monotonic() - from > LIMIT) throw new Error(`docker stack rm ${stack}: not gone within ${LIMIT} ms: ${JSON.stringify(things)}`)
    await clock.pause(PACE, given.signal)
  }
}

/** Ids of what Docker's lists hold of a stack. */
export async function leftOf({ docker }: Workbench, stack: string): Promise<Record<'services' | 'containers' | 'networks' | 'volumes' | 'secrets' | 'configs', string[]>> {
  const list = async (...args: string[]) => {
    const ended = await docker([...args, '--filter', `label=com.docker.stack.namespace=${stack}`])
    if (ended.exitCode !== 0) throw new Error(`docker ${args.join(' ')}: ${ended.stderr}`)
    return ended.stdout.split('\n').filter(Boolean)
  }
  const [services, containers, networks, volumes, secrets, configs] = await Promise.all([
    list('service', 'ls', '-q'), list('container', 'ls', '-aq'), list('network', 'ls', '-q'), list('volume', 'ls', '-q'), list('secret', 'ls', '-q'), list('config', 'ls', '-q'),
  ])
  return { services, containers, networks, volumes, secrets, configs }
}

import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineFacts } from '../src/ports/engine.ts'
import type { Finished } from '../src/ports/process.ts'
import { nodeProcesses } from '../src/adapters/process/node.ts'
import { environment } from '../src/settings/environment.ts'
import { loadSettings } from '../src/settings/load.ts'
import { stateIdOf } from '../src/wiring/engines.ts'
import { packageFolder } from '../src/wiring/package.ts'
import { openServices } from '../src/wiring/services.ts'
import type { RunPorts } from '../src/workflows/run/context.ts'
import { rigEnv } from '../test/rig/index.ts'
import { rigForCli } from '../test/support/rig.ts'

/**
 * Where benches work: the rig's engine, with everything that a run has, put together by the same wiring.
 *
 * INVARIANTS
 * - All benches of a machine have one state folder, so one state id. What carries it is a bench's, ours and the peer's alike; it goes when
 *   the workbench is closed, and what a killed one left goes when the next is opened.
 * - One at a time: figures of two that share the machine say nothing. The kernel holds the lock.
 */
export interface Workbench {
  ports: RunPorts
  facts: EngineFacts
  stateId: string
  stateFolder: string
  /** What points the command line at the rig. */
  environment: Record<string, string>
  /** Docker's own command line, never an error for its exit code. */
  docker(args: string[], given?: { timeoutMs?: number; signal?: AbortSignal; cwd?: string; env?: Record<string, string> }): Promise<Finished>
  /** Removes every stack that a bench made. */
  clear(): Promise<void>
  close(): Promise<void>
}

export async function openWorkbench(signal: AbortSignal): Promise<Workbench> {
  const ofRig = await rigForCli()
  const rig = await rigEnv()
  const client = rig.clients.v28
  if (!client) throw new Error('the rig has no Docker client 28: npm run rig -- up')
  const stateFolder = join(rig.cache, 'bench')
  await mkdir(stateFolder, { recursive: true })
  const loaded = await loadSettings({ environment: { ...environment(), ...ofRig }, stateFolder, settingsFile: rig.settings, packageFolder: packageFolder(), workingFolder: process.cwd() })
  const services = openServices({ loaded, signals: { cancel: signal, abandon: new AbortController().signal }, program: './cc-ci', stateGiven: undefined, settingsGiven: undefined, says: () => {} })
  const held = await services.locks.tryAcquire('bench', 'measuring')
  if ('heldBy' in held) {
    await services.close()
    throw new Error(`another bench is at work (process ${held.heldBy.pid}): two at a time would measure each other`)
  }
  const engine = await services.engine('swarm')
  if ('unavailable' in engine) throw new Error(engine.unavailable)
  const processes = nodeProcesses(environment())
  const dockerEnvironment = { ...processes.baseEnv(), DOCKER_HOST: rig.dockerHost, DOCKER_CONFIG: rig.dockerConfig }

  async function clear(): Promise<void> {
    const left = (await engineOf().inventory()).filter(({ run, stack }) => run !== undefined && stack !== undefined)
    const stacks = new Map(left.map(({ run, stack }) => [stack!, run!]))
    for (const [stack, run] of stacks) await engineOf().remove({ stack, run, domain: stack }, { data: 'doomed' })
    await rm(join(stateFolder, 'runs'), { recursive: true, force: true })
  }
  const engineOf = () => engine

  await clear()
  return {
    ports: services.runPorts(engine),
    facts: await engine.facts(),
    stateId: stateIdOf(loaded.settings.stateFolder),
    stateFolder,
    environment: ofRig,
    docker: (args, given = {}) => processes.run({ argv: [client, ...args], env: { ...dockerEnvironment, ...given.env }, graceMs: 500, ...(given.cwd && { cwd: given.cwd }), ...(given.timeoutMs && { timeoutMs: given.timeoutMs }), ...(given.signal && { signal: given.signal }) }),
    clear,
    async close() {
      await clear()
      await services.close()
      await held.release()
    },
  }
}

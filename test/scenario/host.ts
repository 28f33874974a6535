import { join } from 'node:path'
import type { RunResults } from '../../src/domain/model/run.ts'
import { appProcesses } from '../support/app-processes.ts'
import type { Started } from '../support/cli.ts'
import { startWorld } from '../support/scripted-world.ts'
import type { Scenario, ScenarioEngine } from './scenario.ts'

/** What a scenario is played on, as far as it is not cc-ci's. */
export interface ScenarioHost extends AsyncDisposable {
  env: Record<string, string>
  /** What the engine holds of this run, asked without any code of ours. */
  inventory(results: RunResults | undefined): Promise<string[]>
  /** Keeps a volume of the app in use, from when the run has made it until we let go. */
  squat(volume: string, run: Started): Promise<{ letGo(): Promise<void> }>
}

/** `folder`: the scenario's own. */
export type OpenHost = (scenario: Scenario, engine: ScenarioEngine, folder: string) => Promise<ScenarioHost>

/** For the local and the scripted engine. */
export async function openHostWithoutDocker(scenario: Scenario, engine: ScenarioEngine, folder: string): Promise<ScenarioHost> {
  // No Docker takes part, also where there is one.
  const noDocker = { DOCKER_HOST: `unix://${folder}/no-docker.sock`, CCCI_SETTINGS: '' }
  const cannotSquat = () => Promise.reject(new Error(`only a Swarm has volumes that somebody else can hold: ${scenario.name} is not for ${engine}`))
  if (engine === 'local') return { env: noDocker, inventory: async () => (await appProcesses(join(folder, 'state'))).map(({ pid }) => `process ${pid}`), squat: cannotSquat, [Symbol.asyncDispose]: async () => {} }
  const world = await startWorld()
  for (const fault of scenario.world?.faults ?? []) await world.fault(fault)
  if (scenario.world?.takenPorts) await world.host({ takenPorts: scenario.world.takenPorts, takenRouters: [] })
  return {
    env: { ...noDocker, CCCI_SCRIPTED: world.socket },
    inventory: async () => (await world.inventory()).map(({ kind, name }) => `${kind} ${name}`),
    squat: cannotSquat,
    [Symbol.asyncDispose]: () => world.end(),
  }
}

import type { Problem } from '../domain/model/problem.ts'
import type { EngineKind } from '../domain/model/run.ts'
import type { Alerts } from '../ports/alerts.ts'
import type { BootRecords } from '../ports/boot-records.ts'
import type { Clock } from '../ports/clock.ts'
import type { Deliveries } from '../ports/deliveries.ts'
import type { Engine, NoEngine } from '../ports/engine.ts'
import type { Locks } from '../ports/lock.ts'
import type { Machine } from '../ports/machine.ts'
import type { PlatformRecords } from '../ports/platform-records.ts'
import type { Probes } from '../ports/probe.ts'
import type { PruneRecords } from '../ports/prune-records.ts'
import type { Program } from '../ports/program.ts'
import type { RunRecords } from '../ports/run-records.ts'
import type { Sources } from '../ports/source.ts'
import type { Vitals } from '../ports/vitals.ts'
import type { ThrowawayHosts } from '../ports/throwaway-hosts.ts'
import type { Settings } from '../settings/settings.ts'
import type { ServerSettings } from '../domain/model/server.ts'
import type { ServerPorts, WantedServer } from '../workflows/boot/server-unit.ts'
import type { RelayPorts } from '../workflows/alerts/relay.ts'
import type { PrunePorts } from '../workflows/prune/prune.ts'
import type { NetworkPorts } from '../workflows/network/make.ts'
import type { MovePorts } from '../workflows/network/move/context.ts'
import type { PlatformPorts } from '../workflows/reconcile/context.ts'
import type { HostRules, RunPorts } from '../workflows/run/context.ts'
import type { EndSignals } from '../workflows/app/end-signals.ts'

/** What commands may ask for; made by the wiring, opened only when asked. */
export interface Services {
  settings: Settings
  settingsProblems: Problem[]
  stateFolder: string
  clock: Clock
  locks: Locks
  records: RunRecords
  sources: Sources
  rules: HostRules
  signals: EndSignals
  /** A command as people can type it here: `runs list` with the program before it, and the `--state` and `--settings` that we were given after it. */
  commandLine(command: string): string
  /** Folder of the example recipe. */
  exampleRecipe: string
  version: string
  engine(kind: EngineKind): Promise<Engine | NoEngine>
  runPorts(engine: Engine): RunPorts
  alerts: Alerts
  deliveries: Deliveries
  relayPorts: RelayPorts
  pruneRecords: PruneRecords
  prunePorts(engine: Engine | { unavailable: string }): PrunePorts
  platformRecords: PlatformRecords
  bootRecords: BootRecords
  serverPorts: ServerPorts
  /** The server as the settings want it; undefined: this host has none. */
  wantedServer: WantedServer | undefined
  /** Serves until it is closed. */
  serve(server: ServerSettings): Promise<{ close(): Promise<void> }>
  platformPorts(engine: Engine): PlatformPorts
  /** The engine's networks, also where there is no Swarm yet. */
  networkPorts: NetworkPorts
  movePorts(engine: Engine): MovePorts
  /** The machine that we are on. */
  machine: Machine
  /** Locks of the machine, whatever the state folder of whoever asks. */
  machineLocks: Locks
  vitals: Vitals
  probes: Probes
  /** What would have to be copied for us to run elsewhere. */
  program: Program
  throwawayHosts: ThrowawayHosts
  /** Temporary files of processes that were killed, and programs that still work with them. */
  removeDeadTemporaries(): Promise<void>
}

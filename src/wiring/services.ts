import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileAlerts } from '../adapters/alerts/files/alerts.ts'
import { fileDeliveries } from '../adapters/alerts/files/deliveries.ts'
import { folderBackups } from '../adapters/backup/folder/backups.ts'
import { resticBackups } from '../adapters/backup/restic/backups.ts'
import { scriptedBackups } from '../adapters/backup/scripted/backups.ts'
import { systemClock } from '../adapters/clock/system.ts'
import { sqliteLocks } from '../adapters/lock/sqlite/locks.ts'
import { debianMachine } from '../adapters/machine/debian/machine.ts'
import { nodeProcesses } from '../adapters/process/node.ts'
import { packageProgram } from '../adapters/program/package/program.ts'
import { systemRandom } from '../adapters/random/system/random.ts'
import { fileSecretStore } from '../adapters/secret-store/files/store.ts'
import { gitSourceCache } from '../adapters/source/git/cache.ts'
import { gitSources } from '../adapters/source/git/sources.ts'
import { fileBootRecords } from '../adapters/store/files/boot-records.ts'
import { fileEndRequest, serverEndRequestFile } from '../adapters/store/files/end-request.ts'
import { fileNetworkMoves } from '../adapters/store/files/network-moves.ts'
import { filePlatformRecords } from '../adapters/store/files/platform-records.ts'
import { filePruneRecords } from '../adapters/store/files/prune-records.ts'
import { fileRunRecords } from '../adapters/store/files/run-records.ts'
import { dockerThrowawayHosts } from '../adapters/throwaway-hosts/docker/hosts.ts'
import { linuxVitals } from '../adapters/vitals/linux/vitals.ts'
import { commandLines } from '../cli/command-line.ts'
import type { Services } from '../cli/services.ts'
import { LAYOUT } from '../domain/boot/install/layout.ts'
import type { EngineKind } from '../domain/model/run.ts'
import type { App } from '../domain/model/app.ts'
import type { ServerSettings } from '../domain/model/server.ts'
import type { WantedServer } from '../workflows/boot/server-unit.ts'
import type { Backups } from '../ports/backup.ts'
import type { Engine, NoEngine } from '../ports/engine.ts'
import type { Probes } from '../ports/probe.ts'
import { environment } from '../settings/environment.ts'
import type { Settings } from '../settings/settings.ts'
import type { Loaded } from '../settings/load.ts'
import { moveUnderWay } from '../workflows/network/move/obstacle.ts'
import { poolOf } from '../workflows/network/pool.ts'
import type { HostRules } from '../workflows/run/context.ts'
import type { EndSignals } from '../workflows/app/end-signals.ts'
import { channelsFor } from './channels.ts'
import { removeAllDeadTemporaries } from './dead-temporaries.ts'
import { openEngine, openNetworks, stateIdOf } from './engines.ts'
import { loadedWhenAsked } from './loaded-when-asked.ts'
import { scriptedCall } from './scripted-call.ts'
import { textOf } from './named-file.ts'
import { snapshotsFor } from './snapshots.ts'
import { packageFolder, packageVersion } from './package.ts'

/** Everything that commands may ask for, put together. Engines are opened when first asked for and closed at the end. */
export function openServices(given: { loaded: Loaded; signals: EndSignals; program: string; stateGiven: string | undefined; settingsGiven: string | undefined; /** Of what happens beside the command. */ says(text: string): void }): Services & { close(): Promise<void> } {
  const { settings } = given.loaded
  const clock = systemClock()
  const processes = nodeProcesses(environment())
  const random = systemRandom()
  const locks = sqliteLocks({ folder: join(settings.stateFolder, 'locks'), clock, pid: process.pid })
  const records = fileRunRecords({ stateFolder: settings.stateFolder, clock })
  const sources = gitSources({ processes, cacheFolder: join(settings.cacheFolder, 'sources'), clock })
  // Node's HTTP takes longer to load than most commands take to run.
  const probes = loadedWhenAsked<Probes>(async () => (await import('../adapters/probe/node/probes.ts')).nodeProbes()).port
  const alertsFolder = join(settings.stateFolder, 'alerts')
  const alerts = fileAlerts({ folder: alertsFolder, clock })
  const deliveries = fileDeliveries({ folder: alertsFolder })
  const platformRecords = filePlatformRecords({ stateFolder: settings.stateFolder, clock })
  const pruneRecords = filePruneRecords({ stateFolder: settings.stateFolder })
  const engines = new Map<EngineKind, Promise<Engine | NoEngine>>()
  const networkPorts = { ...openNetworks({ settings, clock }), moves: fileNetworkMoves({ stateFolder: settings.stateFolder, clock }) }
  const rules = hostRules(given.loaded, () => moveUnderWay({ ...networkPorts, locks }, settings.proxy.network))

  const engine = (kind: EngineKind) => {
    const open = engines.get(kind) ?? openEngine(kind, { settings, clock, processes })
    engines.set(kind, open)
    // One that is not there yet may be there when it is asked for again.
    const forget = () => void engines.delete(kind)
    open.then((opened) => 'unavailable' in opened && forget(), forget)
    return open
  }

  return {
    settings, settingsProblems: given.loaded.problems, clock, locks, records, sources, rules,
    stateFolder: settings.stateFolder,
    signals: given.signals,
    commandLine: commandLines({ program: given.program, state: given.stateGiven, settings: given.settingsGiven }),
    exampleRecipe: join(packageFolder(), 'fixtures', 'recipes', 'notes'),
    version: packageVersion(),
    engine,
    removeDeadTemporaries: () => removeAllDeadTemporaries(settings),
    alerts, deliveries, platformRecords, networkPorts,
    pruneRecords,
    prunePorts: (opened) => ({ records, platform: platformRecords, sources: gitSourceCache({ cacheFolder: join(settings.cacheFolder, 'sources') }), done: pruneRecords, alerts, locks, clock, engine: opened, removeDeadTemporaries: () => removeAllDeadTemporaries(settings) }),
    bootRecords: fileBootRecords({ stateFolder: settings.stateFolder, pid: process.pid }),
    serverPorts: { locks, probes, processes, clock, endRequest: fileEndRequest({ file: serverEndRequestFile(settings.stateFolder), clock }) },
    wantedServer: settings.server && wantedServer(settings, settings.server),
    serve: async (server) =>
      (await import('../server/listen.ts')).listen(
        { server, alerts, records, locks, clock, version: packageVersion(), stateId: stateIdOf(settings.stateFolder), startedAt: clock.now() },
        { onMistake: (error) => given.says(`This is a mistake in cc-ci, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`) },
      ),
    machine: debianMachine({ processes }),
    machineLocks: sqliteLocks({ folder: LAYOUT.locks, clock, pid: process.pid }),
    vitals: linuxVitals({ processes }),
    probes,
    program: packageProgram(packageFolder()),
    throwawayHosts: dockerThrowawayHosts({ processes, clientPath: settings.docker.client, dockerHost: settings.docker.host, clock }),
    relayPorts: { alerts, deliveries, channels: channelsFor(settings.alerts), locks, clock, from: settings.domain ?? hostname() },
    platformPorts: (opened) => ({
      engine: opened, sources, snapshots: snapshotsFor(opened, settings, clock), probes, records: platformRecords, secrets: fileSecretStore({ stateFolder: settings.stateFolder }), alerts, locks, clock, random, host: rules,
      // There is no queue yet that could be paused.
      drain: async () => ({ resume: async () => {} }),
    }),
    movePorts: (opened) => ({ engine: opened, ...networkPorts, probes, records, locks, clock, random }),
    runPorts: (opened) => ({ engine: opened, sources, backups: backupsFor(opened), probes, records, locks, clock, random, host: rules, pool: async () => (opened.kind === 'swarm' ? await poolOf(networkPorts.networks, settings.proxy.network) : undefined) }),
    async close() {
      await networkPorts.close()
      for (const open of engines.values()) {
        const opened = await open
        if (!('unavailable' in opened)) await opened.close()
      }
    },
  }

  /** The same program and the same settings as ours, and of the environment no more than every program gets. */
  function wantedServer({ stateFolder, cacheFolder, file }: Settings, server: ServerSettings): WantedServer {
    return {
      server,
      version: packageVersion(),
      stateId: stateIdOf(stateFolder),
      command: { argv: [process.execPath, process.argv[1]!, 'server', '--state', stateFolder, ...(file === undefined ? [] : ['--settings', file])], env: { ...processes.baseEnv(), CCCI_CACHE: cacheFolder }, log: join(stateFolder, 'server.log') },
    }
  }

  function backupsFor(opened: Engine): Backups {
    if (opened.kind === 'local') {
      const placeOf = (app: App, ...parts: string[]) => join(settings.stateFolder, 'local', app.stack, ...parts)
      // In a scratch volume of the run, so that removing the app removes its backups, whoever was killed before.
      return folderBackups({ folder: (app) => placeOf(app, 'scratch', 'backups'), volumeFolder: (app, volume) => placeOf(app, 'volumes', volume), clock })
    }
    if (opened.kind === 'scripted' && settings.scriptedSocket !== undefined) {
      return scriptedBackups({ call: scriptedCall(settings.scriptedSocket) })
    }
    return resticBackups({ runJob: (app, job) => opened.runJob(app, job), image: settings.images.restic })
  }
}

function hostRules(loaded: Loaded, obstacle: HostRules['obstacle']): HostRules {
  const { settings } = loaded
  return {
    allow: (recipe) => settings.allow[recipe] ?? [],
    sourceOf: (recipe) => (Object.hasOwn(settings.recipes, recipe) ? settings.recipes[recipe] : undefined),
    async configFor(recipe) {
      const file = join(settings.stateFolder, 'recipes', `${recipe}.yml`)
      return existsSync(file) ? { file, text: textOf(file, `It is what this host says of the recipe ${recipe}: put a file there that this user may read, or take it away.`) } : undefined
    },
    secret(name, recipe) {
      const kept = Object.hasOwn(settings.secrets, name) ? settings.secrets[name] : undefined
      return kept?.recipes.includes(recipe) ? textOf(kept.file).replace(/\r?\n$/, '') : undefined
    },
    proxyNetwork: settings.proxy.network,
    obstacle,
    checksImage: settings.images.checks,
    limits: settings.limits,
  }
}


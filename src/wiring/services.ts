import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileAlerts } from '../adapters/alerts/files/alerts.ts'
import { fileDeliveries } from '../adapters/alerts/files/deliveries.ts'
import { folderBackups } from '../adapters/backup/folder/backups.ts'
import { resticBackups } from '../adapters/backup/restic/backups.ts'
import { scriptedBackups } from '../adapters/backup/scripted/backups.ts'
import { systemClock } from '../adapters/clock/system.ts'
import { sqliteLocks } from '../adapters/lock/sqlite/locks.ts'
import { nodeProcesses } from '../adapters/process/node.ts'
import { systemRandom } from '../adapters/random/system/random.ts'
import { fileSecretStore } from '../adapters/secret-store/files/store.ts'
import { gitSourceCache } from '../adapters/source/git/cache.ts'
import { gitSources } from '../adapters/source/git/sources.ts'
import { filePlatformRecords } from '../adapters/store/files/platform-records.ts'
import { filePruneRecords } from '../adapters/store/files/prune-records.ts'
import { fileRunRecords } from '../adapters/store/files/run-records.ts'
import type { Services } from '../cli/services.ts'
import type { EngineKind } from '../domain/model/run.ts'
import type { App } from '../domain/model/app.ts'
import type { Backups } from '../ports/backup.ts'
import type { Engine } from '../ports/engine.ts'
import type { Probes } from '../ports/probe.ts'
import { environment } from '../settings/environment.ts'
import type { Loaded } from '../settings/load.ts'
import type { HostRules } from '../workflows/run/context.ts'
import type { RunSignals } from '../workflows/run/outcome.ts'
import { channelsFor } from './channels.ts'
import { removeAllDeadTemporaries } from './dead-temporaries.ts'
import { openEngine } from './engines.ts'
import { scriptedCall } from './scripted-call.ts'
import { snapshotsFor } from './snapshots.ts'
import { packageFolder, packageVersion } from './package.ts'

/** Everything that commands may ask for, put together. Engines are opened when first asked for and closed at the end. */
export function openServices(given: { loaded: Loaded; signals: RunSignals; programName: string }): Services & { close(): Promise<void> } {
  const { settings } = given.loaded
  const clock = systemClock()
  const processes = nodeProcesses(environment())
  const random = systemRandom()
  const locks = sqliteLocks({ folder: join(settings.stateFolder, 'locks'), clock, pid: process.pid })
  const records = fileRunRecords({ stateFolder: settings.stateFolder, clock })
  const sources = gitSources({ processes, cacheFolder: join(settings.cacheFolder, 'sources'), clock })
  // Node's HTTP takes longer to load than most commands take to run.
  const probes: Probes = { http: async (request) => (await import('../adapters/probe/node/probes.ts')).nodeProbes().http(request) }
  const alertsFolder = join(settings.stateFolder, 'alerts')
  const alerts = fileAlerts({ folder: alertsFolder, clock })
  const deliveries = fileDeliveries({ folder: alertsFolder })
  const platformRecords = filePlatformRecords({ stateFolder: settings.stateFolder, clock })
  const pruneRecords = filePruneRecords({ stateFolder: settings.stateFolder })
  const engines = new Map<EngineKind, Promise<Engine | { unavailable: string }>>()
  const rules = hostRules(given.loaded)

  const engine = (kind: EngineKind) => {
    const open = engines.get(kind) ?? openEngine(kind, { settings, clock, processes })
    engines.set(kind, open)
    return open
  }

  return {
    settings, settingsProblems: given.loaded.problems, clock, locks, records, sources, rules,
    stateFolder: settings.stateFolder,
    signals: given.signals,
    programName: given.programName,
    exampleRecipe: join(packageFolder(), 'fixtures', 'recipes', 'notes'),
    version: packageVersion(),
    engine,
    removeDeadTemporaries: () => removeAllDeadTemporaries(settings),
    alerts, deliveries, platformRecords,
    pruneRecords,
    prunePorts: (opened) => ({ records, platform: platformRecords, sources: gitSourceCache({ cacheFolder: join(settings.cacheFolder, 'sources') }), done: pruneRecords, alerts, locks, clock, engine: opened, removeDeadTemporaries: () => removeAllDeadTemporaries(settings) }),
    relayPorts: { alerts, deliveries, channels: channelsFor(settings.alerts), locks, clock, from: settings.domain ?? hostname() },
    platformPorts: (opened) => ({
      engine: opened, sources, snapshots: snapshotsFor(opened, settings, clock), probes, records: platformRecords, secrets: fileSecretStore({ stateFolder: settings.stateFolder }), alerts, locks, clock, random, host: rules,
      // There is no queue yet that could be paused.
      drain: async () => ({ resume: async () => {} }),
    }),
    runPorts: (opened) => ({ engine: opened, sources, backups: backupsFor(opened), probes, records, locks, clock, random, host: rules }),
    async close() {
      for (const open of engines.values()) {
        const opened = await open
        if (!('unavailable' in opened)) await opened.close()
      }
    },
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

function hostRules(loaded: Loaded): HostRules {
  const { settings } = loaded
  return {
    allow: (recipe) => settings.allow[recipe] ?? [],
    sourceOf: (recipe) => (Object.hasOwn(settings.recipes, recipe) ? settings.recipes[recipe] : undefined),
    async configFor(recipe) {
      const file = join(settings.stateFolder, 'recipes', `${recipe}.yml`)
      return existsSync(file) ? { file, text: readFileSync(file, 'utf8') } : undefined
    },
    secret(name, recipe) {
      const recipes = settings.secrets[name]?.recipes
      if (recipes && !recipes.includes(recipe)) return undefined
      const file = settings.secrets[name]?.file
      return file === undefined ? undefined : readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    },
    proxyNetwork: settings.proxy.network,
    checksImage: settings.images.checks,
    limits: settings.limits,
  }
}


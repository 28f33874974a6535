import { commandsFor, databaseServices } from '../../domain/plan/databases.ts'
import { namedVolumes, namelessVolumes, sayNameless, volumeMounts } from '../../domain/plan/coverage.ts'
import type { DataProbe, UnprobedData } from '../../domain/model/run.ts'
import { isPortError } from '../../ports/port-error.ts'
import { act } from './actions.ts'
import { runningVersion, type RunContext } from './context.ts'
import { sqliteFiles, sqliteRead, sqliteWrite } from './sqlite.ts'

/**
 * Markers: small things that we put into every place that keeps data, and look for again after everything that could lose them.
 * One `Place` is one such place; `write` and `read` speak through whatever the place offers (a file, a database's own client, the
 * app's own HTTP interface).
 */
export interface Place {
  probe: DataProbe
  /** The volume it lies in, where that is known. */
  volume?: string
  write(name: string, value: string, signal: AbortSignal): Promise<void>
  /** The value under that name; null where there is none. */
  read(name: string, value: string, signal: AbortSignal): Promise<string | null>
}

/** Longest time for one exchange with an app or database, ms. */
const ONE_EXCHANGE = 60_000

/** A database without a health check runs, for its engine, before it answers: it is asked again for so long, ms. */
const COMES_UP_WITHIN = 60_000

/** Everything in which the running version keeps data, and what we cannot see into. */
export async function findPlaces(context: RunContext, signal: AbortSignal): Promise<{ places: Place[]; unprobed: UnprobedData[] }> {
  const { recipe } = runningVersion(context)
  const places: Place[] = []
  const unprobed: UnprobedData[] = []
  const databaseVolumes = new Set<string>()

  const repositoryOf = (service: string) => recipe.images.find((use) => use.service === service)?.repository
  for (const { service, kind } of databaseServices(recipe.stack.services, repositoryOf)) {
    const commands = commandsFor(kind)
    const volumes = volumeMounts(recipe, service).map((mount) => mount.source!)
    if (volumes.length === 0) {
      unprobed.push({ what: `${kind} in service ${service}`, why: 'it keeps its data in no named volume: nothing of it would outlive an upgrade' })
      continue
    }
    for (const volume of volumes) databaseVolumes.add(volume)
    places.push({
      probe: { service, kind, what: `${kind} in ${service}` },
      volume: volumes[0],
      write: async (name, value, stop) => {
        await askDatabase(context, service, commands.write(name, value), stop)
      },
      read: async (name, _value, stop) => (await askDatabase(context, service, commands.read(name), stop)).trim() || null,
    })
  }

  const seen = new Set<string>()
  for (const service of Object.keys(recipe.stack.services)) {
    for (const mount of volumeMounts(recipe, service)) {
      const volume = mount.source!
      if (seen.has(volume) || mount.read_only) continue
      seen.add(volume)
      const pathOf = (name: string) => `${mount.target.replace(/\/$/, '')}/.cc-ci-marker-${name}`
      places.push({
        probe: { service, kind: 'volume', what: volume },
        volume,
        write: (name, value) => context.ports.engine.writeFile(context.app, service, pathOf(name), new TextEncoder().encode(value)),
        read: async (name) => {
          try {
            return new TextDecoder().decode(await context.ports.engine.readFile(context.app, service, pathOf(name)))
          } catch (error) {
            if (isPortError(error, 'not-found')) return null
            throw error
          }
        },
      })
    }
  }
  for (const volume of namedVolumes(recipe)) {
    if (!seen.has(volume)) unprobed.push({ what: `volume ${volume}`, why: 'every service mounts it read-only' })
  }

  for (const volume of namelessVolumes(recipe)) unprobed.push({ what: `volume ${sayNameless(volume)}`, why: 'it has no name: each new container begins with an empty one' })

  const plain = [...seen].filter((volume) => !databaseVolumes.has(volume))
  if (plain.length > 0) {
    const found = await sqliteFiles(context, plain, signal)
    if ('trouble' in found) unprobed.push({ what: `SQLite files in ${plain.join(', ')}`, why: found.trouble })
    else {
      for (const file of found.files) {
        places.push({
          probe: { service: '', kind: 'sqlite', what: `${file.path} in volume ${file.volume}` },
          volume: file.volume,
          write: (name, value, stop) => sqliteWrite(context, file, name, value, stop),
          read: (name, _value, stop) => sqliteRead(context, file, name, stop),
        })
      }
    }
  }

  for (const declared of recipe.config.data) {
    places.push({
      probe: { service: declared.read.do === 'exec' ? declared.read.service : '', kind: 'declared', what: declared.name },
      write: async (name, value, stop) => {
        const done = await act(context, declared.write, stop, `${name}-${value}`)
        if (!done.ok) throw new Error(done.got)
      },
      read: async (name, value, stop) => {
        const done = await act(context, declared.read, stop, `${name}-${value}`)
        if (done.ok) return value
        if (!done.answered) throw new Error(done.got)
        return null
      },
    })
  }
  return { places, unprobed }
}

/** A database that still comes up, or sets up its data for the first time, refuses in many words: each of them may be over a moment later. */
async function askDatabase(context: RunContext, service: string, argv: [string, ...string[]], signal: AbortSignal): Promise<string> {
  const { clock } = context.ports
  const until = clock.monotonic() + COMES_UP_WITHIN
  for (let pace = 250; ; pace = Math.min(2_000, pace * 2)) {
    try {
      return await execute(context, service, argv, signal)
    } catch (error) {
      if (signal.aborted || clock.monotonic() + pace >= until) throw error
      await clock.pause(pace, signal)
    }
  }
}

async function execute(context: RunContext, service: string, argv: [string, ...string[]], signal: AbortSignal): Promise<string> {
  const result = await context.ports.engine.exec(context.app, service, { argv, timeoutMs: ONE_EXCHANGE, signal })
  if (result.exitCode === 0) return result.stdout
  const says = (result.stderr || result.stdout).trim().split('\n').slice(-3).join(' ')
  throw new Error(result.timedOut ? `no answer within ${ONE_EXCHANGE / 1000} s` : `exit code ${result.exitCode}: ${says}`)
}

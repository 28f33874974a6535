import { isRecordTrouble } from '../../domain/model/journal.ts'
import type { Alerts } from '../../ports/alerts.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Engine } from '../../ports/engine.ts'
import type { Held, Locks } from '../../ports/lock.ts'
import type { PlatformRecord, PlatformRecords } from '../../ports/platform-records.ts'
import type { Probes } from '../../ports/probe.ts'
import type { SecretStore } from '../../ports/secret-store.ts'
import type { Snapshots } from '../../ports/snapshots.ts'
import type { Source, Sources } from '../../ports/source.ts'
import { PULL_LIMIT } from '../app/pull-reason.ts'
import { within } from '../app/within.ts'
import type { HostRules } from '../run/context.ts'
import type { PlatformPorts } from './context.ts'

/** Everything of a port that can keep us waiting. A method that is new there does not compile here until it has its limit. */
type Limits<Port> = { [Method in keyof Port as Port[Method] extends (...given: never[]) => Promise<unknown> ? Method : never]: number }

/** For a word with a program on this machine, ms. */
const WORD = 60_000
/** For a file or a few. */
const FILES = 60_000
/** Longer than the limits that adapters have of their own: this one is for an adapter that hangs. */
const WORK = 15 * 60_000
/** To stop services takes an adapter as long as the longest stop grace, which is the recipe's to say, and minutes besides. */
const STOP = 24 * 60 * 60_000
/** For all bytes of an app, whatever its size: a restore that is ended begins again from the front, so that only what hangs may ever meet this. */
const DATA = 7 * 24 * 60 * 60_000
/** Runs in flight come to their end within their own deadlines. */
const DRAIN = 4 * 60 * 60_000

const engine: Limits<Engine> = {
  facts: WORD, pull: PULL_LIMIT + WORD, createSecret: WORD, deploy: 5 * WORD, observe: WORD, logs: WORD, exec: WORK, readFile: WORK, writeFile: WORK, runJob: DATA,
  removeServices: STOP, keepImages: WORK, images: WORD, removeImage: WORK, remove: STOP, volumes: WORD, removeVolumes: WORK, inventory: WORD, routes: WORD, reach: WORD, usage: WORD, close: WORD,
}
const sources: Limits<Sources> = { open: WORK }
const source: Limits<Source> = { resolve: WORK, releases: WORK, tree: WORK, checkout: WORK }
const snapshots: Limits<Snapshots> = { space: DATA, take: DATA, verify: DATA, list: FILES, documents: FILES, restore: DATA, differences: DATA, drop: WORK, sweep: WORK }
const probes: Limits<Probes> = { http: WORD }
const records: Limits<PlatformRecords> = { read: FILES, kept: FILES, open: FILES }
const record: Limits<PlatformRecord> = { append: FILES, commit: FILES, kept: FILES, keep: FILES, clearCheckout: WORK, dropVersions: WORK, close: FILES }
const secrets: Limits<SecretStore> = { get: FILES, put: FILES, sealed: FILES }
const alerts: Limits<Alerts> = { raise: FILES, resolve: FILES, list: FILES, acknowledge: FILES }
/** To wait for a lock that somebody holds is no hang: whoever calls `acquire` says how long. */
const locks: Omit<Limits<Locks>, 'acquire'> = { tryAcquire: FILES, holder: FILES }
const held: Limits<Held> = { release: FILES }
const host: Limits<HostRules> = { configFor: FILES, obstacle: FILES }

/**
 * The same ports, each call of which ends: one that gives no answer in its time is a `timeout` like any other that a port reports. What hangs there may still
 * happen later. So it is never taken for done, and never for undone: the operation stands still, and the next process looks.
 */
export function withDeadlines(ports: PlatformPorts): PlatformPorts {
  const { clock } = ports
  return {
    ...ports,
    engine: bound(ports.engine, 'the engine', engine, clock),
    snapshots: bound(ports.snapshots, 'the snapshots', snapshots, clock),
    probes: bound(ports.probes, 'the probe', probes, clock),
    secrets: bound(ports.secrets, 'the secret store', secrets, clock),
    alerts: bound(ports.alerts, 'the alerts', alerts, clock),
    sources: bound({ open: async (where, signal) => bound(await ports.sources.open(where, signal), 'the recipe', source, clock) }, 'the recipe', sources, clock),
    records: bound(
      {
        read: (app) => ports.records.read(app),
        kept: (app, at) => ports.records.kept(app, at),
        async open(app) {
          const opened = await ports.records.open(app)
          return isRecordTrouble(opened) ? opened : bound(opened, 'the record', record, clock)
        },
      },
      'the record', records, clock,
    ),
    locks: bound(
      {
        ...ports.locks,
        async tryAcquire(name, why) {
          const lock = await ports.locks.tryAcquire(name, why)
          return 'heldBy' in lock ? lock : bound(lock, 'the lock', held, clock)
        },
      },
      'the locks', locks, clock,
    ),
    host: bound(ports.host, "the host's settings", host, clock),
    drain: async (why, signal) => {
      const drained = await within(clock, DRAIN, 'to drain from the runs in flight', () => ports.drain(why, signal))
      return { resume: () => within(clock, WORD, 'to resume from the queue', () => drained.resume()) }
    },
  }
}

function bound<Port extends object>(port: Port, who: string, limits: Partial<Limits<Port>>, clock: Clock): Port {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      const limit = limits[key as keyof Limits<Port>]
      if (typeof value !== 'function' || limit === undefined) return value
      return (...given: unknown[]) => within(clock, limit, `to ${String(key)} from ${who}`, () => value.apply(target, given) as Promise<unknown>)
    },
  })
}

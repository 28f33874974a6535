import { isRecordTrouble } from '../../src/domain/model/journal.ts'
import type { KeptVersion } from '../../src/domain/model/platform.ts'
import type { AppState, HostRoute, Resource, VolumeFolder } from '../../src/domain/model/engine-state.ts'
import type { Alerts } from '../../src/ports/alerts.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Engine, Reach } from '../../src/ports/engine.ts'
import type { Held, Locks } from '../../src/ports/lock.ts'
import type { PlatformRecord, PlatformRecords } from '../../src/ports/platform-records.ts'
import { PortError, type PortErrorKind } from '../../src/ports/port-error.ts'
import type { ProbeAnswer, Probes } from '../../src/ports/probe.ts'
import type { SecretStore } from '../../src/ports/secret-store.ts'
import { type Snapshot, type Snapshots, SnapshotError } from '../../src/ports/snapshots.ts'
import type { Source, Sources } from '../../src/ports/source.ts'
import type { HostRules } from '../../src/workflows/run/context.ts'
import type { PlatformPorts } from '../../src/workflows/reconcile/context.ts'

/** What a reconcile reaches the outside through; what a port opens is a port of its own. */
export interface AllPorts {
  engine: Engine
  snapshots: Snapshots
  sources: Sources
  source: Source
  probes: Probes
  records: PlatformRecords
  record: PlatformRecord
  secrets: SecretStore
  alerts: Alerts
  locks: Locks
  held: Held
  clock: Clock
  host: HostRules
  drain: { drain: PlatformPorts['drain']; resume(): Promise<void> }
}

export type PortName = keyof AllPorts

type MethodOf<Port> = { [Key in keyof Port]: Port[Key] extends (...given: never[]) => unknown ? Key : never }[keyof Port]

/** How one method can go wrong. All of them may fail and hang, unless they are not what can. */
export type Row =
  | { /** What it answers instead, in words, and made from what it should; undefined for `instead`: as the title says, nothing was done. */ wrong: Record<string, Wrong> }
  /** It works in this process alone: there is no call that could fail or hang. */
  | { inProcess: Record<string, Wrong> }
  | 'not called by an upgrade'
  | 'called only where something else went wrong'

/** `done` false: what was asked for is not done. */
export interface Wrong {
  done: boolean
  answers(right: unknown, given: unknown[]): unknown
}

const lies = <T>(answers: (right: T) => unknown): Wrong => ({ done: true, answers: (right) => answers(right as T) })
const onlySays = (answer?: unknown): Wrong => ({ done: false, answers: () => answer })
const saysItFailed: Wrong = { done: true, answers: () => { throw new PortError('unexpected', 'it says that it failed') } }

/**
 * Every method of every port that a reconcile uses, derived from the ports: one that is new does not compile until it has a row here, and one of an adapter that
 * stands in no port is found by the test.
 */
export const rows: { [Port in PortName]: Record<MethodOf<AllPorts[Port]>, Row> } = {
  engine: {
    facts: 'not called by an upgrade',
    pull: { wrong: { 'another digest': lies<{ digest: string }>((right) => ({ ...right, digest: `sha256:${'0'.repeat(64)}` })) } },
    createSecret: { wrong: { 'it is there, and it is not': onlySays() } },
    deploy: { wrong: { 'it is deployed, and it is not': onlySays({ at: 0, services: [] }) } },
    watch: { wrong: {} },
    observe: { wrong: { 'nothing runs': lies<AppState>((right) => ({ ...right, services: [], tasks: [] })) } },
    logs: { wrong: { 'no lines': onlySays([]) } },
    exec: 'not called by an upgrade',
    readFile: 'not called by an upgrade',
    writeFile: 'not called by an upgrade',
    runJob: 'not called by an upgrade',
    keepImages: { wrong: { 'they are kept, and they are not': onlySays() } },
    images: 'not called by an upgrade',
    removeImage: 'not called by an upgrade',
    removeServices: { wrong: { 'they are gone, and they are not': onlySays() } },
    remove: { wrong: { 'it is gone, and it is not': onlySays() } },
    removeVolumes: { wrong: { 'they are gone, and they are not': onlySays() } },
    volumes: { wrong: { 'there is none': lies<VolumeFolder[]>(() => []) } },
    inventory: { wrong: { 'there is nothing': lies<Resource[]>(() => []) } },
    routes: { wrong: { 'there is none': lies<HostRoute[]>(() => []) } },
    reach: { wrong: { 'an address where nobody listens': lies<Reach>((right) => ({ ...right, port: 9 })) } },
    usage: 'not called by an upgrade',
    close: 'not called by an upgrade',
  },
  snapshots: {
    space: { wrong: { 'there is no room': onlySays({ needsBytes: 2, freeBytes: 1 }) } },
    take: { wrong: { 'it is taken, and it is not': onlySays({ id: '1-0', app: 'scene', at: 0, folders: [], documents: [], entries: 0, bytes: 0, storedBytes: 0 }) } },
    verify: { wrong: { 'it holds no folder': lies<Snapshot>((right) => ({ ...right, folders: [] })), 'it is damaged': { done: true, answers: () => { throw new SnapshotError('damaged', 'a hash differs') } } } },
    list: 'called only where something else went wrong',
    documents: 'not called by an upgrade',
    restore: { wrong: { 'it is restored, and it is not': onlySays({ written: 0, removed: 0 }) } },
    differences: { wrong: { 'a file differs': onlySays(['data/made']) } },
    drop: 'called only where something else went wrong',
    sweep: 'not called by an upgrade',
  },
  sources: { open: { wrong: {} } },
  source: {
    resolve: 'not called by an upgrade',
    releases: { wrong: { 'there is none': onlySays({ releases: [], ignored: [] }) } },
    tree: { wrong: { 'it is empty': onlySays({ files: new Map() }) } },
    checkout: { wrong: { 'it is there, and it is not': onlySays() } },
  },
  probes: {
    http: {
      wrong: {
        "the proxy's own page": lies<ProbeAnswer>((right) => ({ ...right, kind: 'answered', status: 404, headers: {}, body: '404 page not found\n' })),
        'it was refused': onlySays({ kind: 'refused', says: 'ECONNREFUSED', ms: 1 }),
      },
    },
  },
  records: {
    read: 'not called by an upgrade',
    kept: 'not called by an upgrade',
    open: { wrong: { 'it cannot be read': onlySays({ trouble: 'torn', file: 'journal.jsonl', says: 'it ends in the middle', mend: 'Compare it with a copy.' }) } },
  },
  record: {
    append: { wrong: { 'it says that it failed, and the line is there': saysItFailed } },
    commit: { wrong: { 'it says that it failed, and it is there': saysItFailed, 'it is written, and it is not': onlySays() } },
    checkout: { inProcess: {} },
    kept: { wrong: { 'there is none': onlySays(null), 'of another version': lies<KeptVersion | null>((right) => right && { ...right, version: '9.9.9+9', stack: { ...right.stack, services: {} } }) } },
    keep: { wrong: { 'it is kept, and it is not': onlySays() } },
    clearCheckout: { wrong: { 'it is gone, and it is not': onlySays() } },
    dropVersions: { wrong: { 'they are gone, and they are not': onlySays() } },
    close: { wrong: {} },
  },
  secrets: {
    get: { wrong: { 'there is none': onlySays(undefined), 'another value': lies<string | undefined>(() => 'another') } },
    put: { wrong: { 'it is kept, and it is not': onlySays() } },
    sealed: { wrong: { 'there is none': onlySays(null) } },
  },
  alerts: {
    raise: { wrong: { 'it is raised, and it is not': onlySays(true) } },
    resolve: { wrong: { 'it was not raised': onlySays(false) } },
    list: { wrong: { 'there is none': onlySays({ open: [], seen: [], damaged: [] }) } },
    acknowledge: 'not called by an upgrade',
  },
  locks: {
    tryAcquire: { wrong: { 'somebody holds it': { done: false, answers: () => ({ heldBy: { pid: 1, why: 'a test', since: 0 } }) } } },
    acquire: 'not called by an upgrade',
    holder: 'not called by an upgrade',
  },
  held: { release: { wrong: {} } },
  clock: {
    now: { inProcess: { 'two hours back': lies<number>((right) => right - 7_200_000), 'two days ahead': lies<number>((right) => right + 172_800_000) } },
    monotonic: { inProcess: {} },
    jumpedMs: 'not called by an upgrade',
    pause: { inProcess: {} },
    deadline: { inProcess: {} },
  },
  host: {
    allow: { inProcess: { 'everything is refused': lies<string[]>(() => []) } },
    configFor: { wrong: {} },
    obstacle: { wrong: {} },
    secret: 'not called by an upgrade',
    sourceOf: 'not called by an upgrade',
  },
  drain: { drain: { wrong: {} }, resume: { wrong: {} } },
}

/** What some calls answer is a port of its own. */
const OPENS = new Map<string, PortName>([['sources.open', 'source'], ['records.open', 'record'], ['locks.tryAcquire', 'held'], ['drain.drain', 'drain']])

export type Fault = { how: 'fails'; kind: PortErrorKind } | { how: 'hangs' } | { how: 'wrong'; wrong: Wrong; /** From then on, and not once. */ stays: boolean }

export interface Faulty {
  ports: Partial<PlatformPorts>
  /** How often the call was met by its fault. */
  met(): number
  /** By `port.method`: how often it was called at all. */
  called: Map<string, number>
  /** Methods that no row knows. */
  unknown: Set<string>
  /** What the kernel does when a process ends: its files are closed, and locks that it still holds are free. */
  end(): Promise<void>
}

/** The ports, of which one call goes wrong once, after so many that did not. A clock whose deadline fires as soon as its call hangs goes with it. */
export function withFault(ports: PlatformPorts, [port, method]: [PortName, string], given: { fault: Fault; skip: number }): Faulty {
  const called = new Map<string, number>()
  const unknown = new Set<string>()
  const open: Array<() => Promise<void>> = []
  const fire = drivenBy(ports.clock)
  let left = given.skip
  let met = 0

  const wrap = <T extends object>(name: PortName, whole: T): T =>
    new Proxy(whole, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key)
        if (typeof value !== 'function') return value
        if (!(String(key) in rows[name])) unknown.add(`${name}.${String(key)}`)
        return (...asked: unknown[]) => {
          called.set(`${name}.${String(key)}`, (called.get(`${name}.${String(key)}`) ?? 0) + 1)
          const right = () => value.apply(target, asked) as unknown
          if (name !== port || key !== method) return opened(name, key, right())
          left -= 1
          const { fault } = given
          if (left !== -1 && !(left < -1 && fault.how === 'wrong' && fault.stays)) return opened(name, key, right())
          met += 1
          if (key === 'watch') return brokenStream(fault)
          switch (fault.how) {
            case 'fails':
              return Promise.reject(new PortError(fault.kind, `${method} was told to fail`, { says: 'told to' }))
            case 'hangs':
              fire()
              return new Promise(() => {})
            case 'wrong': {
              if (isInProcess(name, method)) return fault.wrong.answers(right(), asked)
              return (async () => fault.wrong.answers(fault.wrong.done ? await right() : undefined, asked))()
            }
          }
        }
      },
    })

  const opened = (name: PortName, key: string | symbol, answer: unknown): unknown => {
    const as = OPENS.get(`${name}.${String(key)}`)
    if (!as) return answer
    return (answer as Promise<object>).then((object) => {
      if (isRecordTrouble(object) || 'heldBy' in object) return object
      if (as === 'held') open.push(() => (object as Held).release())
      if (as === 'record') open.push(() => (object as PlatformRecord).close())
      return wrap(as, object)
    })
  }

  const drain = wrap('drain', { drain: ports.drain, resume: async () => {} })
  return {
    met: () => met,
    called,
    unknown,
    end: async () => {
      for (const close of open) await close()
    },
    ports: {
      engine: wrap('engine', ports.engine), snapshots: wrap('snapshots', ports.snapshots), sources: wrap('sources', ports.sources), probes: wrap('probes', ports.probes),
      records: wrap('records', ports.records), secrets: wrap('secrets', ports.secrets), alerts: wrap('alerts', ports.alerts), locks: wrap('locks', ports.locks),
      clock: wrap('clock', fire.clock), host: wrap('host', ports.host), drain: (why, signal) => drain.drain(why, signal),
    },
  }
}

export function isInProcess(port: PortName, method: string): boolean {
  const row = (rows[port] as Record<string, Row>)[method]
  return typeof row === 'object' && 'inProcess' in row
}

/** One that breaks, or that tells nothing and does not end when it is told to. */
function brokenStream(fault: Fault): AsyncIterable<never> {
  const next = () => (fault.how === 'fails' ? Promise.reject(new PortError(fault.kind, 'watch was told to fail')) : new Promise<never>(() => {}))
  return { [Symbol.asyncIterator]: () => ({ next }) }
}

/** A clock of which the deadline that was set last fires when it is told to: no test waits for a quarter of an hour. */
function drivenBy(real: Clock): (() => void) & { clock: Clock } {
  let last = new AbortController()
  const clock: Clock = {
    ...real,
    deadline(ms) {
      const { signal, cancel } = real.deadline(ms)
      const told = new AbortController()
      last = told
      return { signal: AbortSignal.any([signal, told.signal]), cancel }
    },
  }
  return Object.assign(() => last.abort(), { clock })
}

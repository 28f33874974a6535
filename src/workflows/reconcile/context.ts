import { type App, stackNameOf } from '../../domain/model/app.ts'
import type { LostRequests, PlatformApp } from '../../domain/model/platform.ts'
import type { Alerts } from '../../ports/alerts.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Engine } from '../../ports/engine.ts'
import type { Locks } from '../../ports/lock.ts'
import type { PlatformRecord, PlatformRecords } from '../../ports/platform-records.ts'
import type { Probes } from '../../ports/probe.ts'
import type { Random } from '../../ports/random.ts'
import type { SecretStore } from '../../ports/secret-store.ts'
import type { Snapshots } from '../../ports/snapshots.ts'
import type { Source, Sources } from '../../ports/source.ts'
import type { HostRules } from '../run/context.ts'

/** What a reconcile needs of the outside; made once by the wiring. */
export interface PlatformPorts {
  engine: Engine
  sources: Sources
  snapshots: Snapshots
  probes: Probes
  records: PlatformRecords
  secrets: SecretStore
  alerts: Alerts
  locks: Locks
  clock: Clock
  random: Random
  host: HostRules
  /**
   * Called before the first thing is touched: the queue pauses, and runs in flight come to their end within their deadlines. `resume` lets it go on.
   * Runs need the proxy; a run that loses it would blame its recipe.
   */
  drain(why: string, signal: AbortSignal): Promise<{ resume(): Promise<void> }>
}

/** Somebody at an app behind the proxy while the proxy is changed. What they meet is counted and decides nothing: that is for the gate. */
export interface Visitor {
  soFar(): LostRequests
  leave(): Promise<void>
}

/** All that the steps of one operation share. */
export interface ReconcileContext {
  ports: PlatformPorts
  app: PlatformApp
  instance: App
  record: PlatformRecord
  /** Opened when first asked for: going back must not need it. */
  source(): Promise<Source>
  /** Of the direction in which it goes now. */
  signal: AbortSignal
  say(text: string): void
  /** What the services wrote last when a gate failed; for the alert. */
  lastLines: string[]
  /** Of an app behind the proxy, for as long as it is changed; undefined where there is none. */
  visitor: Visitor | undefined
}

/** What its resources are labelled with: no run's name, so that no clean-up of runs takes it for one (trap 29). */
export function instanceOf(app: Pick<PlatformApp, 'name' | 'domain'>): App {
  return { domain: app.domain, stack: stackNameOf(app.domain), run: `platform-${app.name}` }
}

export function lockOf(app: Pick<PlatformApp, 'name'>): string {
  return `platform:${app.name}`
}

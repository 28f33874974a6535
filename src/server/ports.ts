import type { ServerSettings } from '../domain/model/server.ts'
import type { Alerts } from '../ports/alerts.ts'
import type { Clock } from '../ports/clock.ts'
import type { Locks } from '../ports/lock.ts'
import type { RunRecords } from '../ports/run-records.ts'

/** What the server needs. It only reads. */
export interface ServerContext {
  server: ServerSettings
  alerts: Pick<Alerts, 'list'>
  records: Pick<RunRecords, 'list' | 'read'>
  locks: Pick<Locks, 'holder'>
  clock: Pick<Clock, 'now'>
  version: string
  /** Which installation this is, by its state folder. */
  stateId: string
  /** ms UTC */
  startedAt: number
}

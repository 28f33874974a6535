import type { App } from '../../../domain/model/app.ts'
import type { EngineEvent } from '../../../domain/model/engine-state.ts'
import { bodyLines } from './body-lines.ts'
import { filters } from './connection.ts'
import { DOCKER_SERVICE, DOCKER_STACK } from './labels.ts'
import type { Parts } from './parts.ts'

/** ms between attempts to open the stream again. */
const REOPEN_PACE_MS = 250

interface ApiEvent {
  Type: string
  Action: string
  Actor: { ID: string; Attributes?: Record<string, string> | null }
  timeNano?: number
  time: number
}

/**
 * What the engine says happens to an app.
 *
 * The stream is open before `present` is said, so nothing that happens after it is missed. After a break it is opened again and `present` is said again: the engine keeps only some 256 events, so the state has to be looked at anew.
 * Never said here: a task that is rejected or cannot be placed (trap 67). There is no event for it; callers look at their own pace too.
 */
export async function* watch(parts: Parts, app: App, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  let lost: string | undefined
  while (!signal.aborted && !parts.connection.isClosed()) {
    try {
      const body = await openEvents(parts, signal)
      try {
        yield { at: parts.clock.now(), kind: 'present', text: lost === undefined ? 'watching' : `watching again: ${lost}` }
        lost = 'the event stream had ended'
        for await (const line of bodyLines(body)) {
          const heard = JSON.parse(line) as ApiEvent
          const event = readEvent(heard, app)
          if (event?.exitCode !== undefined) parts.deaths.heard(heard.Actor.ID, event.exitCode)
          if (event) yield event
        }
      } finally {
        body.destroy()
      }
    } catch (error) {
      if (signal.aborted || parts.connection.isClosed()) return
      const now: string = (error as Error).message
      if (now !== lost) yield { at: parts.clock.now(), kind: 'other', text: `events are not heard: ${now}` }
      lost = now
    }
    await parts.clock.pause(REOPEN_PACE_MS, signal)
  }
}

async function openEvents(parts: Parts, signal: AbortSignal) {
  return await parts.connection.open({
    to: 'listening to events',
    path: '/events',
    query: {
      // Named, because every health check makes three `exec_*` events.
      ...filters({
        type: ['container', 'service', 'network'],
        event: ['create', 'start', 'die', 'oom', 'health_status', 'destroy', 'update', 'remove'],
      }),
    },
    signal,
  })
}

function readEvent(event: ApiEvent, app: App): EngineEvent | undefined {
  const attributes = event.Actor.Attributes ?? {}
  const prefix = `${app.stack}_`
  const fullName = event.Type === 'container' ? attributes[DOCKER_SERVICE] : attributes.name
  const belongs = event.Type === 'container' ? attributes[DOCKER_STACK] === app.stack : fullName?.startsWith(prefix)
  if (!belongs) return undefined
  const service = event.Type === 'network' ? undefined : fullName?.slice(prefix.length)
  const at = event.timeNano === undefined ? event.time * 1000 : Math.floor(event.timeNano / 1e6)
  const base = { at, ...(service && { service }) }
  const what = `${event.Type} ${attributes.name ?? event.Actor.ID.slice(0, 12)}`
  if (event.Type === 'network') return { ...base, kind: 'other', text: `${what}: ${event.Action}` }
  if (event.Type === 'service') {
    const update = attributes['updatestate.new']
    const kind = event.Action === 'remove' ? 'removed' : event.Action === 'update' ? 'updated' : 'other'
    return { ...base, kind, text: `${what}: ${event.Action}${update ? ` (${attributes['updatestate.old'] ?? 'none'} → ${update})` : ''}` }
  }
  switch (event.Action) {
    case 'create':
      return { ...base, kind: 'created', text: `${what}: created` }
    case 'start':
      return { ...base, kind: 'started', text: `${what}: started` }
    case 'die': {
      const exitCode = attributes.exitCode === undefined ? undefined : Number(attributes.exitCode)
      return { ...base, kind: 'exited', text: `${what}: exited with ${attributes.exitCode ?? 'no code'}`, ...(exitCode !== undefined && { exitCode }) }
    }
    case 'oom':
      return { ...base, kind: 'oom', text: `${what}: out of memory` }
    case 'destroy':
      return { ...base, kind: 'removed', text: `${what}: removed` }
    case 'health_status: healthy':
      return { ...base, kind: 'healthy', text: `${what}: healthy` }
    case 'health_status: unhealthy':
      return { ...base, kind: 'unhealthy', text: `${what}: unhealthy` }
    default:
      return { ...base, kind: 'other', text: `${what}: ${event.Action}` }
  }
}

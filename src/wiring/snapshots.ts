import { callWorld } from '../adapters/engine/scripted/call.ts'
import { scriptedSnapshots } from '../adapters/snapshot/scripted/snapshots.ts'
import type { Clock } from '../ports/clock.ts'
import type { Engine } from '../ports/engine.ts'
import type { Snapshots } from '../ports/snapshots.ts'
import type { Settings } from '../settings/settings.ts'

/** Snapshots of what an engine keeps. */
export function snapshotsFor(engine: Engine, settings: Settings, _clock: Clock): Snapshots {
  const socket = settings.scriptedSocket
  if (engine.kind === 'scripted' && socket !== undefined) return scriptedSnapshots({ call: (method, args, signal) => callWorld(socket, method, args, signal) })
  throw new Error('snapshots of folders are not there yet')
}

import { join } from 'node:path'
import { folderSnapshots } from '../adapters/snapshot/folder/snapshots.ts'
import { scriptedSnapshots } from '../adapters/snapshot/scripted/snapshots.ts'
import type { Clock } from '../ports/clock.ts'
import type { Engine } from '../ports/engine.ts'
import type { Snapshots } from '../ports/snapshots.ts'
import type { Settings } from '../settings/settings.ts'
import { scriptedCall } from './scripted-call.ts'

/** Snapshots of what an engine keeps: `<state>/platform/<app>/snapshot/`, beside the records and never around them (trap 18). */
export function snapshotsFor(engine: Engine, settings: Pick<Settings, 'stateFolder' | 'scriptedSocket'>, clock: Clock): Snapshots {
  const socket = settings.scriptedSocket
  if (engine.kind === 'scripted' && socket !== undefined) return scriptedSnapshots({ call: scriptedCall(socket) })
  return folderSnapshots({ root: join(settings.stateFolder, 'platform'), clock })
}

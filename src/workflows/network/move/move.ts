import { isRecordTrouble, type PauseReason, type RecordTrouble } from '../../../domain/model/journal.ts'
import type { DockerNetwork, Subnet } from '../../../domain/model/network.ts'
import type { MoveOutcome } from '../../../domain/model/network-move.ts'
import type { PlatformAppName } from '../../../domain/model/platform.ts'
import type { Held, Holder } from '../../../ports/lock.ts'
import { isPortError } from '../../../ports/port-error.ts'
import type { MoveRecord } from '../../../ports/network-moves.ts'
import { walk } from '../../journal/operation.ts'
import { lockOf } from '../../reconcile/context.ts'
import { afterwards } from '../../reconcile/afterwards.ts'
import type { EndSignals } from '../../app/end-signals.ts'
import { type MoveContext, moveLock, type MovePorts } from './context.ts'
import { moveWays, touched } from './ways.ts'

/** What became of it. */
export type Moved =
  | { is: 'ended'; outcome: MoveOutcome }
  /** It stands still in the middle; `down`: apps may be. */
  | { is: 'paused'; because: PauseReason; why: string; next: string; down: boolean }
  | { is: 'busy'; with: string; holder: Holder }
  | { is: 'damaged'; trouble: RecordTrouble }

export interface MoveGiven {
  /** The network's name. */
  name: string
  /** Begin with it, unless one is open: then that one is taken up. */
  begin: { of: DockerNetwork; to: Subnet } | null
  /** Nobody reconciles any of them meanwhile. */
  apps: PlatformAppName[]
  /** `cancel`: go back where something was touched. `abandon`: stop even that; the next start goes on. */
  signals: EndSignals
  say(text: string): void
}

/**
 *     locks ─► read the journal ─► begin, or take up ─► walk
 *
 * INVARIANTS
 * - The network's lock and those of all platform apps are held by the kernel from before the journal is read until the last step.
 * - A run that begins meanwhile sees the lock, or the open move, before it makes anything; one that began before is seen by its own lock.
 */
export async function move(ports: MovePorts, given: MoveGiven): Promise<Moved> {
  const held: Held[] = []
  const context: MoveContext = { ports, signal: given.signals.cancel, say: given.say }
  try {
    for (const [name, whose] of [[moveLock(given.name), `the move of ${given.name}`] as const, ...given.apps.map((app) => [lockOf({ name: app }), app] as const)]) {
      const lock = await ports.locks.tryAcquire(name, `moving network ${given.name}`)
      if ('heldBy' in lock) return { is: 'busy', with: whose, holder: lock.heldBy }
      held.push(lock)
    }
    const record = await ports.moves.open()
    if (isRecordTrouble(record)) return { is: 'damaged', trouble: record }
    try {
      return await carryOut(context, record, given)
    } finally {
      await afterwards(given, () => record.close())
    }
  } finally {
    for (const lock of held.toReversed()) await afterwards(given, () => lock.release())
  }
}

async function carryOut(context: MoveContext, record: MoveRecord, given: MoveGiven): Promise<Moved> {
  const { ports } = context
  if (record.history.open) {
    given.say(`going on with the move of ${record.history.open.of.name} to ${record.history.open.to} that was interrupted`)
    await record.append({ entry: 'resumed', pid: process.pid })
  } else if (given.begin) {
    const id = `move-${record.history.moves.length + 1}-${Buffer.from(ports.random.bytes(3)).toString('hex')}`
    await record.append({ entry: 'begun', move: id, of: given.begin.of, to: given.begin.to, pid: process.pid })
  }
  const open = record.history.open
  if (!open) return { is: 'ended', outcome: { is: 'untouched', why: 'There is no move to go on with.' } }
  try {
    const walked = await walk(record, moveWays(context), {
      forward: given.signals.cancel,
      back: given.signals.abandon,
      again: 'cc-ci network migrate --yes',
      onStep(step, direction) {
        if (direction === 'back') context.signal = given.signals.abandon
        given.say(step)
      },
    })
    if (walked.is === 'ended') return { is: 'ended', outcome: walked.outcome }
    return { ...walked, down: touched(open) }
  } catch (error) {
    // The journal itself could not be written: nothing more may be begun. What is open stays open.
    if (!isPortError(error)) throw error
    return { is: 'paused', because: 'host', why: error.message, next: 'Mend that, then: cc-ci network migrate --yes', down: touched(open) }
  }
}

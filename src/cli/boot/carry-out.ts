import { measuredSchedule } from '../../domain/boot/measured.ts'
import type { BootRecord, UnitOutcome } from '../../domain/model/boot.ts'
import { sayBoot } from '../../domain/report/boot/outcome.ts'
import { isPortError } from '../../ports/port-error.ts'
import { bringUp } from '../../workflows/boot/bring-up.ts'
import type { UnitToStart } from '../../workflows/boot/unit.ts'
import { relayAfter } from '../alerts/after.ts'
import { type Call, EXIT, InfraError, endedBySignal } from '../command.ts'
import { worstExit } from '../platform/words.ts'
import { bootProgress } from './progress.ts'

export interface CarryOut {
  does: BootRecord['does']
  units: readonly UnitToStart[]
  leftOut: ReadonlySet<string>
  /** Nobody else does the same at the same time. */
  lock: string
  /** ms to wait for whoever does; 0: leave. */
  waitMs: number
  /** Alerts are told at the end; not where somebody waits for this unit alone: a channel that is slow must not hold up who comes after it. */
  tells: boolean
}

/** Brings units up, or takes them down; tells how it goes, writes down how it went, and answers the exit code. */
export async function carryOut(call: Call, { does, units, leftOut, lock, waitMs, tells }: CarryOut): Promise<number> {
  const { io, services } = call
  const { clock, locks, signals, bootRecords } = services
  const held = await takeLock(call, { lock, waitMs, why: `boot ${does}` })
  const progress = bootProgress(call, units.map(({ name }) => name))
  try {
    const beganAt = clock.now()
    const named = does === 'up' ? (outcome: UnitOutcome) => outcome : asDown
    const outcomes = (await bringUp(clock, units, { signals, leftOut, tell: (event) => progress.tell(event.is === 'over' ? { ...event, outcome: named(event.outcome) } : event) })).map(named)
    progress.stop()
    const record: BootRecord = { schema: 1, does, beganAt, endedAt: clock.now(), units: outcomes }
    // What was done is done: that it could not be written down is said, and changes nothing.
    await bootRecords.keep(record).catch((error: unknown) => {
      if (!isPortError(error)) throw error
      io.err(error.message)
    })
    const exit = signals.cancel.aborted ? endedBySignal(signals.cancel) : worstExit(outcomes.map(({ exit: own, isOptional }) => (own !== EXIT.pass && isOptional ? EXIT.fail : own)))
    const { makespanMs, critical } = measuredSchedule(units, outcomes)
    if (call.json) io.out(JSON.stringify({ ...record, exit, tookMs: record.endedAt - beganAt, criticalMs: makespanMs, critical }, null, 2))
    else io.out(sayBoot(record))
    if (tells) await relayAfter(call)
    return exit
  } finally {
    progress.stop()
    await held.release()
  }

  async function takeLock({ services: { commandLine } }: Call, given: { lock: string; waitMs: number; why: string }) {
    if (given.waitMs > 0) return await locks.acquire(given.lock, given.why, { deadlineMs: given.waitMs, signal: signals.cancel, onWait: ({ pid, why }) => io.err(`waits for process ${pid}: ${why}`) })
    const taken = await locks.tryAcquire(given.lock, given.why)
    if (!('heldBy' in taken)) return taken
    throw new InfraError(`Process ${taken.heldBy.pid} is at it already: ${taken.heldBy.why}. Nothing was begun; to wait for it: ${commandLine(`boot ${does} --wait`)}`)
  }
}

/** The supervisor brings units to where they are wanted; here that is down. */
function asDown(outcome: UnitOutcome): UnitOutcome {
  return { ...outcome, is: outcome.is === 'up' ? 'down' : outcome.is === 'not-up' ? 'not-down' : outcome.is }
}

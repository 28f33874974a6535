import { Refusal } from './refusal.ts'
import type { PortErrorKind } from '../../../../ports/port-error.ts'

/** The calls that change something: each of them is a moment at which a run may be killed. */
export const CHANGING = new Set(['pull', 'createSecret', 'deploy', 'exec', 'writeFile', 'runJob', 'save', 'restore', 'discard', 'removeServices', 'remove', 'snapshotTake', 'snapshotRestore'])

/** Makes calls of one method go wrong: told by the call `fault`, or by the script of a service once it is deployed. */
export interface Fault {
  /** `changing`: every call that changes something. */
  method: string
  /** So many calls pass first. Default 0. */
  skip?: number
  /** So many calls are met. Default 1. */
  times?: number
  /** The call is held up so long, ms. */
  delayMs?: number
  /** What it then fails with; without a kind it does what it should. */
  kind?: PortErrorKind
  says?: string
  /** It fails after it was done: the caller cannot know. */
  done?: boolean
  /** No answer comes until `release`; `held` tells who waits for this moment. With `done` the effect is there already. */
  holds?: boolean
}

export interface Faults {
  waiting: Fault[]
  /** Ask for the moment at which a call is held. */
  onHeld: Set<() => void>
  held: boolean
  /** Calls that are held, and tasks that do not go before. */
  onRelease: Set<() => void>
}

/** Does one call, with whatever fault waits for it. */
export async function withFaults<T>(faults: Faults, method: string, work: () => T | Promise<T>): Promise<T> {
  const fault = nextFault(faults.waiting, method)
  if (!fault) return work()
  if (fault.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs).unref())
  const done = fault.done ? { value: await work() } : undefined
  if (fault.holds) await hold(faults)
  if (fault.kind) throw new Refusal(fault.kind, `The scripted engine was told to fail ${method}.`, fault.says ?? '')
  return done ? done.value : work()
}

function hold(faults: Faults): Promise<void> {
  faults.held = true
  for (const tell of faults.onHeld) tell()
  return new Promise((resolve) => void faults.onRelease.add(resolve))
}

/** Lets go of whatever waits for this. */
export function release(faults: Faults): void {
  for (const go of faults.onRelease) go()
  faults.onRelease.clear()
}

/** Resolves when a call is held. */
export function untilHeld(faults: Faults): Promise<void> {
  if (faults.held) return Promise.resolve()
  return new Promise((resolve) => void faults.onHeld.add(resolve))
}

function nextFault(waiting: Fault[], method: string): Fault | undefined {
  let met: Fault | undefined
  for (const fault of waiting) {
    if (fault.method !== method && !(fault.method === 'changing' && CHANGING.has(method))) continue
    if (fault.skip) fault.skip -= 1
    else if (!met && (fault.times ?? 1) > 0) {
      fault.times = (fault.times ?? 1) - 1
      met = fault
    }
  }
  return met
}

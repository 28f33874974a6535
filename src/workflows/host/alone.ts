import type { Holder, Locks } from '../../ports/lock.ts'
import { carryOut, type HostChange, type HostStep } from './step.ts'

/** One change of a host at a time, whoever asks and wherever their state is: `locks` are the machine's. */
const LOCK = 'host'

/** Looks at the host and changes it, with nobody else in between; `heldBy`: somebody else is changing it, and nothing was looked at. */
export async function changeAlone(
  locks: Locks,
  { why, steps, onChange, signal }: { why: string; steps(): Promise<HostStep[]>; onChange(change: HostChange): void; signal: AbortSignal },
): Promise<HostChange[] | { heldBy: Holder }> {
  const held = await locks.tryAcquire(LOCK, why)
  if ('heldBy' in held) return held
  try {
    return await carryOut(await steps(), onChange, signal)
  } finally {
    await held.release()
  }
}

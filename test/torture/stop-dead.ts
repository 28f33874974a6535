import { isRecordTrouble } from '../../src/domain/model/journal.ts'
import type { Held } from '../../src/ports/lock.ts'
import type { PlatformPorts } from '../../src/workflows/reconcile/context.ts'
import type { PlatformStage } from '../scenario/platform-stage.ts'

/**
 * A reconcile in this process that is cut off right before or right after a line of its journal, as if it had been killed there: it never comes back from that
 * call, for no deadline of its own wakes it any more, and the kernel's part is done for it, which closes its files and frees its lock. Costs no process. False: it
 * came to its end before.
 */
export async function stopDead(stage: PlatformStage, aim: { line: number; where: 'before' | 'after' }): Promise<boolean> {
  const opened: Array<() => Promise<void>> = []
  const { promise: died, resolve: die } = Promise.withResolvers<true>()
  const run = stage.reconcileHere((ports) => mortal(ports, aim, { opened, die: () => die(true) }))
  const isDead = await Promise.race([died, run.then(() => false)])
  if (isDead) for (const close of opened.toReversed()) await close()
  return isDead
}

function mortal({ records, locks, clock }: PlatformPorts, aim: { line: number; where: 'before' | 'after' }, given: { opened: Array<() => Promise<void>>; die(): void }): Partial<PlatformPorts> {
  let lines = 0
  let isDead = false
  const dead = () => {
    isDead = true
    given.die()
    return new Promise<never>(() => {})
  }
  return {
    clock: {
      ...clock,
      deadline(ms) {
        const { signal, cancel } = clock.deadline(ms)
        const heard = new AbortController()
        signal.addEventListener('abort', () => { if (!isDead) heard.abort(signal.reason) }, { once: true })
        return { signal: heard.signal, cancel }
      },
    },
    locks: {
      ...locks,
      async tryAcquire(name, why) {
        const held = await locks.tryAcquire(name, why)
        if (!('heldBy' in held)) given.opened.push(() => (held satisfies Held).release())
        return held
      },
    },
    records: {
      ...records,
      async open(app) {
        const record = await records.open(app)
        if (isRecordTrouble(record)) return record
        given.opened.push(() => record.close())
        const append: typeof record.append = async (entry) => {
          lines += 1
          if (lines === aim.line && aim.where === 'before') await dead()
          await record.append(entry)
          if (lines === aim.line && aim.where === 'after') await dead()
        }
        return new Proxy(record, { get: (target, key) => (key === 'append' ? append : Reflect.get(target, key)) })
      },
    },
  }
}

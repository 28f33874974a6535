import { isRecordTrouble } from '../../domain/model/journal.ts'
import type { PlatformApp } from '../../domain/model/platform.ts'
import { instanceOf, lockOf, type PlatformPorts } from '../reconcile/context.ts'
import { withDeadlines } from '../reconcile/deadlines.ts'
import { isAdopted } from '../reconcile/steps.ts'
import type { StartGiven, Started } from './unit.ts'

/**
 * Takes an app off the engine and keeps all that is its own: volumes, secrets, its record. What is known-good stays known-good, so that the next start brings
 * exactly that version back, behind its gate. Safe to repeat.
 */
export async function takeDown(given: PlatformPorts, app: PlatformApp, { cancel, say }: StartGiven): Promise<Started> {
  const ports = withDeadlines(given)
  const instance = instanceOf(app)
  const held = await ports.locks.tryAcquire(lockOf(app), `taking ${app.name} down`)
  if ('heldBy' in held) return { is: 'not-up', says: `process ${held.heldBy.pid} works on it: ${held.heldBy.why}`, exit: 3, mayPass: true }
  try {
    const known = await ports.records.read(app.name)
    if (!isRecordTrouble(known) && known.history.open) {
      // Going on with it later would find an app that is gone, and lay that at the version's door.
      return { is: 'not-up', says: `its ${known.history.open.kind} to ${known.history.open.to.version} stands in the middle`, next: `Let it come to its end first: cc-ci platform reconcile ${app.name}`, exit: 3, mayPass: false }
    }
    const services = (await ports.engine.observe(instance)).services.length
    if (services === 0) return { is: 'up', says: 'nothing of it is deployed', did: false, exit: 0 }
    say(services === 1 ? 'stops its service' : `stops its ${services} services`)
    await ports.engine.remove(instance, { data: 'keep', takeOver: !isRecordTrouble(known) && isAdopted(known.lastGood), signal: cancel })
    return { is: 'up', says: 'its volumes, secrets and known-good are kept', did: true, exit: 0 }
  } finally {
    await held.release()
  }
}

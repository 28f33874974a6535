import type { PauseReason } from '../../domain/model/journal.ts'
import type { OpenOperation } from '../../domain/model/platform.ts'
import { converge } from '../../domain/plan/converge.ts'
import { isPortError } from '../../ports/port-error.ts'
import type { ReconcileContext } from './context.ts'
import { deploymentFound } from './gate.ts'
import { deployedIn } from './steps.ts'
import type { Down } from './told.ts'
import { mayBeDown } from './ways.ts'

/**
 * Whether the app is down while its operation stands still. Where the operation took it down, the engine is asked once what stands now; where it does not answer,
 * or what stands did not pass, nobody knows. `isLeft`: even that is not waited for.
 */
export async function downNow({ ports, instance }: Pick<ReconcileContext, 'ports' | 'instance'>, operation: OpenOperation, { because, isLeft }: { because: PauseReason; isLeft: boolean }): Promise<Down> {
  if (!mayBeDown(operation)) return false
  if (isLeft) return 'may be'
  try {
    const state = await ports.engine.observe(instance)
    if (state.services.length === 0) return 'is'
    const deployed = deployedIn(operation)
    const isWhole = !operation.turned && because !== 'stuck' && (deployed !== undefined || !operation.intended.includes('deploy'))
    return isWhole && converge(deployed ?? deploymentFound(state), state).is === 'running' ? false : 'may be'
  } catch (error) {
    if (!isPortError(error)) throw error
    return 'may be'
  }
}

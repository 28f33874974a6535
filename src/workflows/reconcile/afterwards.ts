import { isPortError } from '../../ports/port-error.ts'
import type { ReconcileContext } from './context.ts'

/** What was done is done: that it could not be tidied up after it is said, and changes nothing. */
export async function afterwards({ say }: Pick<ReconcileContext, 'say'>, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!isPortError(error)) throw error
    say(error.message)
  }
}

import type { Clock } from '../../ports/clock.ts'
import { PortError } from '../../ports/port-error.ts'

/** What the outside answers within that time; later it is as if it had not. `what`: after "No answer". */
export async function within<T>(clock: Clock, limitMs: number, what: string, work: () => Promise<T>): Promise<T> {
  const deadline = clock.deadline(limitMs)
  const { promise: late, reject } = Promise.withResolvers<never>()
  deadline.signal.addEventListener('abort', () => reject(new PortError('timeout', `No answer ${what} within ${limitMs / 1000} s.`)), { once: true })
  try {
    return await Promise.race([work(), late])
  } finally {
    deadline.cancel()
  }
}

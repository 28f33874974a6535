import { isPortError } from '../../ports/port-error.ts'
import type { StartGiven, Started } from './unit.ts'

/** A start whose trouble with the outside is an answer like any other: tried again where that can help. */
export function answering(start: (given: StartGiven) => Promise<Started>): (given: StartGiven) => Promise<Started> {
  return async (given) => {
    try {
      return await start(given)
    } catch (error) {
      if (!isPortError(error)) throw error
      return { is: 'not-up', says: error.message, exit: 3, mayPass: error.againCanHelp }
    }
  }
}

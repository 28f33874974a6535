import type { ServiceName } from '../../../domain/model/app.ts'
import type { StackService } from '../../../domain/model/stack.ts'
import { type LocalProgram, readLocalProgram } from '../../../domain/recipe/local-program.ts'
import { PortError } from '../../../ports/port-error.ts'

export type { LocalProgram }

/** Nothing is started of a service whose `x-local` has a mistake; the first one is named, `recipe check` names them all. */
export function localProgramOf(name: ServiceName, service: StackService): LocalProgram {
  const reading = readLocalProgram(service)
  if ('mistakes' in reading) throw new PortError('refused', `service ${name}: ${reading.mistakes[0]?.says}; see docs/recipe/local.md`)
  return reading.program
}

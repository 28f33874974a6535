import { analyse } from '../../domain/boot/analyse.ts'
import { hasErrors } from '../../domain/model/problem.ts'
import type { Call } from '../command.ts'
import { readPlatform } from './read-platform.ts'

/** Whether this host, as its settings say it, comes up from nothing; why not, `boot check` says. */
export async function comesUp(call: Call): Promise<boolean> {
  const { graph, problems } = await readPlatform(call)
  return !hasErrors(problems) && analyse(graph).findings.length === 0
}

import type { BootGraph } from '../../domain/boot/graph.ts'
import type { Problem } from '../../domain/model/problem.ts'

/** A boot as a command was given it. */
export interface BootRead {
  graph: BootGraph
  problems: Problem[]
  /** For people: where it was read from. */
  from: string
}

import type { Clock } from '../../../ports/clock.ts'
import type { Processes } from '../../../ports/process.ts'
import type { EventBus } from './events.ts'
import type { PortPool } from './ports.ts'
import type { ProcessTable } from './process-table.ts'
import type { Router } from './router.ts'

/** What the engine's functions share. */
export interface Parts {
  /** Everything of this engine lies below it. */
  folder: string
  processes: Processes
  clock: Clock
  stateId: string
  /** Apps get their domains below it. */
  domain: string
  /** What `node` means as a program. */
  nodePath: string
  table: ProcessTable
  events: EventBus
  router: Router
  ports: PortPool
}

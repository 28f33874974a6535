import { join } from 'node:path'
import { PortError } from '../../../ports/port-error.ts'
import type { StackName } from '../../../domain/model/app.ts'

/**
 * Where an app's things lie:
 *
 *     <folder>/<stack>.json     the record: whose it is; written before anything else, removed after everything else
 *     <folder>/<stack>/         volumes/KEY · scratch/NAME · secrets/NAME · configs/NAME · logs/SERVICE/TASK.log
 *                               processes/ID.json · jobs/ID/ · home/ · tmp/
 */
export interface Places {
  record: string
  root: string
  volumes: string
  scratch: string
  secrets: string
  configs: string
  logs: string
  processes: string
  jobs: string
  home: string
  tmp: string
}

/** What stays when the data is kept. */
export const KEPT = ['volumes', 'scratch', 'secrets'] as const

/** One name of a folder: what a stack, a service or a volume may be called where it becomes a path. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/

export function plainName(name: string, what: string): string {
  if (!PLAIN_NAME.test(name)) throw new PortError('refused', `${what} ${JSON.stringify(name)}: letters, digits, "_", "-" and "." only`)
  return name
}

export function placesOf(folder: string, stack: StackName): Places {
  const root = join(folder, plainName(stack, 'stack'))
  const below = (name: string) => join(root, name)
  return {
    record: `${root}.json`,
    root,
    volumes: below('volumes'),
    scratch: below('scratch'),
    secrets: below('secrets'),
    configs: below('configs'),
    logs: below('logs'),
    processes: below('processes'),
    jobs: below('jobs'),
    home: below('home'),
    tmp: below('tmp'),
  }
}

import { isRunId } from '../../domain/plan/run-name.ts'
import { cleanRuns, type Cleaned } from '../../workflows/run/clean.ts'
import { type Call, type Command, EXIT } from '../command.ts'
import { notARun, unknownRun } from './named-run.ts'

export const runsClean: Command = {
  name: 'runs clean',
  summary: 'remove what dead runs left; by its name also what --keep kept',
  usage: '[RUN]',
  options: {},
  words: { least: 0, most: 1 },
  examples: ['cc-ci runs clean', 'cc-ci runs clean note-1f2e3d'],
  async run(call) {
    const only = call.words[0]
    if (only !== undefined && !isRunId(only)) throw await notARun(call, only)
    const { io } = call
    const cleaned = await cleanDead(call, { only, onCleaned: (one) => io.err(sayCleaned(one)) })
    if (only !== undefined && cleaned.length === 0) throw await unknownRun(call, only, ', and nothing of it is left')
    if (call.json) io.out(JSON.stringify(cleaned, null, 2))
    else if (!cleaned.some((one) => one.did === 'removed' || one.did === 'left')) io.out('Nothing to clean.')
    return cleaned.some((one) => one.did === 'left') ? EXIT.infra : EXIT.pass
  },
}

/** Also for the doctor, who may be told to mend. */
export async function cleanDead({ services }: Pick<Call, 'services'>, { only, onCleaned = () => {} }: { only?: string | undefined; onCleaned?: (cleaned: Cleaned) => void } = {}): Promise<Cleaned[]> {
  // First: a program of a dead process may still be at work for it.
  await services.removeDeadTemporaries()
  return await cleanRuns({
    records: services.records,
    locks: services.locks,
    clock: services.clock,
    engine: (kind) => services.engine(kind),
    kinds: ['local', 'swarm', 'scripted'],
    ...(only === undefined ? {} : { only }),
    signal: services.signals.abandon,
    onCleaned,
  })
}

export function sayCleaned(cleaned: Cleaned): string {
  switch (cleaned.did) {
    case 'removed':
      return `${cleaned.run}: removed${cleaned.resources > 0 ? ` (${cleaned.resources} ${cleaned.resources === 1 ? 'thing' : 'things'})` : ''}`
    case 'nothing':
      return `${cleaned.run}: ${whyNothing(cleaned)}`
    case 'left':
      return `${cleaned.run}: NOT clean: ${cleaned.says}${cleaned.leftovers.length > 0 ? ` (${cleaned.leftovers.map((resource) => `${resource.kind} ${resource.name}`).join(', ')})` : ''}`
  }
}

function whyNothing({ run, because }: Extract<Cleaned, { did: 'nothing' }>): string {
  switch (because) {
    case 'alive':
      return 'under way, left alone'
    case 'kept':
      return `kept, as it was started with --keep; its name removes it: cc-ci runs clean ${run}`
    case 'clean already':
      return 'was clean already'
  }
}

import type { RunId } from '../../../domain/model/run.ts'
import type { MovePorts } from './context.ts'

/** Runs of this state folder that are under way: the kernel says so, by their locks. */
export async function runsInFlight({ records, locks }: Pick<MovePorts, 'records' | 'locks'>): Promise<RunId[]> {
  const open = (await records.list()).filter(({ gone }) => !gone)
  const held = await Promise.all(open.map(async ({ id }) => ((await locks.holder(`run:${id}`)) === null ? [] : [id])))
  return held.flat()
}

import type { BenchedRun } from './as-a-run.ts'
import { leftOf } from './docker.ts'
import type { Workbench } from './workbench.ts'

/** A figure counts only if what it is the time of is true. Asked in Docker's words and by plain HTTP, whichever side did the work. */

export async function assertGone(bench: Workbench, { context }: BenchedRun, who: string, kept: 'nothing' | 'volumes' = 'nothing'): Promise<void> {
  const left = await leftOf(bench, context.app.stack)
  const things = Object.entries(left).filter(([kind, ids]) => ids.length > 0 && !(kept === 'volumes' && kind === 'volumes'))
  if (things.length > 0) throw new Error(`${who} said that ${context.app.stack} was gone, and there is: ${JSON.stringify(Object.fromEntries(things))}`)
}

/** What `bench/recipes/pair` answers. */
export async function assertAnswers(bench: Workbench, version: 'one' | 'two', who: string): Promise<void> {
  const answer = await bench.ports.probes.http({ url: 'http://pair.bench:18655/', connect: { address: '127.0.0.1', port: 18655 }, timeoutMs: 5_000 })
  if (answer.kind !== 'answered' || answer.status !== 200 || answer.body.trim() !== `version ${version}`) throw new Error(`${who} said that version ${version} was ready, and it answers ${JSON.stringify(answer).slice(0, 300)}`)
}

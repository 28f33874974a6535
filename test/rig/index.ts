import { rm } from 'node:fs/promises'
import { RigError } from './command.ts'
import { withLock } from './lock.ts'
import { orderToBringUp, orderToTakeDown } from './order.ts'
import type { Part, PartState, Rig } from './part.ts'
import { parts } from './parts.ts'
import { places } from './places.ts'

export { type RigEnvironment, rigEnv } from './environment.ts'

export type Says = (line: string) => void

/** Brings the named parts up, and all they need; without names the default ones. Safe to repeat, and to call from several processes. */
export async function rigUp(names: string[] = [], says: Says = toStandardError): Promise<void> {
  const order = orderToBringUp(parts, names)
  const there: string[] = []
  const home = places()
  await withLock(home.cache, says, async () => {
    // Left by an `up` that was killed. What a program of it still writes there disturbs nobody.
    await rm(home.scratch, { recursive: true, force: true }).catch(() => {})
    for (const part of order) {
      const rig = { places: home, says: (line: string) => says(`${label(part)} ${line}`) }
      if ((await stateOf(part, rig)).up) there.push(part.name)
      else await timed(part, says, () => part.up(rig))
    }
  })
  if (there.length > 0) says(`already up: ${there.join(', ')}`)
}

/** Stops the named parts, without names all of them. Caches stay. */
export async function rigDown(names: string[] = [], says: Says = toStandardError): Promise<void> {
  const home = places()
  await withLock(home.cache, says, async () => {
    for (const part of orderToTakeDown(parts, names)) {
      if (part.down) await timed(part, says, () => part.down!({ places: home, says: (line) => says(`${label(part)} ${line}`) }))
    }
  })
}

export async function rigStatus(): Promise<Array<{ part: Part; state: PartState }>> {
  const home = places()
  const states: Array<{ part: Part; state: PartState }> = []
  for (const part of parts) {
    states.push({ part, state: await stateOf(part, { places: home, says: () => {} }) })
  }
  return states
}

/** Asked of a part whose ground is not there, it may fail: then it is down. */
async function stateOf(part: Part, rig: Rig): Promise<PartState> {
  return await part.state(rig).catch((error: Error): PartState => ({ up: false, note: error.message.split('\n')[0] }))
}

async function timed(part: Part, says: Says, work: () => Promise<void>): Promise<void> {
  const began = performance.now()
  const seconds = () => ((performance.now() - began) / 1000).toFixed(1)
  const sign = setInterval(() => says(`${label(part)} still at it after ${seconds()} s`), 30_000)
  try {
    await work()
  } catch (error) {
    throw new RigError(`${part.name} (${part.is}): ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  } finally {
    clearInterval(sign)
  }
  says(`${label(part)} done in ${seconds()} s`)
}

function label(part: Part): string {
  return part.name.padEnd(22)
}

function toStandardError(line: string): void {
  process.stderr.write(`rig: ${line}\n`)
}

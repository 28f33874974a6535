import { withLock } from './lock.ts'
import { orderToBringUp } from './order.ts'
import { parts } from './parts.ts'
import { places } from './places.ts'

/** Brings here what the named parts, and all they need, would take from the network: see `Part.fetch`. */
export async function rigFetch(names: string[]): Promise<void> {
  const home = places()
  const says = (line: string) => void process.stderr.write(`rig: ${line}\n`)
  await withLock(home.cache, says, async () => {
    for (const part of orderToBringUp(parts, names)) await part.fetch?.({ places: home, says: (line) => says(`${part.name} ${line}`) })
  })
}

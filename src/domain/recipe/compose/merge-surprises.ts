import { type Dict, isDict, type Origins } from './origins.ts'
import type { Problems } from './problems.ts'

/** Where Docker's merge of two files gives something that nobody would want. */
export function warnOfMerge(name: string, base: unknown, over: unknown, origins: Origins, problems: Problems): void {
  if (!isDict(base) || !isDict(over)) return
  const [before, after] = [base.healthcheck, over.healthcheck]
  if (isDict(before) && isDict(after) && hasItems(before.test) && hasItems(after.test)) {
    const at = origins.of(after, 'test')
    if (at) problems.warning('compose/merge', at.key, `Docker adds this test to the one that \`${name}\` has already instead of replacing it.`, 'Keep healthcheck.test in one file only.')
  }
  warnOfLostPorts(name, base, over, origins, problems)
  for (const key of Object.keys(over).filter((each) => each.startsWith('x-'))) refuseListOverOther(base, over, key, origins, problems)
}

/** Under `x-` keys Docker adds lists to lists, and gives up where a list meets anything else. */
function refuseListOverOther(base: Dict, over: Dict, key: string, origins: Origins, problems: Problems): void {
  const below = base[key]
  const above = over[key]
  if (below === undefined || below === null) return
  if (isDict(below) && isDict(above)) {
    for (const name of Object.keys(above)) refuseListOverOther(below, above, name, origins, problems)
  } else if (Array.isArray(above) && !Array.isArray(below)) {
    const at = origins.of(over, key)
    if (at) problems.error('compose/merge', at.key, `Docker cannot merge the list \`${key}\` into what an earlier file has there, which is no list.`, 'Write the same kind of value in both files.')
  }
}

/** Ports are unified by the published port alone: 53/tcp and 53/udp become one, and so do all that publish none. */
function warnOfLostPorts(name: string, base: Dict, over: Dict, origins: Origins, problems: Problems): void {
  if (!Array.isArray(base.ports)) return
  const seen = new Map<unknown, { protocol?: string; target?: number }>()
  for (const side of [base.ports, Array.isArray(over.ports) ? over.ports : []]) {
    for (const [index, port] of side.entries()) {
      const published = port.published ?? 0
      const earlier = seen.get(published)
      const at = origins.of(side, index)
      if (earlier && at && ((earlier.protocol ?? 'tcp') !== (port.protocol ?? 'tcp') || published === 0)) {
        problems.warning('compose/merge', at.value, `Two files name the service \`${name}\`, so Docker keeps one port per published number: ${earlier.target}/${earlier.protocol ?? 'tcp'} is lost to ${port.target}/${port.protocol ?? 'tcp'}.`, 'Keep the service in one file, or publish different numbers.')
      }
      seen.set(published, port)
    }
  }
}

function hasItems(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}

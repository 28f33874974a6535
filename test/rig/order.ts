import { RigError } from './command.ts'
import type { Part } from './part.ts'

type Ordered = Pick<Part, 'name' | 'needs' | 'byDefault'>

/** The wanted parts and all they need, each after what it needs, otherwise in the order of `all`. */
export function orderToBringUp<P extends Ordered>(all: P[], wanted: string[]): P[] {
  const names = wanted.length > 0 ? wanted : all.filter((part) => part.byDefault).map((part) => part.name)
  return collect(all, names, (part) => part.needs)
}

/** The named parts, the last one up first; without names every one that is not merely inside another. */
export function orderToTakeDown<P extends Ordered & Pick<Part, 'livesIn'>>(all: P[], wanted: string[]): P[] {
  for (const name of wanted) find(all, name)
  return all.filter((part) => (wanted.length > 0 ? wanted.includes(part.name) : !part.livesIn)).reverse()
}

function collect<P extends Ordered>(all: P[], names: string[], before: (part: P) => string[]): P[] {
  const order: P[] = []
  const visit = (name: string, path: string[]): void => {
    if (path.includes(name)) throw new RigError(`parts need each other in a circle: ${[...path, name].join(' → ')}`)
    const part = find(all, name)
    if (order.includes(part)) return
    for (const next of before(part)) visit(next, [...path, name])
    order.push(part)
  }
  for (const name of names) visit(name, [])
  return order
}

function find<P extends Ordered>(all: P[], name: string): P {
  const part = all.find((candidate) => candidate.name === name)
  if (!part) throw new RigError(`there is no part "${name}"; the parts are: ${all.map((known) => known.name).sort().join(', ')}`)
  return part
}

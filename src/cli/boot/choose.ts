import { type HostUnit, unitsOfHost } from '../../domain/boot/host-units.ts'
import { type Call, UsageError } from '../command.ts'

/** Everything that this host brings up, or bad usage where that is nothing. */
export function unitsHere({ services: { settings } }: Call): HostUnit[] {
  const units = unitsOfHost(settings)
  if (units.length > 0) return units
  throw new UsageError(`The settings name nothing to bring up. Add "platform" or "server" in ${settings.file ?? `${settings.stateFolder}/settings.yml`}; cc-ci settings example shows how.`)
}

/** Those that were named, with all that `next` leads to from them; without a name, all. In the order of the list. */
export function withAll(units: readonly HostUnit[], named: readonly string[], next: (unit: HostUnit) => readonly string[]): HostUnit[] {
  if (named.length === 0) return [...units]
  refuseUnknown(units, named)
  const chosen = new Set(named)
  for (const name of chosen) for (const other of next(units.find((unit) => unit.name === name)!)) chosen.add(other)
  return units.filter(({ name }) => chosen.has(name))
}

export function refuseUnknown(units: readonly HostUnit[], named: readonly string[]): void {
  const unknown = named.find((name) => !units.some((unit) => unit.name === name))
  if (unknown !== undefined) throw new UsageError(`There is no unit "${unknown}". This host has: ${units.map(({ name }) => name).join(', ')}.`)
}

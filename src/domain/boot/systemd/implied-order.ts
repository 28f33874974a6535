import type { OrderEdge, UnitName } from '../graph.ts'
import type { Place } from '../../model/problem.ts'
import type { Draft } from './draft.ts'
import { beforeInTheSystem, defaultOrder, nearestAfter, nearestBefore } from './system-units.ts'

interface Pull {
  by: UnitName
  unit: UnitName
  place: Place
}

/** What systemd adds by itself, without an `After=` or `Before=`. */
export function addImpliedOrder(drafts: ReadonlyMap<UnitName, Draft>, { pulls, real }: { pulls: readonly Pull[]; real: (name: string) => UnitName }): void {
  const kinds = new Set<string>()
  for (const name of drafts.keys()) kinds.add(name.slice(name.lastIndexOf('.')))
  const [hasMounts, hasSlices, hasOthers] = [kinds.has('.mount'), kinds.has('.slice'), [...kinds].some((kind) => kind !== '.service' && kind !== '.target')]
  // Most folders have services alone, and there may be many.
  if (hasOthers) {
    for (const draft of drafts.values()) {
      if (hasMounts) addMounts(draft, drafts)
      if (hasSlices) addSlice(draft, drafts)
      addTriggered(draft, { drafts, real })
    }
  }
  addTargets(drafts, pulls)
  addDefaults(drafts, pulls)
}

/** `RequiresMountsFor=` and its like, and for a mount those that lie above it. */
function addMounts(draft: Draft, drafts: ReadonlyMap<UnitName, Draft>): void {
  const own = draft.name.endsWith('.mount') ? [{ key: 'its path', value: pathOf(draft.name), place: draft.place }] : []
  for (const { key, value, place } of [...draft.mountsFor, ...own]) {
    const parts = value.split('/').filter((part) => part !== '')
    for (let length = 0; length <= parts.length; length += 1) implied(draft, `${escaped(parts.slice(0, length))}.mount`, { drafts, place, key, brings: key.startsWith('Wants') ? 'wants' : 'requires' })
  }
}

/** Whoever stands in a slice comes after it, and that after the ones it is a part of. */
function addSlice(draft: Draft, drafts: ReadonlyMap<UnitName, Draft>): void {
  const { name, slice, place } = draft
  if (name.endsWith('.slice')) {
    const above = name.lastIndexOf('-')
    if (above > 0) implied(draft, `${name.slice(0, above)}.slice`, { drafts, place, key: 'its name', brings: 'requires' })
  } else if (/\.(service|socket|mount|swap)$/.test(name)) implied(draft, slice?.value ?? 'system.slice', { drafts, place: slice?.place ?? place, key: 'Slice=', brings: 'requires' })
}

/** A socket, timer, path or automount comes before what it starts. */
function addTriggered(draft: Draft, { drafts, real }: { drafts: ReadonlyMap<UnitName, Draft>; real: (name: string) => UnitName }): void {
  const [, stem, kind] = /^(.*)\.(timer|path|socket|automount)$/.exec(draft.name) ?? []
  if (stem === undefined) return
  const started = real(draft.triggers ?? `${stem}.${kind === 'automount' ? 'mount' : 'service'}`)
  if (drafts.has(started) && started !== draft.name) draft.order.push({ kind: 'before', unit: started, place: draft.place, by: `being its ${kind}` })
}

/** Only where that unit is here: of the others nobody knows whether they are there at all. */
function implied(draft: Draft, unit: UnitName, { drafts, place, key, brings }: { drafts: ReadonlyMap<UnitName, Draft>; place: Place; key: string; brings: OrderEdge['kind'] }): void {
  if (unit === draft.name || !drafts.has(unit)) return
  draft.order.push({ kind: brings, unit, place, by: key }, { kind: 'after', unit, place, by: key })
}

/** Targets come after what they bring. */
function addTargets(drafts: ReadonlyMap<UnitName, Draft>, pulls: readonly Pull[]): void {
  const isPlain = (name: UnitName) => drafts.get(name)?.isBare !== true
  const says = (one: UnitName, how: OrderEdge['kind'], other: UnitName) => drafts.get(one)?.order.some(({ kind, unit }) => kind === how && unit === other) ?? false
  const isFirst = (target: UnitName, unit: UnitName) => says(unit, 'after', target) || says(target, 'before', unit)
  for (const { by, unit, place } of pulls) {
    const draft = drafts.get(unit)
    // Where one of the two is itself ordered so that the target comes first, it stays so.
    if (draft && by.endsWith('.target') && isPlain(by) && isPlain(unit) && !isFirst(by, unit)) draft.order.push({ kind: 'before', unit: by, place })
  }
  for (const draft of drafts.values()) {
    if (!draft.name.endsWith('.target') || draft.isBare) continue
    for (const { unit, place } of draft.order.filter(({ kind }) => kind === 'requires' || kind === 'wants')) if (isPlain(unit) && !isFirst(draft.name, unit)) draft.order.push({ kind: 'after', unit, place })
  }
}

/** What `DefaultDependencies=` adds, as far as somebody here has to do with it. */
function addDefaults(drafts: ReadonlyMap<UnitName, Draft>, pulls: readonly Pull[]): void {
  const named = new Set<UnitName>()
  for (const { name, isSystem, order } of drafts.values()) {
    if (isSystem) named.add(name)
    for (const { unit } of order) named.add(unit)
  }
  for (const { by } of pulls) named.add(by)
  const known = new Map<string, { after: readonly string[]; before: readonly string[] }>()
  const defaultsOf = ({ name, isRemote }: Draft) => {
    const kind = `${isRemote ? 'remote ' : ''}${name.slice(name.lastIndexOf('.') + 1)}`
    const { after, before } = defaultOrder(kind)
    const found = known.get(kind) ?? { after: nearestBefore(after, named), before: nearestAfter(before, named) }
    known.set(kind, found)
    return found
  }
  for (const draft of drafts.values()) {
    if (draft.isSystem) for (const unit of beforeInTheSystem(draft.name, named)) draft.order.push({ kind: 'after', unit, place: draft.place })
    if (draft.isBare) continue
    const { after, before } = defaultsOf(draft)
    for (const unit of after) if (unit !== draft.name) draft.order.push({ kind: 'after', unit, place: draft.place })
    for (const unit of before) if (unit !== draft.name) draft.order.push({ kind: 'before', unit, place: draft.place })
  }
}

/** `/srv/my-data` as the name of a unit: `srv-my\x2ddata`. */
function escaped(parts: readonly string[]): string {
  return parts.length === 0 ? '-' : parts.map((part) => part.replace(/^\.|[^A-Za-z0-9:_.]/g, (sign) => [...new TextEncoder().encode(sign)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''))).join('-')
}

function pathOf(mount: UnitName): string {
  return `/${mount.slice(0, -'.mount'.length).replaceAll('-', '/').replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))}`
}

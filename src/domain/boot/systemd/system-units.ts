/** What systemd's own targets are ordered after, as systemd.special(7) and bootup(7) have it. Only those that order leads through. */
const AFTER: Record<string, readonly string[]> = {
  'local-fs.target': ['local-fs-pre.target'],
  'remote-fs.target': ['remote-fs-pre.target'],
  'cryptsetup.target': ['cryptsetup-pre.target'],
  'remote-cryptsetup.target': ['remote-cryptsetup-pre.target'],
  'sysinit.target': ['local-fs.target', 'swap.target'],
  'basic.target': ['sysinit.target', 'sockets.target', 'paths.target', 'slices.target'],
  'network.target': ['network-pre.target'],
  'network-online.target': ['network.target'],
  'nss-lookup.target': ['network.target'],
  'time-sync.target': ['time-set.target'],
  'multi-user.target': ['basic.target'],
  'graphical.target': ['multi-user.target'],
}
const BEFORE = turned(AFTER)

/** What a unit of ours is ordered after and before by default, by its kind (`DefaultDependencies=`, systemd.service(5) and others). */
export function defaultOrder(kind: string): { after: readonly string[]; before: readonly string[] } {
  switch (kind) {
    case 'service':
      return { after: ['sysinit.target', 'basic.target'], before: [] }
    case 'timer':
      return { after: ['sysinit.target'], before: ['timers.target'] }
    case 'socket':
      return { after: ['sysinit.target'], before: ['sockets.target'] }
    case 'path':
      return { after: ['sysinit.target'], before: ['paths.target'] }
    case 'mount':
      return { after: ['local-fs-pre.target'], before: ['local-fs.target'] }
    case 'remote mount':
      return { after: ['remote-fs-pre.target', 'network.target', 'network-online.target'], before: ['remote-fs.target'] }
    case 'automount':
      return { after: ['local-fs-pre.target'], before: ['local-fs.target'] }
    case 'swap':
      return { after: [], before: ['swap.target'] }
    default:
      return { after: [], before: [] }
  }
}

/** Of the system's targets that come before these, with these themselves: those that somebody here names, the nearest on each way. */
export function nearestBefore(names: readonly string[], named: { has(name: string): boolean }): string[] {
  return nearest(names, { ways: AFTER, named })
}

/** The same of those that come after. */
export function nearestAfter(names: readonly string[], named: { has(name: string): boolean }): string[] {
  return nearest(names, { ways: BEFORE, named })
}

/** What comes before one of the system's targets, of those that somebody here names. */
export function beforeInTheSystem(name: string, named: { has(name: string): boolean }): string[] {
  return nearestBefore(AFTER[name] ?? [], named)
}

function nearest(names: readonly string[], { ways, named }: { ways: Record<string, readonly string[]>; named: { has(name: string): boolean } }): string[] {
  return [...new Set(names.flatMap((name) => (named.has(name) ? [name] : nearest(ways[name] ?? [], { ways, named }))))]
}

function turned(ways: Record<string, readonly string[]>): Record<string, readonly string[]> {
  const names = [...new Set(Object.values(ways).flat())]
  return Object.fromEntries(names.map((name) => [name, Object.keys(ways).filter((later) => ways[later]!.includes(name))]))
}

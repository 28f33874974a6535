/** What systemd's own targets are ordered after, as systemd.special(7) and bootup(7) have it. Only those that order leads through. */
export const AFTER_IN_THE_SYSTEM: Record<string, readonly string[]> = {
  'basic.target': ['sysinit.target', 'sockets.target', 'paths.target', 'slices.target'],
  'sysinit.target': ['local-fs.target', 'swap.target'],
  'network.target': ['network-pre.target'],
  'network-online.target': ['network.target'],
  'nss-lookup.target': ['network.target'],
  'multi-user.target': ['basic.target'],
  'graphical.target': ['multi-user.target'],
}

/** What a unit of ours is ordered after and before by default, by its kind (`DefaultDependencies=`, systemd.service(5) and others). */
export function defaultOrder(name: string): { after: readonly string[]; before: readonly string[] } {
  switch (name.slice(name.lastIndexOf('.') + 1)) {
    case 'service':
      return { after: ['sysinit.target', 'basic.target'], before: [] }
    case 'timer':
      return { after: ['sysinit.target'], before: ['timers.target'] }
    case 'socket':
      return { after: ['sysinit.target'], before: ['sockets.target'] }
    case 'path':
      return { after: ['sysinit.target'], before: ['paths.target'] }
    default:
      return { after: [], before: [] }
  }
}

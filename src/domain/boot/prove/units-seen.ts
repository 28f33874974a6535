/** One unit of a boot as systemd tells of it. Times are ms since this boot began. */
export interface UnitSeen {
  unit: string
  /** `activating`: its start is under way. `waiting`: it is to start, and something that it is ordered after is not done. */
  state: 'up' | 'activating' | 'waiting' | 'failed' | 'off'
  /** Units of ours that it is ordered after. */
  after: string[]
  beganMs: number | null
  /** When it was up, or had failed. */
  endedMs: number | null
  /** systemd's word: `success`, `timeout`, `exit-code` … */
  result: string
}

/** What is asked of every unit: `systemctl show --property=…`. */
export const PROPERTIES = ['Id', 'ActiveState', 'Result', 'After', 'InactiveExitTimestampMonotonic', 'ActiveEnterTimestampMonotonic', 'InactiveEnterTimestampMonotonic'] as const

/** When the boot began, on the clock of the times above: `systemctl show --property=UserspaceTimestampMonotonic`. */
export const BOOT_PROPERTY = 'UserspaceTimestampMonotonic'

/**
 * Reads what `systemctl show` says of several units (a block each), what it says of the boot itself, and `systemctl list-jobs --no-legend` for who waits.
 * Only what is named `cc-ci…` counts, and of what a unit is ordered after only such, too.
 */
export function readUnitsSeen({ units, boot, jobs }: { units: string; boot: string; jobs: string }): UnitSeen[] {
  const began = Number(valuesOf(boot).get(BOOT_PROPERTY) ?? 0)
  const since = (text: string | undefined) => (text === undefined || text === '' || text === '0' ? null : Math.round((Number(text) - began) / 1_000))
  const waiting = new Set(jobs.split('\n').flatMap((line) => /^\s*\d+\s+(\S+)\s+start\s+waiting/.exec(line)?.[1] ?? []))
  return units.split(/\n\s*\n/).map(valuesOf).filter((values) => isOurs(values.get('Id') ?? '')).map((values): UnitSeen => {
    const unit = values.get('Id')!
    const state = stateOf(values.get('ActiveState'), waiting.has(unit))
    return {
      unit, state,
      after: (values.get('After') ?? '').split(' ').filter(isOurs),
      beganMs: since(values.get('InactiveExitTimestampMonotonic')),
      endedMs: state === 'up' ? since(values.get('ActiveEnterTimestampMonotonic')) : state === 'failed' ? since(values.get('InactiveEnterTimestampMonotonic')) : null,
      result: values.get('Result') ?? '',
    }
  }).toSorted((a, b) => (a.beganMs ?? Infinity) - (b.beganMs ?? Infinity) || (a.unit < b.unit ? -1 : 1))
}

/** A boot is over once none of its units is under way any more. */
export function isSettled(units: readonly UnitSeen[]): boolean {
  return units.length > 0 && units.every(({ state }) => state !== 'activating' && state !== 'waiting')
}

/** Units that began before one that they are ordered after was up: none, on a boot that kept its order. */
export function outOfOrder(units: readonly UnitSeen[]): Array<{ unit: string; before: string }> {
  const seen = new Map(units.map((one) => [one.unit, one]))
  return units.flatMap(({ unit, after, beganMs }) => after.flatMap((name) => {
    const other = seen.get(name)
    if (!other || beganMs === null || other.beganMs === null) return []
    return other.endedMs === null || other.endedMs > beganMs ? [{ unit, before: name }] : []
  }))
}

function stateOf(active: string | undefined, isWaiting: boolean): UnitSeen['state'] {
  if (active === 'active') return 'up'
  if (active === 'activating' || active === 'failed') return active
  return isWaiting ? 'waiting' : 'off'
}

function isOurs(unit: string): boolean {
  return /^cc-ci-.*\.service$/.test(unit)
}

function valuesOf(block: string): Map<string, string> {
  return new Map(block.split('\n').flatMap((line) => {
    const equals = line.indexOf('=')
    return equals > 0 ? [[line.slice(0, equals), line.slice(equals + 1)] as const] : []
  }))
}

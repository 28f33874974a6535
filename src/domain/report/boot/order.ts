import { addTo } from '../../../lib/add-to.ts'
import type { Schedule, Slot } from '../../boot/schedule.ts'
import { sayDuration } from '../duration.ts'
import { listed } from '../words.ts'

/** The start order as text: when each begins, side by side where they begin together, and what to speed up first. */
export function renderOrder(schedule: Schedule): string {
  const width = Math.max(4, ...schedule.slots.map(({ unit }) => unit.length))
  const row = (at: string, unit: string, takes: string, after: string) => `${at.padStart(12)}  ${unit.padEnd(width)}  ${takes.padStart(12)}  ${after}`.trimEnd()
  return [
    row('begins at', 'unit', 'takes', 'after'),
    ...schedule.slots.map((slot) => row(sayDuration(slot.beginsAt), slot.unit, slot.tookMs === null ? 'not recorded' : sayDuration(slot.tookMs), `${slot.after ?? ''}${slot.isCritical ? '  ◆' : ''}`)),
    '',
    ...sayCritical(schedule),
  ].join('\n')
}

/** What the makespan is made of, and the first thing to do about it. */
export function sayCritical({ slots, makespanMs, critical, gains, unknown }: Schedule): string[] {
  const most = Math.max(0, ...waves(slots).map((wave) => wave.length))
  const [best] = gains
  if (makespanMs === 0) return ['No times are recorded: what stands here is the order alone.']
  const chain = `${critical.join(' → ')} (◆)`
  const isWhole = unknown.length === 0
  return [
    ...(isWhole ? [`Everything is up after ${sayDuration(makespanMs)}: ${chain}.`] : [`How long it takes cannot be said: no time is recorded of ${listed(unknown, 8)}.`, `What is recorded comes to ${sayDuration(makespanMs)}: ${chain}.`]),
    ...(most > 1 ? [`At most ${most} begin side by side.`] : []),
    ...(best && best.savesMs > 0 ? [`${isWhole ? 'Speed' : 'Of the recorded ones speed'} up ${best.unit} first: it alone costs ${sayDuration(best.savesMs)}.`] : []),
  ]
}

/** Those that begin at the same moment, none of them after another. */
function waves(slots: readonly Slot[]): Slot[][] {
  const found = new Map<string, Slot[]>()
  for (const slot of slots) addTo(found, `${slot.beginsAt} ${slot.wave}`, slot)
  return [...found.values()]
}

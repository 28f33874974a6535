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
  return [
    makespanMs > 0 ? `Everything is up after ${sayDuration(makespanMs)}: ${critical.join(' → ')} (◆).` : 'No times are recorded: what stands here is the order alone.',
    ...(makespanMs > 0 && most > 1 ? [`At most ${most} begin side by side.`] : []),
    ...(best && best.savesMs > 0 ? [`Speed up ${best.unit} first: it alone costs ${sayDuration(best.savesMs)}.`] : []),
    ...(unknown.length > 0 && makespanMs > 0 ? [`No time is recorded of ${listed(unknown, 8)}: counted as none.`] : []),
  ]
}

/** Those that begin at the same moment, in order. */
function waves(slots: readonly Slot[]): Slot[][] {
  const found = new Map<number, Slot[]>()
  for (const slot of slots) found.set(slot.beginsAt, [...(found.get(slot.beginsAt) ?? []), slot])
  return [...found.values()]
}

import { systemClock } from '../../src/adapters/clock/system.ts'
import type { Clock } from '../../src/ports/clock.ts'

/** A clock whose waits are so many times as short, so that a dwell does not have to pass in every test. The time of day stays true. */
export function fastClock(speed: number): Clock {
  const real = systemClock()
  return { ...real, monotonic: () => real.monotonic() * speed, pause: (ms, signal) => real.pause(ms / speed, signal), deadline: (ms) => real.deadline(ms / speed) }
}

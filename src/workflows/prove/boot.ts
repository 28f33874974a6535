import { BOOT_PROPERTY, isSettled, PROPERTIES, readUnitsSeen, type UnitSeen } from '../../domain/boot/prove/units-seen.ts'
import type { BootSeen } from '../../domain/boot/prove/proof.ts'
import type { Clock } from '../../ports/clock.ts'
import { PortError } from '../../ports/port-error.ts'
import type { OnHost } from './on-host.ts'

/** ms between two looks. */
const PACE = 500

/** Switches a host on and looks until nothing of its boot is under way any more, at most for `limitMs`. */
export async function bootOnce(on: OnHost, given: { title: string; limitMs: number; clock: Clock; signal: AbortSignal }): Promise<BootSeen> {
  const { clock, signal } = given
  await on.host.start(signal)
  const from = clock.monotonic()
  let units: UnitSeen[]
  for (;;) {
    units = await unitsNow(on)
    const queue = await on('asking systemd for its jobs', 'systemctl', 'list-jobs', '--no-legend', '--plain')
    const lookedMs = clock.monotonic() - from
    if ((isSettled(units) && queue.trim() === '') || lookedMs > given.limitMs) break
    await clock.pause(PACE, signal)
    if (signal.aborted) throw new PortError('timeout', `looking at ${given.title}: ended by ${String(signal.reason ?? 'a signal')}.`)
  }
  return { title: given.title, units, lookedMs: Math.round(clock.monotonic() - from), failed: await failedNow(on), journal: await journalOf(on) }
}

async function unitsNow(on: OnHost): Promise<UnitSeen[]> {
  const [units, boot, jobs] = await Promise.all([
    on('asking systemd for its units', 'systemctl', 'show', '--all', `--property=${PROPERTIES.join(',')}`, 'cc-ci-*.service'),
    on('asking systemd for its boot', 'systemctl', 'show', `--property=${BOOT_PROPERTY}`),
    on('asking systemd for its jobs', 'systemctl', 'list-jobs', '--no-legend', '--plain'),
  ])
  return readUnitsSeen({ units, boot, jobs })
}

export async function failedNow(on: OnHost): Promise<string[]> {
  return (await on('asking systemd for what failed', 'systemctl', '--failed', '--no-legend', '--plain')).split('\n').map((line) => line.trim().split(/\s+/)[0]!).filter(Boolean)
}

/** What our units said since this boot began. Where the kernel goes on running, as it does below a container, the journal knows no boots: it is asked by the time. */
export async function journalOf(on: OnHost): Promise<string[]> {
  const began = (await on('asking systemd when it began', 'systemctl', 'show', '--timestamp=unix', '--value', '--property=UserspaceTimestamp')).trim()
  const out = await on('reading the journal', 'journalctl', `--since=${began}`, '--no-pager', '--output=short-monotonic', '--no-hostname', '--unit=cc-ci*')
  return out.split('\n').filter((line) => line !== '' && !line.startsWith('-- '))
}

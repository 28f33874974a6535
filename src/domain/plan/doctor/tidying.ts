import type { PruneJob } from '../prune-jobs.ts'
import type { Finding } from './finding.ts'

const DAY = 24 * 60 * 60_000
/** It comes every day. */
const OVERDUE = 3 * DAY

/** cc-ci's own prune, by what it left on record. `runs`: how many there are on this host; where there was none, there is nothing to tidy up. */
export function ownPruneFinding({ last, runs, now }: { last: { at: number; troubles: readonly string[] } | null; runs: number; now: number }): Finding[] {
  const about = 'tidying up'
  if (last === null) return runs === 0 ? [] : [{ about, state: 'note', says: 'cc-ci prune never ran here: images and evidence pile up', mend: 'cc-ci prune, and every day: systemctl enable --now cc-ci-prune.timer', fix: 'prune' }]
  if (last.troubles.length > 0) return [{ about, state: 'trouble', says: `the last cc-ci prune did not do all: ${last.troubles[0]}`, mend: 'cc-ci prune', fix: 'prune' }]
  if (now - last.at > OVERDUE) return [{ about, state: 'trouble', says: `cc-ci prune last ran ${Math.floor((now - last.at) / DAY)} days ago, and should every day`, mend: 'cc-ci prune, and every day: systemctl enable --now cc-ci-prune.timer', fix: 'prune' }]
  return [{ about, state: 'good', says: 'cc-ci prune ran and did all' }]
}

/** Prune jobs of others whose unit has failed, which nobody saw (trap 24): a disk that fills up says so too late. */
export function failedJobFindings(jobs: readonly PruneJob[], failedUnits: readonly string[]): Finding[] {
  const units = new Set(jobs.flatMap(({ place }) => /([^/]+\.service)(?:\.d\/[^/]+\.conf)?$/.exec(place.file)?.[1] ?? []))
  return [...units].filter((unit) => failedUnits.includes(unit)).map((unit) => ({ about: 'prune', state: 'trouble', says: `${unit} tidies up behind Docker's back, and failed when it last ran`, mend: `journalctl -u ${unit}; where cc-ci prune does all that is needed: systemctl disable --now ${unit.replace(/service$/, 'timer')}` }))
}

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type PruneJob, pruneJobsIn } from '../../../domain/plan/prune-jobs.ts'
import type { Finding } from '../../../domain/plan/doctor/finding.ts'

/** Where hosts keep what they do by the clock. */
const SCHEDULES = ['/etc/crontab', '/etc/cron.d', '/etc/cron.hourly', '/etc/cron.daily', '/etc/cron.weekly', '/etc/cron.monthly', '/var/spool/cron/crontabs', '/etc/systemd/system']
const LARGEST = 256 * 1024

/** Without `--all`: that would take the images which going back needs. */
const SPARING = 'take the volumes out of it: docker system prune -f'

const SAYS: Record<PruneJob['is'], { state: Finding['state']; says: string; mend?: string }> = {
  'takes-volumes': { state: 'trouble', says: 'removes the volumes of every app that is not deployed, kept data included', mend: SPARING },
  'takes-volumes-before-23': { state: 'trouble', says: 'before Docker 23 it removes the volumes of every app that is not deployed, kept data included; later ones spare volumes with a name', mend: SPARING },
  fails: { state: 'trouble', says: 'Docker refuses --volumes together with an until filter: it fails every time', mend: 'take --volumes out of it' },
  harmless: { state: 'note', says: 'leaves volumes alone' },
}

/** Prune jobs of this host that reach for data, or never do anything (trap 24). */
export function pruneFindings(): Finding[] {
  return scheduledPrunes().map(({ place, command, is }) => ({ about: 'prune', ...SAYS[is], says: `${place.file}:${place.line} \`${command}\`: ${SAYS[is].says}` }))
}

/** What this user may not read is passed over. */
export function scheduledPrunes(): PruneJob[] {
  const files = new Map(SCHEDULES.flatMap(filesAt).flatMap((path): Array<[string, string]> => {
    const text = textAt(path)
    return text === undefined ? [] : [[path, text]]
  }))
  return pruneJobsIn(files)
}

function filesAt(path: string): string[] {
  try {
    return statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path]
  } catch {
    return []
  }
}

function textAt(path: string): string | undefined {
  try {
    const { size } = statSync(path)
    return size <= LARGEST ? readFileSync(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}

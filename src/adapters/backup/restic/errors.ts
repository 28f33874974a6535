import { PortError } from '../../../ports/port-error.ts'
import type { JobResult } from '../../../domain/model/job.ts'
import { DAMAGED, LEADS_THROUGH_LINK, MISSING } from './scripts.ts'

/** The end of a job that did not do what it should, in the port's words. `tried` says what was done on what. */
export function resticError(tried: string, result: JobResult): PortError {
  const says = lastLines(result)
  if (result.timedOut || result.exitCode === null) return new PortError('timeout', `${tried}: did not end in time`, { says })
  const source = /^ccci: (.*)$/m.exec(result.stderr)?.[1] ?? 'a path'
  if (result.exitCode === MISSING)
    return new PortError('not-found', `${tried}: ${source} is not there; a hook that should have made it did not, or the label is wrong`, { says })
  if (result.exitCode === LEADS_THROUGH_LINK)
    return new PortError('refused', `${tried}: ${source} leads through a link or a file, not a folder; name the real place`, { says })
  if (result.exitCode === DAMAGED)
    return new PortError('unexpected', `${tried}: the backup is damaged: ${says}. It cannot be used; look at the disk, and save again.`, { says })
  // Anywhere: restic ends with a trace of its own, in front of which the cause stands.
  if (/no space left on device|disk quota exceeded/i.test(`${result.stderr}\n${result.stdout}`)) return new PortError('unexpected', `${tried}: the disk is full. Make room and try again.`, { says, againCanHelp: true })
  if (/permission denied|operation not permitted/i.test(says)) return new PortError('refused', `${tried}: restic may not read or write all of it: ${says}`, { says })
  return new PortError('unexpected', `${tried}: restic ended with ${result.exitCode}: ${says || 'and said nothing'}`, { says })
}

export function resticOutputError(tried: string, what: string): PortError {
  return new PortError('unexpected', `${tried}: restic ended well, but ${what}; that is no backup`, { says: what })
}

function lastLines({ stdout, stderr }: JobResult): string {
  return (stderr.trim() || stdout.trim()).split('\n').slice(-5).join('\n')
}

import { isDiskFull } from '../../../lib/disk-full.ts'
import { lineTakenIn } from '../../../lib/plain-text.ts'
import { PortError } from '../../../ports/port-error.ts'
import type { Finished } from '../../../ports/process.ts'

const NOT_FOUND = /repository .* not found|does not appear to be a git repository|does not exist|couldn't find remote ref|not our ref|unadvertised object|unknown revision|Needed a single revision|bad object|not a valid object name|bad revision|returned error: 404/i
const UNREACHABLE = /could not resolve host|couldn't connect|connection (refused|timed out|reset)|failed to connect|unable to access|early EOF|the remote end hung up|operation timed out|network is unreachable|returned error: 5\d\d/i
const REFUSED = /permission denied|authentication failed|could not read (username|password)|terminal prompts disabled|access denied|transport '.*' not allowed|returned error: 40[13]/i

const DISK_FULL = /no space left on device|out of diskspace|disk quota exceeded|file write error/i

/** What git said, as a kind that callers decide on. Only this file reads git's words. */
export function errorOf(doing: string, finished: Finished): PortError {
  const lines = (finished.stderr || finished.stdout).trim().split('\n').filter((line) => !/^(hint|warning):/.test(line)).slice(0, 6)
  // Some of git's sentences end with a full stop; ours go on.
  const says = withoutCredentials(lines.map(lineTakenIn).join(' ')).replace(/[.\s]+$/, '')
  const message = `${doing}: ${says || `git ended with ${finished.exitCode ?? finished.signal}`}`
  if (DISK_FULL.test(says)) return diskFull(doing, says)
  if (REFUSED.test(says)) return new PortError('refused', `${message}. Give the repository a URL that may be read without a password, or one with a token.`, { says })
  if (NOT_FOUND.test(says)) return new PortError('not-found', `${message}.`, { says })
  if (UNREACHABLE.test(says)) return new PortError('unreachable', `${message}. Try again when the server answers.`, { says })
  return new PortError('unexpected', `${message}.`, { says })
}

/** What a file system said, as a kind that callers decide on; what is none of its errors stays what it is. */
export function errorOfDisk(doing: string, error: unknown): unknown {
  if (isDiskFull(error)) return diskFull(doing, (error as Error).message, error)
  const { code, syscall, message: says } = error as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) return error
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return new PortError('refused', `${doing}: this user may not (${says}). Change its owner, or name another folder with CCCI_CACHE.`, { cause: error, says })
  return new PortError('unexpected', `${doing}: ${says}`, { cause: error, says })
}

/** Nobody's mistake: the same call succeeds once there is room (trap 39). */
function diskFull(doing: string, says: string, cause?: unknown): PortError {
  return new PortError('unexpected', `${doing}: the disk is full (${says}). Free some space (cc-ci runs clean helps), then try again.`, { cause, says, againCanHelp: true })
}

/** `https://user:token@host/…` must not reach a log. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\w+:\/\/)[^/@\s]+@/g, '$1')
}

import { isPortError, PortError } from '../../../ports/port-error.ts'

/** Node's error codes in the port's words. `tried` says what was done on what, to stand before the file system's own words. */
export function folderError(tried: string, error: unknown): PortError {
  if (isPortError(error)) return error
  const { code = '', message, path } = error as NodeJS.ErrnoException
  const given = { cause: error, says: message }
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new PortError('not-found', `${tried}: ${path ?? 'a file'} is not there (${code}). Was it removed meanwhile?`, given)
    case 'EACCES':
    case 'EPERM':
      return new PortError('refused', `${tried}: ${path ?? 'a file'} may not be touched by this user (${code}). Mend its owner or mode.`, given)
    case 'ENOSPC':
    case 'EDQUOT':
      return new PortError('unexpected', `${tried}: the disk is full (${code}). Make room and try again.`, given)
    default:
      return new PortError('unexpected', `${tried}: ${message}`, given)
  }
}

export function stopIfAborted(signal: AbortSignal, tried: string): void {
  if (signal.aborted) throw new PortError('timeout', `${tried}: ended before it was done`, { cause: signal.reason, againCanHelp: false })
}

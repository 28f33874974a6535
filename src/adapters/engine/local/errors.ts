import { isPortError, PortError } from '../../../ports/port-error.ts'

/** The file system's codes in the port's words. `tried` says what was done on what. */
export function fromFiles(tried: string, error: unknown): PortError {
  if (isPortError(error)) return error
  const { code = '', message, path } = error as NodeJS.ErrnoException
  const given = { cause: error, says: message }
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new PortError('not-found', `${tried}: ${path ?? 'a file'} is not there (${code})`, given)
    case 'EACCES':
    case 'EPERM':
    case 'EISDIR':
      return new PortError('refused', `${tried}: ${path ?? 'a file'} cannot be used like that by this user (${code}); look at its kind, owner and mode`, given)
    case 'ENOSPC':
    case 'EDQUOT':
      return new PortError('unexpected', `${tried}: the disk is full (${code}); make room and try again`, given)
    default:
      return new PortError('unexpected', `${tried}: ${message}`, given)
  }
}

export function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return code === 'ENOENT' || code === 'ENOTDIR'
}

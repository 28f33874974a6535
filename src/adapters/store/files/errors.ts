import { PortError } from '../../../ports/port-error.ts'

/** A file system's error as one of the port's kinds. `tried`: what we tried, on what. */
export function storeError(error: unknown, tried: string): PortError {
  if (error instanceof PortError) return error
  const { code, message } = error as NodeJS.ErrnoException
  const given = { cause: error, says: message }
  switch (code) {
    case 'ENOENT':
      return new PortError('not-found', `${tried}: it is not there.`, given)
    case 'EEXIST':
    case 'ENOTEMPTY':
      return new PortError('conflict', `${tried}: it exists already.`, given)
    case 'ENOSPC':
    case 'EDQUOT':
      return new PortError('unexpected', `${tried}: the disk is full. Free some space (cc-ci runs clean helps), then try again.`, { ...given, againCanHelp: true })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new PortError('refused', `${tried}: this user may not write there (${code}). Choose another folder with --state, or change its owner.`, given)
    default:
      return new PortError('unexpected', `${tried}: ${message}`, given)
  }
}

import { isPortError, PortError } from '../../../ports/port-error.ts'
import { SnapshotError } from '../../../ports/snapshots.ts'

/** Node's error codes in the port's words. `tried` says what was done on what, to stand before the file system's own words. */
export function snapshotError(tried: string, error: unknown): PortError {
  if (isPortError(error)) return error
  const { code = '', message, path } = error as NodeJS.ErrnoException
  const given = { cause: error, says: message }
  const what = path === undefined || path === '' ? 'a file' : JSON.stringify(path)
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new SnapshotError('no-space', `${tried}: the disk became full (${code}). Make room and try again.`, given)
    case 'EIO':
      return new SnapshotError('damaged', `${tried}: the disk does not give back what was written (${code}). Use another generation, and look at the disk.`, given)
    case 'ENOENT':
    case 'ENOTDIR':
      return new PortError('not-found', `${tried}: ${what} is not there (${code}). Was it removed meanwhile?`, given)
    case 'EACCES':
    case 'EPERM':
      return new PortError('refused', `${tried}: ${what} may not be touched by this user (${code}). Mend its owner or mode, or run as root.`, given)
    case 'ENOTSUP':
    case 'EOPNOTSUPP':
      return new PortError('unsupported', `${tried}: the file system of ${what} cannot hold an attribute that the snapshot has (${code}).`, given)
    case 'ERR_WORKER_INIT_FAILED':
    case 'MODULE_NOT_FOUND':
    case 'ERR_MODULE_NOT_FOUND':
      return new PortError('unsupported', `${tried}: snapshots need the package koffi with its binary for this machine, and it cannot be loaded: ${message}`, given)
    default:
      return new PortError('unexpected', `${tried}: ${message}`, given)
  }
}

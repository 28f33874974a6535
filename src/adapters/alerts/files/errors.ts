import { isDiskFull } from '../../../lib/disk-full.ts'
import { PortError } from '../../../ports/port-error.ts'

/** A file system's error as one of the port's kinds. `tried`: what we tried, on what. */
export function alertError(error: unknown, tried: string): PortError {
  if (error instanceof PortError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return new PortError('refused', `${tried}: this user may not write there (${code}).`, { cause: error, says: message })
  return new PortError('unexpected', `${tried}: ${isDiskFull(error) ? 'the disk is full' : message}`, { cause: error, says: message })
}

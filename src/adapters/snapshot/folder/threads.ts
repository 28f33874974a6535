import { PortError, type PortErrorKind } from '../../../ports/port-error.ts'
import { SnapshotError, type SnapshotReason } from '../../../ports/snapshots.ts'

/** How errors come out of a worker thread: cloning keeps nothing of an error but its text. */

export type ThreadAnswer = { done: unknown } | { failed: ThreadError }

export interface ThreadError {
  message: string
  stack?: string
  port?: { kind: PortErrorKind; says: string; againCanHelp: boolean; reason?: SnapshotReason }
  system?: { code?: string; path?: string; syscall?: string }
}

export function toThread(error: unknown): ThreadError {
  const { message, stack, code, path, syscall } = error as NodeJS.ErrnoException
  if (error instanceof PortError) {
    const { kind, says, againCanHelp } = error
    return { message, stack, port: { kind, says, againCanHelp, ...(error instanceof SnapshotError && { reason: error.reason }) } }
  }
  return { message, stack, system: { code, path: path === undefined ? undefined : String(path), syscall } }
}

export function fromThread({ message, stack, port, system }: ThreadError): Error {
  if (port?.reason) return new SnapshotError(port.reason, message, { says: port.says })
  if (port) return new PortError(port.kind, message, { says: port.says, againCanHelp: port.againCanHelp })
  return Object.assign(new Error(message), { stack, ...system })
}

/** The file that threads run: as source in a checkout, compiled in a package. */
export function threadFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url)
}

import type { Reason } from '../../domain/model/reason.ts'
import { isPortError } from '../../ports/port-error.ts'

/** Longest time for fetching all images of one version, ms. */
export const PULL_LIMIT = 10 * 60_000

/** Whose fault it is that an image could not be fetched: one that the registry does not have is the recipe's, everything else is not. Undefined: not the registry's. */
export function pullReason(image: string, error: unknown): Extract<Reason, { reason: 'image-missing' | 'registry' }> | undefined {
  // A full disk is no word of the registry.
  if (!isPortError(error) || (error.kind === 'unexpected' && error.againCanHelp)) return undefined
  const registrySays = error.says || error.message
  if (error.kind === 'not-found') return { reason: 'image-missing', image, registrySays }
  if (error.kind === 'limited') return { reason: 'registry', image, registrySays, kind: 'rate-limited' }
  if (error.kind === 'unreachable' || error.kind === 'timeout') return { reason: 'registry', image, registrySays, kind: 'unreachable' }
  if (error.kind === 'unexpected') return { reason: 'registry', image, registrySays, kind: 'broken' }
  return undefined
}

import { PortError, type PortErrorKind } from '../../../ports/port-error.ts'
import type { Finished } from '../../../ports/process.ts'

/** What the client said, in the kinds that callers decide on. */
export function errorOf(doing: string, ended: Finished): PortError {
  const says = (ended.stderr.trim() || ended.stdout.trim()).split('\n').slice(-5).join(' ')
  if (ended.timedOut) return new PortError('timeout', `${doing}: not done in time.`, { says })
  if (ended.signal !== null) return new PortError('timeout', `${doing}: ended by ${ended.signal}.`, { says })
  return new PortError(kindOf(says), `${doing}: ${says || `exit code ${ended.exitCode}`}`, { says })
}

function kindOf(says: string): PortErrorKind {
  if (/no such (image|container|object|volume|network)|not found|manifest unknown/i.test(says)) return 'not-found'
  if (/is already in use|already exists/i.test(says)) return 'conflict'
  if (/cannot connect to the docker daemon|error during connect|dial unix|no such host|i\/o timeout/i.test(says)) return 'unreachable'
  if (/operation not permitted|permission denied|invalid|unknown flag/i.test(says)) return 'refused'
  return 'unexpected'
}

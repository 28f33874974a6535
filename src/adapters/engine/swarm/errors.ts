import type { TaskTrouble } from '../../../domain/model/engine-state.ts'
import { isDiskFull } from '../../../lib/disk-full.ts'
import { isPortError, PortError, type PortErrorKind } from '../../../ports/port-error.ts'

/** The one file that reads Docker's codes and words. All texts as of engine 20.10 and 28. */

const NOT_REACHED = new Set(['ECONNREFUSED', 'ENOENT', 'EACCES', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH'])

/** An error of the transport or an answer of the engine with a status that means failure. */
export function fromEngine(error: unknown, to: string): PortError {
  if (isPortError(error)) return error
  const { code, statusCode, name } = error as { code?: string; statusCode?: number; name?: string }
  if (name === 'AbortError' || code === 'ABORT_ERR') return new PortError('timeout', `${to}: given up`, { cause: error })
  const says = engineWords(error)
  if (code !== undefined && NOT_REACHED.has(code)) {
    return new PortError('unreachable', `${to}: no answer from the engine (${says}); is Docker running, and may this user use it?`, { cause: error, says })
  }
  if (DISK_FULL.test(says)) return diskFull(to, says, error)
  const kind = statusCode === undefined ? 'unexpected' : kindOfStatus(statusCode, says)
  return new PortError(kind, `${to}: the engine says: ${says}`, { cause: error, says })
}

/** A folder of ours: a full disk is one of the port's errors, any other stays what it is. */
export function fromFolder(error: unknown, to: string): unknown {
  return isDiskFull(error) ? diskFull(to, (error as Error).message, error) : error
}

const DISK_FULL = /no space left on device|disk quota exceeded/i

/** No kind of the port, and nobody's mistake: the same call succeeds once there is room (trap 39). */
function diskFull(to: string, says: string, cause?: unknown): PortError {
  return new PortError('unexpected', `${to}: the disk is full (${says}). Make room, then try again.`, { cause, says, againCanHelp: true })
}

function kindOfStatus(status: number, says: string): PortErrorKind {
  // A full raft log or a lost leader is a 500 or 503 that passes; a machine that never was a manager is one that does not.
  if (/not a swarm manager|not part of a swarm/i.test(says)) return 'unsupported'
  if (status === 400 || status === 403 || status === 406) return 'refused'
  // A network that goes while we ask is a 500 in some versions.
  if (status === 404 || /^(network|service|secret|config|volume|task) \S+ not found$/i.test(says)) return 'not-found'
  if (status === 409) return 'conflict'
  if (status === 503 || hostTrouble(says)) return 'unreachable'
  if (/invalid ?argument|only updates to labels|is declared as|must be|invalid/i.test(says)) return 'refused'
  return 'unexpected'
}

/** Somebody, the engine's own updater for one, changed a service between our reading of it and our change: read again, it can be changed. */
export function isOutrun(says: string): boolean {
  return /update out of sequence/i.test(says)
}

/** Of each change somebody else may be the quicker; more often than this in a row is no chance. */
export const MOST_OUTRUN = 5

function hostTrouble(says: string): boolean {
  return /deadline ?exceeded|code = unavailable|does not have a leader|connection refused|cannot connect to the docker daemon|error during connect/i.test(says)
}

/** The engine's sentence without docker-modem's wrapping. */
function engineWords(error: unknown): string {
  const message = (error as { message?: unknown }).message
  const text = typeof message === 'string' ? message : String(error)
  return text.replace(/^\(HTTP code \d+\) [a-z ,/]+ - /i, '').trim()
}

/** Why fetching an image failed. Order matters: a limit is also said by a registry that is reached, and "no such host" is not about the image. */
export function fromRegistry(says: string, image: string, cause?: unknown): PortError {
  if (DISK_FULL.test(says)) return diskFull(`fetching ${image}`, says, cause)
  const kind = kindOfPull(says)
  const next: Record<string, string> = {
    limited: 'wait, or give credentials for this registry in the settings',
    'not-found': 'check the name and the tag',
    unreachable: 'look at the network and the registry, then try again',
    refused: 'check the credentials for this registry in the settings',
  }
  return new PortError(kind, `fetching ${image}: ${says}${next[kind] ? `; ${next[kind]}` : ''}`, { cause, says })
}

function kindOfPull(says: string): PortErrorKind {
  if (/toomanyrequests|too many requests|\b429\b|rate limit/i.test(says)) return 'limited'
  if (/no such host|connection refused|i\/o timeout|timeout|connection reset|no route to host|network is unreachable|server misbehaving|name resolution/i.test(says)) return 'unreachable'
  if (/\b5\d\d\b (internal|bad|service|gateway)|unexpected http status: 5|unexpected EOF|\bEOF\b|short read|verification failed|deadline ?exceeded|request canceled|http response to https client|x509|tls/i.test(says)) {
    return 'unreachable'
  }
  if (/manifest unknown|manifest for .* not found|not found|pull access denied|repository does not exist|no matching manifest|name unknown/i.test(says)) return 'not-found'
  if (/unauthorized|no basic auth|authentication required|denied|invalid reference/i.test(says)) return 'refused'
  return 'unexpected'
}

/** What `docker stack deploy` printed when it did not end with 0. Whatever is not the host's trouble is the engine refusing this stack. */
export function fromStackDeploy(printed: string, stack: string): PortError {
  const says = printed.replace(/^Error response from daemon: /gm, '').trim() || 'nothing'
  if (DISK_FULL.test(says)) return diskFull(`deploying stack ${stack}`, says)
  const kind: PortErrorKind =
    hostTrouble(says) || isOutrun(says) ? 'unreachable'
    : /not a swarm manager/i.test(says) ? 'unsupported'
    : /is already in use by (service|a)|port .* already/i.test(says) ? 'conflict'
    : 'refused'
  return new PortError(kind, `deploying stack ${stack}: the engine says: ${says}`, { says })
}

/** The engine's words about a task, sorted. */
export function troubleOf(words: string): TaskTrouble | undefined {
  if (words === '') return undefined
  if (/unhealthy container/i.test(words)) return 'unhealthy'
  if (DISK_FULL.test(words)) return 'disk-full'
  if (/no such image|manifest unknown|pull access denied|not found: manifest|pulling image|image .* not found|could not be accessed/i.test(words)) return 'no-image'
  if (/no available ip|address(es)? (pool|space)|could not find an available|no available IPv4/i.test(words)) return 'no-address'
  if (/network .* not found|could not find network|network .* (is )?(not ready|being removed)|subnet sandbox join failed|error creating (vxlan|vni)|swarm scoped network when swarm is not active/i.test(words)) return 'network-gone'
  if (/insufficient resources|host-mode port already in use|no free|port is already allocated|address already in use/i.test(words)) return 'no-resources'
  if (/no suitable node|scheduling constraints|unsupported platform/i.test(words)) return 'no-node'
  if (/invalid mount|bind source path|error while mounting|failed to mount|mount.*(no such|denied|invalid|failed)|no such (file or directory|device).*mount|create volume|VolumeDriver/i.test(words)) return 'bad-mount'
  if (/out of memory|oom/i.test(words)) return 'out-of-memory'
  return 'other'
}

import { posix } from 'node:path'
import type { App, ServiceName } from '../../../domain/model/app.ts'
import { PortError } from '../../../ports/port-error.ts'
import { readTar, writeTar, type TarEntry } from '../../../lib/tar.ts'
import { bodyOf } from './connection.ts'
import type { Parts } from './parts.ts'
import { execIn } from './exec.ts'
import { newestRunning } from './running-container.ts'

/** A file that is read whole into memory. */
const LARGEST_READ = 256 * 1024 * 1024
const MOST_LINKS = 16

export async function readFile(parts: Parts, app: App, service: ServiceName, path: string): Promise<Uint8Array> {
  const { Id } = await newestRunning(parts, app, service)
  const seen = await readFromContainer(parts, Id, path).catch((error) => {
    if (error instanceof PortError && error.kind === 'not-found') return error
    throw error
  })
  if (!(seen instanceof PortError) && seen.length > 0) return seen
  const inside = await readFromInside(parts, Id, path)
  if (inside) return inside
  if (seen instanceof PortError) throw seen
  return seen
}

/**
 * What the engine lays over a file or keeps in memory (secrets, configs, tmpfs) is absent or empty in its archive of a container
 * (20.10): where that is how a file looks, the container is asked itself. Undefined where it cannot tell.
 */
async function readFromInside(parts: Parts, container: string, path: string): Promise<Uint8Array | undefined> {
  const { exitCode, stdout } = await execIn(parts, container, { argv: ['base64', '--', path], timeoutMs: 30_000 })
  return exitCode === 0 ? Buffer.from(stdout, 'base64') : undefined
}

/** The engine hands a link over as a link; it is followed here, inside the container's own tree. */
export async function readFromContainer(parts: Parts, container: string, path: string): Promise<Uint8Array> {
  const entry = await entryAt(parts, container, path)
  if (entry.found.kind === 'file') return entry.found.bytes
  throw new PortError('refused', `reading ${path}: it is no plain file`)
}

async function entryAt(parts: Parts, container: string, path: string): Promise<{ found: TarEntry; at: string }> {
  let at = posix.resolve('/', path)
  for (let hops = 0; hops <= MOST_LINKS; hops++) {
    const to = `reading ${at} in container ${container.slice(0, 12)}`
    const answer = await parts.connection.open({ to, path: `/containers/${container}/archive`, query: { path: at } })
    const found = entriesOf(await bodyOf(answer, to, LARGEST_READ), to)[0]
    if (!found) throw new PortError('unexpected', `${to}: the engine sent an empty archive`)
    if (found.kind !== 'symlink') return { found, at }
    at = posix.resolve(posix.dirname(at), found.target)
  }
  throw new PortError('refused', `reading ${path}: links lead round in a circle`)
}

function entriesOf(bytes: Buffer, to: string): TarEntry[] {
  try {
    return readTar(bytes)
  } catch (error) {
    throw new PortError('unexpected', `${to}: ${(error as Error).message}`, { cause: error })
  }
}

/** Keeps mode and owner of a file that is there already, so that the app can still read what it owned. The folder must be there. */
export async function writeFile(parts: Parts, app: App, service: ServiceName, path: string, bytes: Uint8Array): Promise<void> {
  const { Id } = await newestRunning(parts, app, service)
  const given = posix.resolve('/', path)
  const before = await entryAt(parts, Id, given).catch((error) => {
    if (error instanceof PortError && error.kind === 'not-found') return undefined
    throw error
  })
  if (before && before.found.kind !== 'file') throw new PortError('refused', `writing ${given}: what is there is no plain file`)
  const at = before?.at ?? given
  const same = before?.found.kind === 'file' ? { mode: before.found.mode, uid: before.found.uid, gid: before.found.gid } : {}
  await putEntries(parts, Id, posix.dirname(at), [{ kind: 'file', path: posix.basename(at), bytes, ...same }])
}

export async function putEntries(parts: Parts, container: string, folder: string, entries: Parameters<typeof writeTar>[0]): Promise<void> {
  await parts.connection.call({
    to: `writing into ${folder} of container ${container.slice(0, 12)}`,
    method: 'PUT',
    path: `/containers/${container}/archive`,
    query: { path: folder },
    file: writeTar(entries, { modifiedAt: parts.clock.now() }),
    timeoutMs: 300_000,
  })
}

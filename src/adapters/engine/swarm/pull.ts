import type { Digest } from '../../../domain/model/app.ts'
import type { PulledImage } from '../../../ports/engine.ts'
import { PortError } from '../../../ports/port-error.ts'
import { bodyLines } from './body-lines.ts'
import { filters } from './connection.ts'
import { fromRegistry } from './errors.ts'
import { imageReference, pinned, type ImageReference } from './image-reference.ts'
import type { Parts, RegistryLogin } from './parts.ts'

interface Progress {
  status?: string
  error?: string
  errorDetail?: { message?: string }
}

/**
 * Fetches an image through the engine. A reference with a digest that is here already is not fetched again: it cannot have changed, and
 * rolling back must work with the registry gone.
 */
export async function pull(parts: Parts, image: string, signal: AbortSignal): Promise<PulledImage> {
  const from = parts.clock.monotonic()
  const reference = imageReference(image)
  if (reference.digest && (await parts.images.isHere(image))) return { name: image, digest: reference.digest, ms: parts.clock.monotonic() - from, fetched: false }
  const before = await digestsHere(parts, reference)
  const said = await fetch(parts, image, reference, signal)
  const digest = said ?? reference.digest ?? (await digestHere(parts, image, reference))
  if (!digest) throw fromRegistry('unexpected EOF: the answer ended without a digest', image)
  // Learned now, while it is surely here: `deploy` compares ids, and the tag may move.
  await parts.images.idOf(pinned(image, digest))
  return { name: image, digest, ms: parts.clock.monotonic() - from, fetched: !before.has(digest) }
}

/** Of every image of that name, whatever its tags. */
async function digestsHere({ connection }: Parts, { name }: ImageReference): Promise<Set<Digest>> {
  const images = await connection.call<Array<{ RepoDigests?: string[] | null }>>({ to: `looking for ${name}`, path: '/images/json', query: filters({ reference: [name] }) })
  return new Set(images.flatMap(({ RepoDigests }) => RepoDigests ?? []).map((reference) => reference.slice(reference.indexOf('@') + 1)))
}

/** The digest that the registry named on the way. */
async function fetch(parts: Parts, image: string, { name, tag, digest, registry }: ImageReference, signal: AbortSignal): Promise<Digest | undefined> {
  const login = loginFor(parts.registries, registry)
  let said: Digest | undefined
  try {
    const answer = await parts.connection.open({
      to: `fetching ${image}`,
      method: 'POST',
      path: '/images/create',
      query: { fromImage: name, tag: digest ?? tag },
      ...(login && { auth: { username: login.username, password: login.password, serveraddress: serverAddress(login.host) } }),
      signal,
      timeoutMs: 'none',
    })
    for await (const line of bodyLines(answer)) {
      const progress = JSON.parse(line) as Progress
      const trouble = progress.errorDetail?.message ?? progress.error
      if (trouble) throw fromRegistry(trouble, image)
      said = progress.status?.match(/^Digest: (sha256:[0-9a-f]{64})$/)?.[1] ?? said
    }
  } catch (error) {
    if (signal.aborted) throw new PortError('timeout', `fetching ${image}: given up before it was here`, { cause: error })
    // The engine answers a missing image with 404 and a registry's trouble with 500: both are the registry's words.
    if (error instanceof PortError && error.says !== '' && error.kind !== 'unreachable' && error.cause) throw fromRegistry(error.says, image, error.cause)
    throw error
  }
  return said
}

async function digestHere(parts: Parts, image: string, { name }: ImageReference): Promise<Digest | undefined> {
  const here = await parts.images.inspect(image)
  const own = here?.RepoDigests?.find((entry) => entry.startsWith(`${name}@`)) ?? here?.RepoDigests?.[0]
  return own?.split('@')[1]
}

export function loginFor(registries: RegistryLogin[], registry: string): RegistryLogin | undefined {
  const same = (host: string) => (host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host)
  return registries.find((login) => same(login.host) === registry)
}

/** Docker's own name for its hub in credentials. */
export function serverAddress(host: string): string {
  return /^(index\.|registry-1\.)?docker\.io$/.test(host) ? 'https://index.docker.io/v1/' : host
}

import type { App, Digest } from '../../../domain/model/app.ts'
import { PortError } from '../../../ports/port-error.ts'
import { pinned } from './image-reference.ts'
import type { Parts } from './parts.ts'

/** How the tags begin that keep images, of every cc-ci: state id and stack follow. */
export const KEPT = 'cc-ci-kept/'

/**
 * Images that stay though no container uses them and their own tag moved on: each has a tag of ours besides, and what has a tag no `docker image prune`
 * and no `docker system prune` removes. `--all` removes it all the same while no container of it is there.
 */
export async function keepImages(parts: Parts, app: App, images: Record<string, Digest>, others: 'keep' | 'let go'): Promise<void> {
  const { connection } = parts
  const repository = `${KEPT}${parts.stateId}/${app.stack}`
  const wanted = new Set<string>()
  for (const [image, digest] of Object.entries(images)) {
    const reference = pinned(image, digest)
    const here = await parts.images.inspect(reference)
    if (!here) throw new PortError('not-found', `keeping ${reference} for ${app.stack}: it is not on this machine`)
    const tag = here.Id.replace('sha256:', '')
    await connection.call({ to: `keeping ${reference}`, method: 'POST', path: `/images/${here.Id}/tag`, query: { repo: repository, tag } })
    wanted.add(`${repository}:${tag}`)
  }
  if (others === 'keep') return
  for (const name of await keptNow(parts, repository)) {
    if (!wanted.has(name)) await connection.call({ to: `letting ${name} go`, method: 'DELETE', path: `/images/${name}`, query: { noprune: true } })
  }
}

async function keptNow({ connection }: Parts, repository: string): Promise<string[]> {
  const images = await connection.call<Array<{ RepoTags?: string[] | null }>>({ to: `listing the images of ${repository}`, path: '/images/json', query: { filters: JSON.stringify({ reference: [repository] }) } })
  return images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((name) => name.startsWith(`${repository}:`))
}

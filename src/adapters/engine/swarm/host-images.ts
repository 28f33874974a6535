import type { HostImage } from '../../../domain/model/engine-state.ts'
import { isPortError, PortError } from '../../../ports/port-error.ts'
import { KEPT } from './kept-images.ts'
import type { Parts } from './parts.ts'

interface ListedImage {
  Id: string
  RepoTags?: string[] | null
  RepoDigests?: string[] | null
  Size: number
}

/** Every image that is no mere layer of another one. A service holds its image also while it has no container: an app scaled to nothing starts from it. */
export async function hostImages({ connection, lists, images: known }: Parts): Promise<HostImage[]> {
  const [images, containers, services] = await Promise.all([connection.call<ListedImage[]>({ to: 'listing the images', path: '/images/json' }), lists.containers(), lists.services()])
  const usedBy = Map.groupBy(containers, ({ ImageID }) => ImageID)
  const servicesOf = new Map<string, string[]>()
  for (const { Spec } of services) {
    const image = Spec.TaskTemplate.ContainerSpec?.Image
    const id = image === undefined ? undefined : await known.idOf(image)
    if (id !== undefined) servicesOf.set(id, [...(servicesOf.get(id) ?? []), Spec.Name])
  }
  return images.map(({ Id, RepoTags, RepoDigests, Size }) => {
    const tags = (RepoTags ?? []).filter((tag) => tag !== '<none>:<none>')
    return {
      id: Id,
      tags: tags.filter((tag) => !tag.startsWith(KEPT)),
      digests: (RepoDigests ?? []).filter((reference) => reference !== '<none>@<none>' && !reference.startsWith(KEPT)),
      bytes: Size,
      usedBy: [...(usedBy.get(Id) ?? []).map(({ Id: container, Names }) => Names?.[0]?.replace(/^\//, '') ?? container.slice(0, 12)), ...(servicesOf.get(Id) ?? [])],
      keptFor: tags.filter((tag) => tag.startsWith(KEPT)).map((tag) => tag.slice(KEPT.length, tag.lastIndexOf(':'))),
    }
  })
}

/** Name by name and never by force. The engine itself protects what a container has only once it comes to the last name, so that we look before the first. */
export async function removeImage(parts: Parts, names: string[]): Promise<void> {
  const wanted = new Set(names)
  const users = (await hostImages(parts)).filter(({ tags, digests }) => [...tags, ...digests].some((name) => wanted.has(name))).flatMap(({ usedBy }) => usedBy)
  if (users.length > 0) throw new PortError('conflict', `removing the image ${names[0]}: ${users.join(', ')} has it`)
  for (const name of names) {
    try {
      await parts.connection.call({ to: `removing the image ${name}`, method: 'DELETE', path: `/images/${name}` })
    } catch (error) {
      // With its last tag the image goes, and its digests with it.
      if (!isPortError(error, 'not-found')) throw error
    }
  }
}

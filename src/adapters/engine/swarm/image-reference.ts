import type { Digest } from '../../../domain/model/app.ts'

export interface ImageReference {
  /** `docker.io` where none is written. */
  registry: string
  /** As written, without tag and digest. */
  name: string
  /** `latest` where neither tag nor digest is written. */
  tag?: string
  digest?: Digest
}

/** Takes a reference apart as Docker does: the first part is a registry if it has a dot, a colon, or is `localhost`. */
export function imageReference(image: string): ImageReference {
  const [beforeDigest = '', digest] = image.split('@')
  const slash = beforeDigest.lastIndexOf('/')
  const colon = beforeDigest.indexOf(':', slash + 1)
  const name = colon < 0 ? beforeDigest : beforeDigest.slice(0, colon)
  const tag = colon < 0 ? undefined : beforeDigest.slice(colon + 1)
  const first = name.slice(0, Math.max(0, name.indexOf('/')))
  const registry = /[.:]|^localhost$/.test(first) ? first : 'docker.io'
  return { registry, name, tag: tag ?? (digest === undefined ? 'latest' : undefined), digest }
}

/** `name:tag@sha256:…`, exactly as the client writes it after asking the registry. */
export function pinned(image: string, digest: Digest | undefined): string {
  if (digest === undefined || image.includes('@')) return image
  const { name, tag } = imageReference(image)
  return `${name}:${tag}@${digest}`
}

/** An image's name with everything written out that Docker would add. */
export interface ImageReference {
  /** `docker.io` where none is written. */
  registry: string
  /** With `library/` where Docker Hub adds it. */
  repository: string
  tag: string | null
  /** `sha256:…` */
  digest: string | null
}

const REGISTRY = /^(?:localhost|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?$/
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/

/** The grammar of references of Docker's own library: what it refuses is refused here, with the reason as a clause. */
export function parseImageReference(text: string): ImageReference | { why: string } {
  if (text === '') return { why: 'it is empty' }
  if (text.length > 400) return { why: 'it is too long' }
  if (/\s/.test(text)) return { why: 'it holds a blank' }
  const at = text.indexOf('@')
  const digest = at < 0 ? null : text.slice(at + 1)
  const named = at < 0 ? text : text.slice(0, at)
  if (digest !== null && !(DIGEST.test(digest) && (!digest.startsWith('sha256:') || /^sha256:[0-9a-f]{64}$/.test(digest)))) return { why: 'what follows `@` is no digest (`sha256:` and 64 hex digits)' }
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  const tag = colon < 0 ? null : named.slice(colon + 1)
  const name = colon < 0 ? named : named.slice(0, colon)
  if (tag === '') return { why: 'nothing follows the colon' }
  if (tag !== null && !TAG.test(tag)) return { why: `\`${tag}\` is no tag` }
  if (name === '') return { why: 'it has no name' }
  if (/^[0-9a-f]{64}$/.test(name)) return { why: 'it is an image id, not a name' }
  const { registry, path } = splitRegistry(name)
  if (!REGISTRY.test(registry)) return { why: `\`${registry}\` is no registry` }
  const wrong = path.split('/').find((component) => !COMPONENT.test(component))
  if (wrong !== undefined) {
    if (wrong === '') return { why: 'it has an empty part between two slashes' }
    return { why: wrong.toLowerCase() === wrong ? `\`${wrong}\` may not stand in a name` : `\`${wrong}\` has capitals, and a name has none` }
  }
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path
  if (repository.length > 255) return { why: 'its name is longer than 255 characters' }
  return { registry, repository, tag, digest }
}

/** The first part is a registry when it holds a dot or a colon, is `localhost`, or has capitals. */
function splitRegistry(name: string): { registry: string; path: string } {
  const slash = name.indexOf('/')
  const first = slash < 0 ? '' : name.slice(0, slash)
  const isRegistry = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first)
  if (!isRegistry) return { registry: 'docker.io', path: name }
  return { registry: first === 'index.docker.io' ? 'docker.io' : first, path: name.slice(slash + 1) }
}

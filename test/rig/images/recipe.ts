import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * How one image is made. Everything that decides its content is in here or in the files it names, so that the key over it says when it
 * must be made again.
 */
export interface ImageRecipe {
  /** Short name: the part is `image:<name>`. */
  name: string
  /** Under these names of Docker Hub it is pushed: `postgres:15`, `restic/restic:0.14.0`. */
  tags: string[]
  is: string
  byDefault: boolean
  from: ImageSource
  config?: ImageConfig
}

export type ImageSource =
  /** A minimal Debian, with some packages. */
  | { kind: 'debian', release: string, script: string, packages?: string[] }
  /** A container of another image of ours, in which a script ran; `files` is a folder laid over its root before. */
  | { kind: 'script', parent: string, script: string, files?: string, program?: { path: string, from: string, version: string } }
  /** One statically linked Go program from the Go module proxy in an otherwise empty image. */
  | { kind: 'go', module: string, version: string, command: string, program: string, flags: string }
  /** A single static program of a Debian package, with a link for each of its names. */
  | { kind: 'busybox', parent: string }
  /** Keycloak's distribution from Maven's repository over another image of ours, built with some options as its own guide says. */
  | { kind: 'keycloak', parent: string, version: string, options: Record<string, string> }
  /** A folder with a Dockerfile that starts from one of the others. */
  | { kind: 'dockerfile', context: string, needs: string[] }

export interface ImageConfig {
  env?: Record<string, string>
  entrypoint?: string[]
  cmd?: string[]
  workdir?: string
  volumes?: string[]
  expose?: number[]
  stopSignal?: string
}

/** Dockerfile instructions that give a container's image this configuration. */
export function configChanges(config: ImageConfig = {}): string[] {
  return [
    ...Object.entries(config.env ?? {}).map(([name, value]) => `ENV ${name}=${JSON.stringify(value)}`),
    `ENTRYPOINT ${JSON.stringify(config.entrypoint ?? [])}`,
    `CMD ${JSON.stringify(config.cmd ?? [])}`,
    ...(config.workdir ? [`WORKDIR ${config.workdir}`] : []),
    ...(config.volumes ?? []).map((path) => `VOLUME ${path}`),
    ...(config.expose ?? []).map((port) => `EXPOSE ${port}`),
    ...(config.stopSignal ? [`STOPSIGNAL ${config.stopSignal}`] : []),
  ]
}

/** The short names of the images that this one is made from. */
export function parents(recipe: ImageRecipe): string[] {
  if (recipe.from.kind === 'dockerfile') return recipe.from.needs
  return 'parent' in recipe.from ? [recipe.from.parent] : []
}

/** Changes when the image would: its recipe, the files it takes, or what it stands on. `keyOf` gives the key of a parent. */
export async function imageKey(recipe: ImageRecipe, keyOf: (name: string) => Promise<string>): Promise<string> {
  const hash = createHash('sha256')
  // The description is for people and where the checkout lies is chance: neither is content.
  const { is: _, byDefault: __, from, ...content } = recipe
  const source = from.kind === 'dockerfile' ? { kind: from.kind } : from.kind === 'script' ? { ...from, files: undefined, program: from.program && { ...from.program, from: undefined } } : from
  hash.update(JSON.stringify({ content, source }))
  for (const parent of parents(recipe)) hash.update(await keyOf(parent))
  const folder = from.kind === 'dockerfile' ? from.context : from.kind === 'script' ? from.files : undefined
  if (folder) hash.update(await folderKey(folder))
  return hash.digest('hex').slice(0, 16)
}

/** Over names, modes and contents of all files in a folder. */
export async function folderKey(folder: string): Promise<string> {
  const hash = createHash('sha256')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()
  for (const file of files) {
    const { mode } = await stat(file)
    hash.update(`${file.slice(folder.length)}\0${mode & 0o111 ? 'x' : '-'}\0`)
    hash.update(await readFile(file))
  }
  return hash.digest('hex')
}

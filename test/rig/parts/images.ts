import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { docker } from '../docker.ts'
import { buildImage, buildName, fetchForImage, hubPath, registryName } from '../images/build.ts'
import { imageCatalogue } from '../images/catalogue.ts'
import type { ImageRecipe } from '../images/recipe.ts'
import { imageKey, parents } from '../images/recipe.ts'
import type { Part, Rig } from '../part.ts'
import type { Places } from '../places.ts'
import { ports, rigLabel } from '../places.ts'

/**
 * One part per image. An image is up when the registry has, under each of its names, what was pushed when it was made with the present
 * key: then it is pulled like anywhere else.
 */
const catalogue = await imageCatalogue()

export const imageParts: Part[] = catalogue.map((recipe) => ({
  name: `image:${recipe.name}`,
  is: recipe.is,
  needs: ['registry', 'engine', ...(recipe.from.kind === 'keycloak' ? ['maven'] : []), ...parents(recipe).map((parent) => `image:${parent}`)],
  byDefault: recipe.byDefault,
  up: (rig) => bringUp(recipe, rig),
  fetch: ({ places, says }) => fetchForImage(recipe, { places, says, log: logOf(recipe, places) }),
  async state({ places }) {
    const missing = await missingFrom(recipe, places)
    return missing === undefined ? { up: true, version: recipe.tags[0], where: registryName(recipe.tags[0]!) } : { up: false, note: missing }
  },
}))

/** A name for all of them. */
export const images: Part = {
  name: 'images',
  is: 'all images that recipes name',
  needs: catalogue.filter((recipe) => recipe.byDefault).map((recipe) => `image:${recipe.name}`),
  byDefault: true,
  async up() {},
  async state(rig) {
    const states = await Promise.all(imageParts.filter((part) => part.byDefault).map((part) => part.state(rig)))
    const up = states.filter((state) => state.up).length
    return { up: up === states.length, version: `${up} of ${states.length}`, where: `127.0.0.1:${ports.registry}` }
  },
}

async function bringUp(recipe: ImageRecipe, { places, says }: Rig): Promise<void> {
  const key = await keyOf(recipe.name)
  const log = logOf(recipe, places)
  if ((await keyOnEngine(recipe, places)) !== key) {
    await rm(log, { force: true })
    await needParents(recipe, places)
    await buildImage(recipe, { places, says, log, key })
  }
  says(`pushing ${recipe.tags.join(', ')}`)
  const pushed: Pushed = { key, digests: {} }
  for (const tag of recipe.tags) {
    const name = registryName(tag)
    await docker(places, ['tag', buildName(recipe.name), name], { log })
    await docker(places, ['push', '--quiet', name], { log })
    await docker(places, ['rmi', '--no-prune', name], { log })
    // What the engine pulled under this name before is no longer what the name means. Where a container still uses it, it stays.
    await docker(places, ['rmi', '--no-prune', tag], { mayExit: [1], log })
    pushed.digests[tag] = (await digestInRegistry(tag)) ?? ''
  }
  await mkdir(places.images, { recursive: true })
  await writeFile(recordPath(recipe, places), JSON.stringify(pushed, null, 2))
}

interface Pushed {
  key: string
  /** Docker Hub name → digest of the manifest. */
  digests: Record<string, string>
}

/** Undefined when nothing is missing. */
async function missingFrom(recipe: ImageRecipe, places: Places): Promise<string | undefined> {
  const text = await readFile(recordPath(recipe, places), 'utf8').catch(() => undefined)
  if (!text) return 'never made'
  const pushed: Pushed = JSON.parse(text)
  if (pushed.key !== (await keyOf(recipe.name))) return 'made from an older recipe'
  for (const tag of recipe.tags) {
    if (!pushed.digests[tag] || (await digestInRegistry(tag)) !== pushed.digests[tag]) return `the registry has no such ${tag}`
  }
  return undefined
}

/** An image that was pushed long ago may be gone from the engine: it is pulled back before others are made from it. */
async function needParents(recipe: ImageRecipe, places: Places): Promise<void> {
  for (const name of parents(recipe)) {
    const parent = catalogue.find((candidate) => candidate.name === name)!
    // A Dockerfile names its parent as recipes do: the engine must take the present one, not one that it pulled before.
    if (recipe.from.kind === 'dockerfile') for (const tag of parent.tags) await docker(places, ['pull', '--quiet', tag])
    if ((await keyOnEngine(parent, places)) === (await keyOf(name))) continue
    await docker(places, ['pull', '--quiet', parent.tags[0]!])
    await docker(places, ['tag', parent.tags[0]!, buildName(name)])
  }
}

async function keyOnEngine(recipe: ImageRecipe, places: Places): Promise<string | undefined> {
  const { code, stdout } = await docker(places, ['image', 'inspect', '--format', `{{index .Config.Labels "${rigLabel}.key"}}`, buildName(recipe.name)], { mayExit: [1] })
  return code === 0 ? stdout.trim() : undefined
}

async function digestInRegistry(tag: string): Promise<string | undefined> {
  const [name, version] = hubPath(tag).split(':')
  const answer = await fetch(`http://127.0.0.1:${ports.registry}/v2/${name}/manifests/${version}`, {
    method: 'HEAD',
    headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
  }).catch(() => undefined)
  return answer?.ok ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined
}

const keys = new Map<string, Promise<string>>()

function keyOf(name: string): Promise<string> {
  const known = keys.get(name)
  if (known) return known
  const recipe = catalogue.find((candidate) => candidate.name === name)!
  const key = imageKey(recipe, keyOf)
  keys.set(name, key)
  return key
}

function logOf(recipe: ImageRecipe, places: Places): string {
  return join(places.logs, `image-${recipe.name}.log`)
}

function recordPath(recipe: ImageRecipe, places: Places): string {
  return join(places.images, `${recipe.name}.json`)
}

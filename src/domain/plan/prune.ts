import type { Digest } from '../model/app.ts'
import type { HostImage } from '../model/engine-state.ts'
import type { RunId } from '../model/run.ts'
import { parseImageReference } from '../recipe/image-reference.ts'

/** What may stay, by the host's settings. */
export interface PruneLimits {
  /** For all images that cc-ci fetched; layers that several share count for each. */
  imageBytes: number
  /** So many runs keep their evidence, and none for longer than that. */
  evidence: { runs: number; ms: number }
  /** A clone that nobody opened for so long is fetched again when it is next needed. */
  sourcesMs: number
}

/** A record's word that an image was used. */
export interface ImageUse {
  /** As it was pulled. */
  name: string
  digest: Digest
  /** ms UTC */
  at: number
  /** It was not on this host before: cc-ci brought it. */
  fetched: boolean
}

export interface RunOnDisk {
  id: RunId
  /** ms UTC; 0: nobody knows. */
  startedAt: number
  /** It is under way, or was never torn down: its files are still needed. */
  isNeeded: boolean
  /** Of its evidence and checkouts. */
  bytes: number
}

export interface CachedSource {
  /** The name of its folder. */
  name: string
  /** ms UTC; when it was last opened. */
  usedAt: number
}

export interface Seen {
  now: number
  /** Null: nobody could look. */
  images: readonly HostImage[] | null
  uses: readonly ImageUse[]
  /** Digests and names of images that must stay whatever their age. */
  pinned: { digests: ReadonlySet<Digest>; names: readonly string[] }
  runs: readonly RunOnDisk[]
  sources: readonly CachedSource[]
  /** Somebody is at work who may need any of it: `the run note-1a2b3c`. */
  busy: string | undefined
}

export interface PrunePlan {
  images: Array<{ image: HostImage; /** The names under which it goes. */ names: string[]; lastUsedAt: number }>
  /** All that cc-ci fetched, and what of it stays; null: nobody could look. */
  imageBytes: { now: number; after: number } | null
  /** What stays beyond the budget, or is not ours to judge: how many, for which reason. */
  kept: Partial<Record<KeptBecause, number>>
  evidence: RunOnDisk[]
  sources: CachedSource[]
}

/**
 * `foreign`: cc-ci did not fetch it, or somebody gave it another name. `used`: a container or a service has it. `kept`: the engine keeps it for an app.
 * `pinned`: a record goes back to it. `recent`: it fits into the budget. `busy`: somebody is at work.
 */
export type KeptBecause = 'foreign' | 'used' | 'kept' | 'pinned' | 'recent' | 'busy'

/**
 * What goes. Volumes are not in it, whoever asks (trap 24): the data of what is not deployed looks like nobody's. What cc-ci did not bring is never touched,
 * and what a record or the engine goes back to stays beyond any budget.
 */
export function decidePrune(seen: Seen, limits: PruneLimits): PrunePlan {
  const { busy, now } = seen
  const images = decideImages(seen, limits.imageBytes)
  const newest = seen.runs.toSorted((a, b) => b.startedAt - a.startedAt)
  return {
    ...images,
    evidence: newest.filter((run, index) => !run.isNeeded && run.bytes > 0 && (index >= limits.evidence.runs || now - run.startedAt > limits.evidence.ms)),
    // A run that has it open reads from it for as long as it lasts.
    sources: busy === undefined ? seen.sources.filter(({ usedAt }) => now - usedAt > limits.sourcesMs) : [],
  }
}

function decideImages({ images, uses, pinned, busy }: Seen, budget: number): Pick<PrunePlan, 'images' | 'imageBytes' | 'kept'> {
  if (images === null) return { images: [], imageBytes: null, kept: {} }
  const usesOf = Map.groupBy(uses, ({ digest }) => digest)
  const pinnedNames = new Set(pinned.names.map((name) => plainName(name, 'tag')))
  const kept: PrunePlan['kept'] = {}
  const going: PrunePlan['images'] = []
  let ours = 0
  const stays = (because: KeptBecause) => {
    kept[because] = (kept[because] ?? 0) + 1
  }
  for (const image of images) {
    const known = image.digests.flatMap((reference) => usesOf.get(reference.slice(reference.indexOf('@') + 1)) ?? [])
    if (!isOurs(image, known)) {
      stays('foreign')
      continue
    }
    ours += image.bytes
    if (image.usedBy.length > 0) stays('used')
    else if (image.keptFor.length > 0) stays('kept')
    else if (image.digests.some((reference) => pinned.digests.has(reference.slice(reference.indexOf('@') + 1))) || image.tags.some((tag) => pinnedNames.has(plainName(tag, 'tag')))) stays('pinned')
    else if (busy !== undefined) stays('busy')
    else going.push({ image, names: [...image.tags, ...image.digests], lastUsedAt: Math.max(...known.map(({ at }) => at)) })
  }
  going.sort((a, b) => a.lastUsedAt - b.lastUsedAt || (a.image.id < b.image.id ? -1 : 1))
  let after = ours
  const removed = going.filter(({ image }) => {
    if (after <= budget) return false
    after -= image.bytes
    return true
  })
  for (let recent = removed.length; recent < going.length; recent += 1) stays('recent')
  return { images: removed, imageBytes: { now: ours, after }, kept }
}

/** Brought by cc-ci, and known by no other name than those under which it was. */
function isOurs(image: HostImage, uses: readonly ImageUse[]): boolean {
  if (!uses.some(({ fetched }) => fetched)) return false
  const names = new Set(uses.map(({ name }) => plainName(name, 'tag')))
  const repositories = new Set(uses.map(({ name }) => plainName(name, 'repository')))
  return image.tags.every((tag) => names.has(plainName(tag, 'tag'))) && image.digests.every((reference) => repositories.has(plainName(reference, 'repository')))
}

/** The same for every way to write it; which digest it has is not asked. */
function plainName(reference: string, upTo: 'repository' | 'tag'): string {
  const parsed = parseImageReference(reference.replace(/@.*/, ''))
  if ('why' in parsed) return reference
  return `${parsed.registry}/${parsed.repository}${upTo === 'tag' ? `:${parsed.tag ?? 'latest'}` : ''}`
}

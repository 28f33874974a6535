import type { ReadRecipe } from '../model/read-recipe.ts'
import type { BackupLabels } from '../model/read-recipe.ts'
import type { StackMount } from '../model/stack.ts'
import { isNameless } from '../recipe/nameless.ts'
import type { ServiceName } from '../model/app.ts'

/** One path of one volume that backup-bot's labels ask for. `path` is relative to the volume's root, `.` for all of it. */
export interface SavedPath {
  service: ServiceName
  volume: string
  path: string
}

export interface Coverage {
  saved: SavedPath[]
  /** Named volumes that no label covers. */
  uncovered: string[]
  hooks: BackupLabels[]
  /** Paths that the labels name and that lie on no volume: they would be lost with the container. */
  astray: Array<{ service: ServiceName; path: string }>
}

/** Which data a backup of this recipe holds, from its labels. */
export function coverageOf(recipe: ReadRecipe): Coverage {
  const saved: SavedPath[] = []
  const astray: Coverage['astray'] = []
  const hooks = recipe.backup.filter((labels) => labels.enabled)
  for (const labels of hooks) {
    const mounts = volumeMounts(recipe, labels.service)
    for (const path of labels.paths) {
      const mount = mounts.filter((one) => isBelow(path, one.target)).toSorted((a, b) => b.target.length - a.target.length)[0]
      if (!mount?.source) astray.push({ service: labels.service, path })
      else saved.push({ service: labels.service, volume: mount.source, path: relative(path, mount.target) })
    }
    for (const [volume, path] of Object.entries(labels.volumes)) {
      if (path !== false) saved.push({ service: labels.service, volume, path })
    }
    if (labels.paths.length > 0) continue
    for (const mount of mounts) {
      if (mount.source && !(mount.source in labels.volumes)) saved.push({ service: labels.service, volume: mount.source, path: '.' })
    }
  }
  const distinct = withoutNested(saved)
  const covered = new Set(distinct.map((entry) => entry.volume))
  const uncovered = namedVolumes(recipe).filter((volume) => !covered.has(volume))
  return { saved: distinct, uncovered, hooks, astray }
}

/** The volumes that services really mount, by compose key. */
export function namedVolumes(recipe: ReadRecipe): string[] {
  const keys = Object.keys(recipe.stack.services).flatMap((service) => volumeMounts(recipe, service).map((mount) => mount.source!))
  return [...new Set(keys)].sort()
}

export function volumeMounts(recipe: Pick<ReadRecipe, 'stack'>, service: ServiceName): StackMount[] {
  return (recipe.stack.services[service]?.volumes ?? []).filter((mount) => mount.type === 'volume' && mount.source !== undefined)
}

/** A volume that a service gets without a name: each new container begins with an empty one, and no label can name it. */
export interface NamelessVolume {
  service: ServiceName
  target: string
}

export function namelessVolumes(recipe: Pick<ReadRecipe, 'stack'>): NamelessVolume[] {
  return Object.entries(recipe.stack.services).flatMap(([service, { volumes = [] }]) =>
    volumes.filter(isNameless).map(({ target }) => ({ service, target })))
}

export function sayNameless({ service, target }: NamelessVolume): string {
  return `${target} in ${service}`
}

/** Why a backup tier does or does not apply. First match wins. */
export type BackupDuty =
  | { is: 'apply'; coverage: Coverage; gaps: string[] }
  | { is: 'declared'; why: string }
  /** Nothing to back up. */
  | { is: 'no-data' }
  /** Neither base nor head has labels: a gap, said on the first screen, that caps the level. */
  | { is: 'not-covered'; volumes: string[]; /** Those of them that no label could cover. */ nameless: string[] }
  /** The base had them and the head dropped them (trap 63). */
  | { is: 'dropped'; volumes: string[] }

export function backupDuty(given: { base: ReadRecipe | null; head: ReadRecipe }): BackupDuty {
  const { base, head } = given
  // A declaration counts from the base; without a base there is nobody else to ask (trap 63).
  const believed = base ?? head
  const declared = believed.config.notApplicable.backup
  if (declared !== undefined) return { is: 'declared', why: declared }
  const now = coverageOf(head)
  const needsOne = (key: string) => believed.config.notBackedUp[key] === undefined
  const allNameless = namelessVolumes(head)
  const nameless = allNameless.filter(({ target }) => needsOne(target)).map(sayNameless)
  const gaps = [...now.uncovered.filter(needsOne), ...nameless]
  if (base) {
    const before = new Set(coverageOf(base).saved.map((entry) => entry.volume))
    const dropped = now.uncovered.filter((volume) => before.has(volume))
    if (dropped.length > 0) return { is: 'dropped', volumes: dropped }
  }
  if (now.saved.length > 0 || now.astray.length > 0) return { is: 'apply', coverage: now, gaps }
  if (namedVolumes(head).length === 0 && allNameless.length === 0) return { is: 'no-data' }
  if (gaps.length === 0) return { is: 'declared', why: 'every volume is declared not to need a backup' }
  return { is: 'not-covered', volumes: gaps, nameless }
}

/** Whether a marker put at the root of a volume is inside what is saved. */
export function isSavedWhole(coverage: Coverage, volume: string): boolean {
  return coverage.saved.some((entry) => entry.volume === volume && entry.path === '.')
}

function isBelow(path: string, folder: string): boolean {
  const root = folder.endsWith('/') ? folder : `${folder}/`
  return path === folder || path.startsWith(root)
}

function relative(path: string, folder: string): string {
  const rest = path.slice(folder.length).replace(/^\/+/, '').replace(/\/+$/, '')
  return rest === '' ? '.' : rest
}

function withoutNested(saved: SavedPath[]): SavedPath[] {
  const clean = saved.map((entry) => ({ ...entry, path: entry.path.replace(/^\.?\/+/, '').replace(/\/+$/, '') || '.' }))
  return clean.filter(
    (entry, index) =>
      !clean.some(
        (other, at) =>
          at !== index && other.volume === entry.volume && (other.path === entry.path ? at < index : other.path === '.' || entry.path.startsWith(`${other.path}/`)),
      ),
  )
}

import type { Coverage } from '../../../domain/plan/coverage.ts'
import { isSavedWhole } from '../../../domain/plan/coverage.ts'
import { judgeArtefact } from '../../../domain/plan/artefact.ts'
import type { Artefact } from '../../../ports/backup.ts'
import { isPortError } from '../../../ports/port-error.ts'
import type { RunContext } from '../context.ts'
import type { Place } from '../data.ts'
import { runHooks } from '../hooks.ts'
import { plant, type Markers } from '../markers.ts'
import { assertStands } from '../ready.ts'
import { stop } from '../stopped.ts'
import type { Tier } from '../tier.ts'

export interface BackupTaken {
  artefact: Artefact
  /** The places whose markers the artefact must bring back. */
  places: Place[]
  files: number
  how: string
}

/** Runs the hooks, saves what the labels name, and opens the artefact before believing it (trap 20). */
export async function backup(context: RunContext, tier: Tier, given: { coverage: Coverage; base: Coverage | null; markers: Markers; unproven(volumes: string[]): void }): Promise<BackupTaken> {
  const { coverage, markers } = given
  const astray = coverage.astray[0]
  if (astray) stop({ reason: 'backup-empty', detail: `backupbot.backup.path of service ${astray.service} names ${astray.path}, which lies on no volume: a backup never sees it` })
  await plant(context, tier, markers, 'saved')
  await runHooks(context, tier, coverage.hooks, 'preHook')
  const { backups } = context.ports
  const artefact = await tier.step(`back up ${[...new Set(coverage.saved.map((entry) => entry.volume))].join(', ')}`, { waitsFor: await backups.says() }, async (step) => {
    const taken = await backups.save(context.app, coverage.saved, tier.signal).catch(namesNothing)
    // Asked again: only now is it sure which version did it.
    step.note(`${await backups.says()}, ${taken.bytes} bytes`)
    return taken
  })
  await runHooks(context, tier, coverage.hooks, 'postHook')
  const places = savedPlaces(markers.places, coverage)
  const unproven = unprovenVolumes(coverage, places)
  // What the base saved whole must not be saved in part, with nothing in that part that could prove it (trap 63).
  const narrowed = unproven.filter((volume) => given.base !== null && isSavedWhole(given.base, volume))
  if (narrowed.length > 0) stop({ reason: 'coverage-dropped', volumes: narrowed })
  given.unproven(unproven)
  const files = await tier.step('open the backup', { waitsFor: 'the list of what is in it' }, async (step) => {
    const entries = await backups.entries(context.app, artefact, tier.signal)
    await step.attach('backup-entries.txt', 'what the backup holds', entries.map((entry) => `${entry.kind}\t${entry.bytes}\t${entry.volume}/${entry.path}`).join('\n'))
    const expected = places.filter((place) => place.probe.kind === 'volume').map((place) => ({ volume: place.volume!, path: '.cc-ci-marker-before', bytes: markers.saved.length }))
    const detail = judgeArtefact({ saved: coverage.saved, entries, expected })
    if (detail) stop({ reason: 'backup-empty', detail })
    const count = entries.filter((entry) => entry.kind === 'file').length
    step.note(`${count} files`)
    return count
  })
  await assertStands(context)
  return { artefact, places, files, how: await backups.says() }
}

/** A label, or the hook that should have made what it names, is the recipe's own. */
function namesNothing(error: unknown): never {
  if (isPortError(error, 'not-found')) stop({ reason: 'backup-empty', detail: error.message })
  throw error
}

/** The places that the labels promise to save: a marker outside them proves nothing about the backup. */
function savedPlaces(places: Place[], coverage: Coverage): Place[] {
  return places.filter((place) => {
    if (place.probe.kind === 'declared') return true
    if (place.volume === undefined) return false
    if (place.probe.kind === 'volume') return isSavedWhole(coverage, place.volume)
    return coverage.saved.some((entry) => entry.volume === place.volume)
  })
}


/** Saved volumes of which no marker can come back: a part is saved in which nothing of ours lies, and no database and no declared data speaks for it. */
function unprovenVolumes(coverage: Coverage, places: Place[]): string[] {
  if (places.some((place) => place.probe.kind === 'declared')) return []
  const saved = [...new Set(coverage.saved.map((entry) => entry.volume))]
  return saved.filter((volume) => !places.some((place) => place.volume === volume))
}

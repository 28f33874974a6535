import type { Coverage } from '../../domain/plan/coverage.ts'
import { movedMounts } from '../../domain/plan/moved-mounts.ts'
import { unloadedBy } from '../../domain/plan/unloaded.ts'
import type { DataProbe, UnprobedData } from '../../domain/model/run.ts'
import type { RunContext } from './context.ts'
import { findPlaces, type Place } from './data.ts'
import { assertStands } from './ready.ts'
import { stop } from './stopped.ts'
import type { Step, Tier } from './tier.ts'

/**
 * What a run knows of the data it planted.
 *
 *     install: before = first ─► upgrade: still first? ─► before = saved ─► backup ─► mutate: before = second, later = third
 *                                                                                   └─► restore: before = saved again? later gone?
 *
 * `saved` is written just before the backup: a copy of older files (a dump of yesterday, a database without its log) still holds `first`.
 */
export interface Markers {
  places: Place[]
  unprobed: UnprobedData[]
  /** Places that are known and took no marker before the upgrade. */
  missed: UnprobedData[]
  first: string
  saved: string
  second: string
  third: string
}

export function newMarkers(context: RunContext): Markers {
  const value = () => Buffer.from(context.ports.random.bytes(6)).toString('hex')
  return { places: [], unprobed: [], missed: [], first: value(), saved: value(), second: value(), third: value() }
}

/** Puts a marker into every place of the running version, and reads it back at once. */
export async function plant(context: RunContext, tier: Tier, markers: Markers, which: 'first' | 'saved'): Promise<void> {
  await tier.step('plant markers in the data', { waitsFor: 'every volume and database to take one' }, (step) => fill(context, tier, step, markers, markers[which]))
  if (which === 'first') markers.missed = markers.unprobed
}

async function fill(context: RunContext, tier: Tier, step: Step, markers: Markers, value: string): Promise<void> {
  const found = await findPlaces(context, tier.signal)
  const unprobed = new Map(found.unprobed.map((entry) => [entry.what, entry]))
  // What the base said how to read is read to the end, though the head says it no more (trap 63).
  const saidByBase = markers.places.filter((place) => place.probe.kind === 'declared' && !found.places.some((one) => keyOf(one.probe) === keyOf(place.probe)))
  const places: Place[] = []
  for (const place of [...found.places, ...saidByBase]) {
    step.waits(`${place.probe.what} to take a marker`)
    try {
      await place.write('before', value, tier.signal)
      const back = await place.read('before', value, tier.signal)
      if (back !== value) throw new Error(`it gave back ${back === null ? 'nothing' : 'something else'} at once`)
      places.push(place)
    } catch (error) {
      if (tier.signal.aborted) throw error
      await assertStands(context)
      const why = context.record.redact(error instanceof Error ? error.message : String(error))
      // What took a marker before must take another: that it no longer does is a finding, not a gap.
      if (place.probe.kind === 'declared' || markers.places.some((one) => keyOf(one.probe) === keyOf(place.probe))) stop({ reason: 'check-failed', check: `data "${place.probe.what}"`, exitCode: null, says: why, lastLines: [] })
      unprobed.set(place.probe.what, { what: place.probe.what, why })
    }
  }
  markers.places = places
  markers.unprobed = [...unprobed.values()]
  step.note(places.length === 0 ? 'no place that keeps data' : places.map((place) => place.probe.what).join(', '))
}

/** After an upgrade: what was planted must still be there. */
export async function assertKept(context: RunContext, tier: Tier, markers: Markers): Promise<void> {
  await tier.step('look for the markers', { waitsFor: 'what was planted before the upgrade' }, async () => {
    const found = await findPlaces(context, tier.signal)
    for (const place of found.places) await assertSeenBefore(place, markers, tier.signal)
    const known = new Set(markers.places.map((place) => keyOf(place.probe)))
    // Where a lost place may have moved to. What was there before the upgrade is none of these: it answers for itself alone.
    const newcomers = found.places.filter((one) => !known.has(keyOf(one.probe)))
    for (const place of markers.places) {
      const now = found.places.find((one) => keyOf(one.probe) === keyOf(place.probe)) ?? (await movedTo(place, newcomers, markers.first, tier.signal))
      if (now) {
        await assertRead(context, now, markers.first, tier.signal)
        continue
      }
      if (place.probe.kind === 'declared') {
        // The head says no more how to read it; the base does, and the data must still be there (trap 63).
        await assertRead(context, place, markers.first, tier.signal)
        continue
      }
      await assertStands(context)
      stop({ reason: 'data-lost', what: place.probe.what, when: 'upgrade', detail: 'the new version has no such place any more' })
    }
    const moved = context.base ? movedMounts(context.base.recipe, context.head.recipe).find(({ volume }) => !isVouchedFor(volume, markers)) : undefined
    if (moved) stop({ reason: 'mount-moved', ...moved })
  })
}

/** Whether something read data of that volume as its owner does: through a database's own client, or through the app itself. A file is found wherever the volume is. */
function isVouchedFor(volume: string, { places }: Markers): boolean {
  return places.some(({ probe, volume: of }) => probe.kind === 'declared' || (of === volume && probe.kind !== 'volume' && probe.kind !== 'sqlite'))
}

/**
 * The head keeps this data nowhere any more: a database that moved to another service, or a file with another name, is looked for under its kind in its
 * volume, first where the marker is. Takes it out of `newcomers`: one stands in for one, under the name of what was there.
 */
async function movedTo(place: Place, newcomers: Place[], value: string, signal: AbortSignal): Promise<Place | undefined> {
  const alike = newcomers.filter((one) => one.probe.kind === place.probe.kind && one.volume !== undefined && one.volume === place.volume)
  let moved = alike[0]
  for (const one of alike.length > 1 ? alike : []) {
    const back = await readOrSay(one, 'before', value, signal)
    if ('said' in back || back.value !== value) continue
    moved = one
    break
  }
  if (!moved) return undefined
  newcomers.splice(newcomers.indexOf(moved), 1)
  return { ...moved, probe: place.probe }
}

/** What took no marker before the upgrade and takes one after it may have been emptied in between: nobody saw. */
async function assertSeenBefore(place: Place, { missed, first }: Markers, signal: AbortSignal): Promise<void> {
  const gap = missed.find(({ what }) => what === place.probe.what)
  if (gap === undefined) return
  try {
    await place.write('before', first, signal)
    if ((await place.read('before', first, signal)) !== first) return
  } catch (error) {
    if (signal.aborted) throw error
    return
  }
  stop({ reason: 'data-unseen', what: gap.what, why: gap.why })
}

async function assertRead(context: RunContext, place: Place, value: string, signal: AbortSignal): Promise<void> {
  const back = await readOrSay(place, 'before', value, signal)
  if (!('said' in back) && back.value === value) return
  // An app that is down can show nothing: that it fell over is the finding (trap 6).
  await assertStands(context)
  if ('said' in back) stop({ reason: 'data-lost', what: place.probe.what, when: 'upgrade', detail: `it could not be read: ${back.said}` })
  stop({ reason: 'data-lost', what: place.probe.what, when: 'upgrade', detail: back.value === null ? 'what was written before the upgrade is gone' : 'what was written before the upgrade has another content' })
}

/** Changes what was saved and adds something newer, so that a restore has something to do. */
export async function mutate(tier: Tier, places: Place[], markers: Markers): Promise<void> {
  await tier.step('change the data', { waitsFor: 'every saved place to take another marker' }, async () => {
    for (const place of places) {
      await place.write('before', markers.second, tier.signal)
      await place.write('later', markers.third, tier.signal)
      if ((await place.read('later', markers.third, tier.signal)) !== markers.third) throw new Error(`${place.probe.what} did not keep the change that the restore is to undo`)
    }
  })
}

/** After a restore: what was there is back, what came later is gone (trap 17). */
export async function assertRestored(context: RunContext, tier: Tier, places: Place[], markers: Markers, coverage: Coverage): Promise<void> {
  await tier.step('compare the data with what was backed up', { waitsFor: 'what was there to be back and what came later to be gone' }, async () => {
    for (const place of places) {
      const back = await readOrSay(place, 'before', markers.saved, tier.signal)
      if ('said' in back || back.value !== markers.saved) await assertStands(context)
      if ('said' in back) stop({ reason: 'data-lost', what: place.probe.what, when: 'restore', detail: `it could not be read: ${back.said}` })
      if (back.value !== markers.saved) stop({ reason: 'data-lost', what: place.probe.what, when: 'restore', detail: whatCameBack(back.value, markers), ...(back.value === markers.second && { unloaded: unloadedBy(coverage, place) }) })
      const later = await readOrSay(place, 'later', markers.third, tier.signal)
      if ('said' in later) {
        await assertStands(context)
        stop({ reason: 'data-lost', what: place.probe.what, when: 'restore', detail: `whether what came later is gone could not be read: ${later.said}` })
      }
      if (later.value === markers.third) stop({ reason: 'restore-left-behind', what: place.probe.what })
    }
  })
}

function whatCameBack(value: string | null, { first, second }: Markers): string {
  if (value === second) return 'it still holds the change that was made after the backup: the restore brought nothing back'
  if (value === first) return 'it holds what was there earlier: what was written just before the backup is not in the backup'
  return 'what the backup held is not back'
}

export function probesOf(markers: Markers): DataProbe[] {
  return markers.places.map((place) => place.probe)
}

async function readOrSay(place: Place, name: string, value: string, signal: AbortSignal): Promise<{ value: string | null } | { said: string }> {
  try {
    return { value: await place.read(name, value, signal) }
  } catch (error) {
    if (signal.aborted) throw error
    return { said: error instanceof Error ? error.message : String(error) }
  }
}

function keyOf(probe: DataProbe): string {
  return `${probe.kind} ${probe.kind === 'volume' || probe.kind === 'sqlite' ? '' : probe.service} ${probe.what}`
}

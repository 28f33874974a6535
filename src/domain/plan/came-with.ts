import type { App } from '../model/app.ts'
import type { VolumeFolder } from '../model/engine-state.ts'
import type { Stack } from '../model/stack.ts'

/**
 * Volumes that came with a version which went back, by the engine's names: what it left in them, the next try must not meet (trap 17). Only those that its stack
 * makes, the stack before does not have, and nobody saw before it: one wrong list alone dooms nothing.
 */
export function cameWith(given: { app: App; to: Stack; from: Stack; /** Those that were there when the version before had stopped, by name. */ before: readonly string[]; now: readonly VolumeFolder[] }): string[] {
  const { app, to, from, before, now } = given
  const made = volumesMadeBy(to, app)
  const known = new Set([...volumesMadeBy(from, app), ...before])
  return now.map(({ name }) => name).filter((name) => made.has(name) && !known.has(name))
}

function volumesMadeBy(stack: Stack, app: App): Set<string> {
  return new Set(Object.entries(stack.volumes).flatMap(([key, volume]) => (volume.external ? [] : [volume.name ?? `${app.stack}_${key}`])))
}

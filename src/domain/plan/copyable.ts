import type { App } from '../model/app.ts'
import type { VolumeFolder } from '../model/engine-state.ts'
import type { Stack } from '../model/stack.ts'

/**
 * Volumes of a version that runs, of which a snapshot would hold nothing, each as a clause; empty: it holds all that the version could change. `stack`: as
 * deployed; undefined: nobody knows any more what it mounts, and each volume counts. `next`: what is to run on the same data.
 */
export function notCopyable(given: { app: App; stack: Stack | undefined; next: Stack; volumes: readonly VolumeFolder[] }): string[] {
  const { app, stack, next, volumes } = given
  const written = stack && writtenBy(stack, app)
  const isWritten = (name: string) => written === undefined || written.has(name) || writtenBy(next, app).has(name)
  const elsewhere = volumes.filter(({ name, mount }) => mount !== undefined && isWritten(name))
  const listed = new Set(volumes.map(({ name }) => name))
  const missing = [...(written ?? [])].filter((name) => !listed.has(name))
  return [
    ...elsewhere.map(({ name, mount }) => `${name} is a mount (${mount}), and its folder is empty while nothing runs`),
    ...missing.map((name) => `${name} is not among the stack's volumes on this node`),
  ]
}

/** The engine's names of the volumes that its services write to. A service that is scaled to nothing never made one. */
function writtenBy(stack: Stack, app: App): Set<string> {
  const running = Object.values(stack.services).filter(({ deploy }) => deploy?.replicas !== 0)
  const mounts = running.flatMap(({ volumes }) => volumes ?? []).filter(({ type, read_only }) => type === 'volume' && read_only !== true)
  return new Set(mounts.flatMap(({ source }) => (source === undefined ? [] : [stack.volumes[source]?.name ?? `${app.stack}_${source}`])))
}

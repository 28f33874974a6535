import type { Shape } from './shape.ts'
import { isDict } from './origins.ts'

/** The lowest minor version of compose 3 that has every key of a value: the `8` of 3.8. */
export function versionNeeded(value: unknown, shape: Shape): number {
  const own = shape.since ?? 0
  if (Array.isArray(value)) return Math.max(own, ...value.map((item) => (shape.list ? versionNeeded(item, shape.list.of) : 0)))
  if (!isDict(value) || !shape.map) return own
  const map = shape.map
  const below = Object.keys(value).map((key) => {
    const known = (map.keys && Object.hasOwn(map.keys, key) ? map.keys[key] : undefined) ?? (map.names?.test(key) ? map.of : undefined)
    if (known) return versionNeeded(value[key], known)
    return key.startsWith('x-') ? (map.extensionsSince ?? 0) : 0
  })
  return Math.max(own, map.since ?? 0, ...below)
}

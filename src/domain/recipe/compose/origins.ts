import type { YamlReading } from '../../../lib/yaml.ts'
import type { Place } from '../../model/problem.ts'

/** Where an entry of a map or list was written. For the item of a list both are the item. */
export interface Origin {
  key: Place
  value: Place
}

/** A map as read from YAML; what stands in it has been checked against the language, or is looked at with care. */
export type Dict = { [key: string]: unknown }

/**
 * Where every entry of a tree of plain data was written, beside the data, so that the data itself can be handed to anybody.
 *
 * INVARIANT: whoever makes a new container notes the origin of each entry he puts in; what nobody noted is found at its parent.
 */
export class Origins {
  readonly #entries = new WeakMap<object, Map<string | number, Origin>>()

  of(container: object, key: string | number): Origin | undefined {
    return this.#entries.get(container)?.get(key)
  }

  note(container: object, key: string | number, origin: Origin | undefined): void {
    if (!origin) return
    const entries = this.#entries.get(container)
    if (entries) entries.set(key, origin)
    else this.#entries.set(container, new Map([[key, origin]]))
  }

  /** Puts a value and its origin. */
  put(container: Dict, key: string, value: unknown, origin: Origin | undefined): void {
    container[key] = value
    this.note(container, key, origin)
  }

  push(list: unknown[], value: unknown, origin: Origin | undefined): void {
    this.note(list, list.length, origin)
    list.push(value)
  }

  /** The place of the value at a path, for a map or list its key; the nearest ancestor's where the path ends early. */
  placeOf(root: object, path: ReadonlyArray<string | number>, start: Place): Place {
    let place = start
    let here: unknown = root
    for (const step of path) {
      if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) break
      const origin = this.of(here, step)
      here = (here as Dict)[step]
      if (origin) place = typeof here === 'object' ? origin.key : origin.value
    }
    return place
  }
}

/** Copies where everything stands from a file's own reading, with the file's name. */
export function noteFromYaml(origins: Origins, reading: YamlReading, file: string): void {
  const seen = new Set<object>()
  const visit = (container: object): void => {
    if (seen.has(container)) return
    seen.add(container)
    const keys = Array.isArray(container) ? container.keys() : Object.keys(container)
    for (const key of keys) {
      const entry = reading.entryOf(container, key)
      if (entry) origins.note(container, key, { key: { file, ...entry.key }, value: { file, ...entry.value } })
      const value = (container as Dict)[key]
      if (typeof value === 'object' && value !== null) visit(value)
    }
  }
  if (typeof reading.value === 'object' && reading.value !== null) visit(reading.value)
}

export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

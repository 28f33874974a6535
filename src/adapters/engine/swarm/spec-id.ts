import { hash } from 'node:crypto'
import type { SpecId } from '../../../domain/model/app.ts'

/**
 * Names a task template so that equal names mean: the same thing runs.
 *
 * The engine spells one template differently in a service and in its tasks: order of keys, nulls, and `Runtime`, which only the one has.
 * `ForceUpdate` counts: a forced restart is a new task. `Version.Index` is no part of it; it moves on updates that change nothing.
 */
export function specIdOf(template: object): SpecId {
  const { Runtime: _, ...rest } = template as { Runtime?: unknown }
  return hash('sha256', JSON.stringify(canonical(rest)), 'hex')
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return Object.fromEntries(entries.map(([key, inner]) => [key, canonical(inner)]))
}

import { z } from 'zod'
import { nearest } from './nearest.ts'

/** The one file that knows zod. Definitions are made with `z`; everything else goes through the functions below. */
export { z }

export type Schema<T> = z.ZodType<T>

/** One thing that does not fit, with where it is in the document. */
export interface Misfit {
  /** Keys and indexes from the top. For an unknown key: the path of that key itself. */
  path: Array<string | number>
  kind: 'unknown-key' | 'missing' | 'wrong'
  message: string
  mend: string
}

/** The value with its defaults filled in, or everything that is wrong with it, at once. */
export function fit<T>(schema: Schema<T>, value: unknown): { value: T } | { misfits: Misfit[] } {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return { value: parsed.data }
  return { misfits: parsed.error.issues.flatMap((issue) => misfitsOf(issue as z.core.$ZodIssue, schema)) }
}

export function toJsonSchema(schema: Schema<unknown>, given: { title: string; description: string }): Record<string, unknown> {
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>
  return { ...made, ...given }
}

function misfitsOf(issue: z.core.$ZodIssue, schema: Schema<unknown>): Misfit[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path)
    return issue.keys.map((key) => {
      const close = nearest(key, known)
      return {
        path: [...path, key],
        kind: 'unknown-key' as const,
        message: `There is no setting "${key}" here.`,
        mend: close ? `Write "${close}"?` : known.length > 0 ? `Known here: ${known.join(', ')}.` : 'Take it out.',
      }
    })
  }
  const missing = issue.code === 'invalid_type' && issue.input === undefined
  const at = path.length > 0 ? `"${path.join('.')}"` : 'The document'
  if (missing) return [{ path, kind: 'missing', message: `${at} is missing.`, mend: `Add it: ${issue.message}.` }]
  return [{ path, kind: 'wrong', message: `${at} is not right: ${issue.message}.`, mend: 'Write it as the example shows.' }]
}

/** The keys that an object of the definition knows at a path; empty where the definition has no object there. */
function keysAt(schema: Schema<unknown>, path: ReadonlyArray<string | number>): string[] {
  let at: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  for (const part of path) {
    const node = at as { properties?: Record<string, unknown>; additionalProperties?: unknown; items?: unknown }
    at = typeof part === 'number' ? node.items : (node.properties?.[part] ?? node.additionalProperties)
    if (at === undefined || at === null || typeof at !== 'object') return []
  }
  return Object.keys((at as { properties?: Record<string, unknown> }).properties ?? {})
}

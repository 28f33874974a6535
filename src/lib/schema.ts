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
  /** The key that was probably meant by an unknown one. */
  suggests?: string
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
        ...(close && { suggests: close }),
        message: `There is no setting "${key}" here.`,
        mend: close ? `Write "${close}"?` : known.length > 0 ? `Known here: ${known.join(', ')}.` : 'Take it out.',
      }
    })
  }
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1))
    return [{ path, kind: 'wrong', message: `"${key}" may not stand here: ${issue.issues[0]?.message ?? issue.message}.`, mend: 'Write another name.' }]
  }
  const missing = issue.code === 'invalid_type' && issue.input === undefined
  const at = path.length > 0 ? `"${path.join('.')}"` : 'The document'
  const says = issue.code === 'invalid_type' && issue.message.startsWith('Invalid input: ') ? `expected ${KINDS[issue.expected] ?? issue.expected}` : issue.message
  if (missing) return [{ path, kind: 'missing', message: `${at} is missing.`, mend: `Add it: ${says}.` }]
  return [{ path, kind: 'wrong', message: `${at} is not right: ${says}.`, mend: 'Write it as the example shows.' }]
}

const KINDS: Record<string, string> = { string: 'text', array: 'a list', tuple: 'a list', object: 'keys with values', record: 'keys with values', boolean: 'true or false', number: 'a number', int: 'a whole number', null: 'nothing' }

/** The keys that an object of the definition knows at a path, in any of its forms; empty where the definition has no object there. */
function keysAt(schema: Schema<unknown>, path: ReadonlyArray<string | number>): string[] {
  let at = formsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
  for (const part of path) at = at.flatMap((node) => formsOf(typeof part === 'number' ? node.items : (node.properties?.[part] ?? node.additionalProperties)))
  return [...new Set(at.flatMap((node) => [...Object.keys(node.properties ?? {}), ...(node.propertyNames?.enum ?? [])]))]
}

interface SchemaNode {
  properties?: Record<string, unknown>
  additionalProperties?: unknown
  propertyNames?: { enum?: string[] }
  items?: unknown
  oneOf?: unknown[]
  anyOf?: unknown[]
}

function formsOf(node: unknown): SchemaNode[] {
  if (node === undefined || node === null || typeof node !== 'object') return []
  const { oneOf, anyOf } = node as SchemaNode
  return oneOf || anyOf ? [...(oneOf ?? []), ...(anyOf ?? [])].flatMap(formsOf) : [node as SchemaNode]
}

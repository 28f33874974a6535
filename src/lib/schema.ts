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
  const { says, mend } = inWords(issue)
  if (missing) return [{ path, kind: 'missing', message: `${at} is missing.`, mend: `Add it: ${says}.` }]
  return [{ path, kind: 'wrong', message: `${at} is not right: ${says}.`, mend }]
}

const KINDS: Record<string, string> = { string: 'text', array: 'a list', tuple: 'a list', object: 'keys with values', record: 'keys with values', boolean: 'true or false', number: 'a number', int: 'a whole number', null: 'nothing' }

/** How such a value is written in YAML. */
const WRITTEN: Record<string, string> = {
  array: 'Write a list: [one, other], or a line that begins with `- ` for each.',
  tuple: 'Write a list: [one, other], or a line that begins with `- ` for each.',
  object: 'Write `key: value` for each, on lines of their own below it.',
  record: 'Write `key: value` for each, on lines of their own below it.',
  boolean: 'Write true or false, without quotes.',
  number: 'Write a number, without quotes.',
  int: 'Write a whole number, without quotes.',
}

/** What is wrong with a value, as half a sentence, and how it is to be written. What a definition says itself stands as it is. */
function inWords(issue: z.core.$ZodIssue): { says: string; mend: string } {
  const own = { says: issue.message, mend: issue.message.includes('such as') ? 'Write it as the example shows.' : issue.message.startsWith('expected') ? 'Write what is expected there.' : 'Write it so that this holds.' }
  if (!OF_ZOD.test(issue.message)) return own
  switch (issue.code) {
    case 'invalid_type':
      return { says: `expected ${KINDS[issue.expected] ?? issue.expected}`, mend: issue.expected === 'string' ? asText(issue.input) : (WRITTEN[issue.expected] ?? own.mend) }
    case 'invalid_value': {
      const values = issue.values.map(String)
      const close = typeof issue.input === 'string' ? nearest(issue.input, values) : undefined
      return { says: `expected ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`, mend: close ? `Write "${close}"?` : `Write ${values.length > 1 ? 'one of them' : 'that'}.` }
    }
    case 'too_small':
    case 'too_big': {
      const bound = Number(issue.code === 'too_small' ? issue.minimum : issue.maximum)
      const word = issue.code === 'too_small' ? 'at least' : 'at most'
      if (issue.origin === 'string' && issue.code === 'too_small' && bound === 1) return { says: 'it is empty', mend: 'Write what belongs there, or take the key out.' }
      const expected = issue.origin === 'string' ? `text of ${word} ${bound} characters` : issue.origin === 'array' ? `a list of ${word} ${bound}` : `${KINDS[issue.origin] ?? 'a number'} of ${word} ${bound}`
      return { says: `expected ${expected}`, mend: `Write ${expected}.` }
    }
    case 'invalid_format': {
      if (issue.format !== 'starts_with') return own
      const begins = `"${(issue as { prefix?: string }).prefix}"`
      return { says: `expected text that begins with ${begins}`, mend: `Begin it with ${begins}.` }
    }
    case 'invalid_union': {
      const forms = [...new Set(issue.errors.flatMap(([first]) => (first ? [inWords(first).says.replace(/^expected /, '')] : [])))]
      return { says: `expected ${forms.join(' or ')}`, mend: 'Write one of these.' }
    }
    default:
      return own
  }
}

/** Where a definition has no words of its own. */
const OF_ZOD = /^(Invalid (input|string|option)|Too (small|big))\b/

/** YAML reads what has no quotes as a number, a truth value or nothing where it looks like one; how it was written is not known here (`0555`, `1.10`). */
function asText(input: unknown): string {
  if (typeof input === 'object') return input === null ? 'Write text behind the colon; nothing at all is "".' : 'Write one text, on one line.'
  return Number.isSafeInteger(input) ? `Put it in quotes, such as "${String(input)}": without them it is a number.` : `Put it in quotes: without them it is read as ${typeof input === 'boolean' ? 'true or false' : 'a number'}.`
}

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

import { toJsonSchema } from '../../../lib/schema.ts'
import { configDefinition } from './definition.ts'
import { example } from './example.ts'

const WIDTH = 110

const HEAD = `# cc-ci.yml: what cc-ci cannot find out about a recipe by itself. It lies beside compose.yml.
# Everything is optional: a recipe without this file is installed, upgraded, backed up, restored and removed just the same.
# This file shows all there is, with its meaning. It is made from the definition that cc-ci reads with, and is itself correct.
# The operator of a host can say the same things in <state>/recipes/NAME.yml; what stands there wins, key by key.
# Times are written like 90s, 5m or 1m30s.
`

interface Node {
  description?: string
  default?: unknown
  properties?: Record<string, Node & { const?: unknown }>
  additionalProperties?: Node | boolean
  items?: Node
  oneOf?: Node[]
  anyOf?: Node[]
}

export function configJsonSchema(): Record<string, unknown> {
  return toJsonSchema(configDefinition, { title: 'cc-ci.yml', description: 'What a recipe tells cc-ci.' })
}

/** The manual of `cc-ci.yml`: the example with every key's meaning above it. Kept as docs/recipe/cc-ci.yml. */
export function configManual(): string {
  const schema = configJsonSchema() as Node
  const sections = keysOf(example, schema).map(([key, value, node]) => entry(key, value, node, '', new Set()).join('\n'))
  return `${[HEAD.trimEnd(), ...sections].join('\n\n')}\n`
}

/** One key with its meaning; what was explained once in `said` is not explained again. */
function entry(key: string, value: unknown, node: Node, indent: string, said: Set<string>): string[] {
  const comment = commentFor(node, value, indent, said)
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
    return [...comment, `${indent}${key}:`, ...value.flatMap((item) => listItem(item, node.items ?? {}, `${indent}  `, said))]
  }
  if (Array.isArray(value)) return [...comment, `${indent}${key}: [${value.map(scalar).join(', ')}]`]
  if (typeof value === 'object' && value !== null) {
    return [...comment, `${indent}${key}:`, ...keysOf(value, node).flatMap(([inner, each, child]) => entry(inner, each, child, `${indent}  `, said))]
  }
  return [...comment, `${indent}${key}: ${scalar(value)}`]
}

function listItem(item: object, node: Node, indent: string, said: Set<string>): string[] {
  const lines = keysOf(item, node).flatMap(([key, value, child]) => entry(key, value, child, `${indent}  `, said))
  const first = lines.findIndex((line) => !line.trimStart().startsWith('#'))
  // The comment of the first key stands before the dash.
  return lines.map((line, index) => (index < first ? line.replace('  #', '#') : index === first ? `${indent}- ${line.slice(indent.length + 2)}` : line))
}

/** In the order of the definition, whose words come with it. */
function keysOf(value: object, node: Node): Array<[key: string, value: unknown, node: Node]> {
  const form = formOf(value, node)
  const known = Object.keys(form.properties ?? {})
  const order = (key: string) => (known.includes(key) ? known.indexOf(key) : known.length)
  return Object.entries(value)
    .sort(([a], [b]) => order(a) - order(b))
    .map(([key, each]) => [key, each, form.properties?.[key] ?? (typeof form.additionalProperties === 'object' ? form.additionalProperties : {})])
}

/** Of several forms the one whose fixed words the value has. */
function formOf(value: object, node: Node): Node {
  const forms = node.oneOf ?? node.anyOf
  if (!forms) return node
  return forms.find((form) => Object.entries(form.properties ?? {}).every(([key, { const: fixed }]) => fixed === undefined || (value as Record<string, unknown>)[key] === fixed)) ?? node
}

function commentFor(node: Node, value: unknown, indent: string, said: Set<string>): string[] {
  if (!node.description || said.has(node.description)) return []
  said.add(node.description)
  const fallback = node.default
  const isPlain = fallback !== undefined && (typeof fallback !== 'object' || (Array.isArray(fallback) && fallback.length > 0)) && fallback !== value
  return wrapped(`${node.description}${isPlain ? ` Default: ${Array.isArray(fallback) ? fallback.join(', ') : String(fallback)}.` : ''}`, `${indent}# `)
}

function wrapped(text: string, prefix: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && prefix.length + line.length + word.length >= WIDTH) {
      lines.push(prefix + line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, prefix + line]
}

function scalar(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  if (/^\d+(ms|s|m|h)$/.test(value)) return value
  const isPlain = /^[A-Za-z/][A-Za-z0-9 /._-]*$/.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value) && !value.endsWith(' ')
  if (isPlain) return value
  return value.includes('"') ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value)
}

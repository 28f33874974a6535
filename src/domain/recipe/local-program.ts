import { innerPath } from '../../lib/inner-path.ts'
import { nearest } from '../../lib/nearest.ts'
import type { Problem } from '../model/problem.ts'
import type { Stack, StackService } from '../model/stack.ts'
import { Problems } from './compose/problems.ts'
import type { ComposeReading } from './compose/read.ts'

/** The program that a service is where there is no Docker: the key `x-local` of its service. The manual is docs/recipe/local.md. */
export interface LocalProgram {
  command: [string, ...string[]]
  /** What the program can listen at, where it cannot be told; undefined: it is told. */
  port?: number
  env: Record<string, string>
  /** What belongs to the program, relative to the recipe's folder: its hash is what stands for the image. */
  folder: string
  health?: { path: string } | { command: [string, ...string[]] }
}

export interface LocalMistake {
  /** Below the service. */
  path: Array<string | number>
  /** One clause. */
  says: string
  mend: string
}

const KEYS = ['command', 'port', 'env', 'folder', 'healthcheck']

/** The program, or all that is wrong with what the service says of it. */
export function readLocalProgram(service: StackService): { program: LocalProgram } | { mistakes: LocalMistake[] } {
  const mistakes: LocalMistake[] = []
  const wrong = (path: Array<string | number>, says: string, mend: string): void => void mistakes.push({ path: ['x-local', ...path], says, mend })
  const given = service['x-local']
  if (given === undefined) wrong([], 'it has no x-local, so nobody knows what to start here; add it to compose.local.yml', 'Add `x-local: { command: [program, argument] }` to compose.local.yml.')
  else if (!isMapping(given)) wrong([], 'x-local is a mapping with `command`', 'Write `x-local: { command: [program, argument] }`.')
  if (!isMapping(given)) return { mistakes }

  const unknown = Object.keys(given).filter((key) => !KEYS.includes(key))
  if (unknown.length > 0) {
    const close = nearest(unknown[0]!, KEYS)
    wrong([unknown[0]!], `x-local does not know ${unknown.join(', ')}; it knows ${KEYS.join(', ')}`, close ? `Write \`${close}\`.` : 'Take it out.')
  }
  const { command, port, env = {}, folder = '.', healthcheck } = given
  if (!isCommand(command) && !unknown.some((key) => nearest(key, KEYS) === 'command')) wrong(['command'], 'x-local.command is a list: the program and its arguments', 'Write `command: [program, argument]`.')
  if (port !== undefined && !isPort(port)) wrong(['port'], 'x-local.port is a number from 1 to 65535', 'Write a number without quotes, or leave it out and use `{port}`.')
  if (!isMapping(env)) wrong(['env'], 'x-local.env is a mapping', 'Write `NAME: value`, one per line.')
  for (const [key, value] of Object.entries(isMapping(env) ? env : {})) {
    if (typeof value === 'object' || value === undefined) wrong(['env', key], `x-local.env.${key} is one value`, 'Write text, in quotes where YAML would read something else.')
  }
  const inner = typeof folder === 'string' ? innerPath(folder) : undefined
  if (inner === undefined) wrong(['folder'], "x-local.folder is a folder inside the recipe's", "Write a path from the recipe's folder, without `..`.")
  const health = healthcheck === undefined ? undefined : healthOf(healthcheck)
  if (healthcheck !== undefined && !health) wrong(['healthcheck'], 'x-local.healthcheck has either `path` (it begins with /) or `command` (a list)', 'Write `healthcheck: { path: /healthz }`.')
  if (mistakes.length > 0 || !isCommand(command) || inner === undefined) return { mistakes }
  const values = Object.entries(env as object).map(([key, value]): [string, string] => [key, String(value)])
  return { program: { command, env: Object.fromEntries(values), folder: inner, ...(isPort(port) && { port }), ...(health && { health }) } }
}

/** What may be written in `command`, `env` and `healthcheck.command`: the kind, then the name. */
export const PLACEHOLDER = /\{(volumes|secrets|configs|port)(?:\.([\w.-]+))?\}/g

/** Everything that would be refused when the programs of a stack are started, said before. Only of files that hold the overlay. */
export function checkLocalPrograms({ stack, placeOf, isUnread }: Pick<ComposeReading, 'stack' | 'placeOf' | 'isUnread'>): Problem[] {
  const problems = new Problems()
  for (const [name, service] of Object.entries(stack.services)) {
    const reading = readLocalProgram(service)
    const mistakes = 'mistakes' in reading ? reading.mistakes : []
    for (const { path, says, mend } of mistakes) {
      problems.error('local/program', placeOf(['services', name, ...path]), `The service \`${name}\` cannot run here: ${says}.`, `${mend} docs/recipe/local.md says more.`)
    }
    for (const { text, path } of textsOf(service['x-local'])) {
      for (const { placeholder, kind, mend } of emptyPlaceholders(text, { name, service, stack })) {
        if (isUnread(`services.${name}`) || isUnread(`services.${name}.${kind}`)) continue
        problems.error('local/placeholder', placeOf(['services', name, 'x-local', ...path]), `Nothing stands for \`${placeholder}\` in what the service \`${name}\` is told.`, mend)
      }
    }
  }
  return problems.list
}

function emptyPlaceholders(text: string, { name, service, stack }: { name: string; service: StackService; stack: Stack }): Array<{ placeholder: string; kind: string; mend: string }> {
  const known: Record<string, string[]> = {
    port: Object.keys(stack.services),
    volumes: (service.volumes ?? []).flatMap((mount) => (mount.type === 'volume' && mount.source ? [mount.source] : [])),
    // Of a stack with mistakes a grant may name nothing.
    secrets: (service.secrets ?? []).flatMap(({ source }: { source?: string }) => source ?? []),
    configs: (service.configs ?? []).flatMap(({ source }: { source?: string }) => source ?? []),
  }
  return [...text.matchAll(PLACEHOLDER)].flatMap(([placeholder, kind, key]) => {
    const names = known[kind!]!
    if (kind === 'port' ? names.includes(key ?? name) : key !== undefined && names.includes(key)) return []
    const close = key === undefined ? undefined : nearest(key, names)
    return [{ placeholder, kind: kind!, mend: close ? `Write \`{${kind}.${close}}\`.` : names.length > 0 ? `The service is given ${names.join(', ')}.` : `Give the service one under \`${kind}\`.` }]
  })
}

function textsOf(given: unknown): Array<{ text: string; path: Array<string | number> }> {
  if (!isMapping(given)) return []
  const list = (value: unknown, path: string[]) => (Array.isArray(value) ? value : []).flatMap((text: unknown, index) => (typeof text === 'string' ? [{ text, path: [...path, index] }] : []))
  const env = isMapping(given.env) ? Object.entries(given.env) : []
  return [
    ...list(given.command, ['command']),
    ...env.flatMap(([key, text]) => (typeof text === 'string' ? [{ text, path: ['env', key] }] : [])),
    ...(isMapping(given.healthcheck) ? list(given.healthcheck.command, ['healthcheck', 'command']) : []),
  ]
}

function healthOf(given: unknown): LocalProgram['health'] {
  if (!isMapping(given) || Object.keys(given).length !== 1) return undefined
  if (typeof given.path === 'string' && given.path.startsWith('/')) return { path: given.path }
  return isCommand(given.command) ? { command: given.command } : undefined
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCommand(value: unknown): value is [string, ...string[]] {
  return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string') && value[0] !== ''
}

import type { ServiceName } from '../../../domain/model/app.ts'
import type { StackService } from '../../../domain/model/stack.ts'
import { innerPath } from '../../../lib/inner-path.ts'
import { PortError } from '../../../ports/port-error.ts'

/** The program that a service is on this engine: the key `x-local` of its service. The manual is docs/recipe/local.md. */
export interface LocalProgram {
  command: [string, ...string[]]
  /** What the program can listen at, where it cannot be told; undefined: it is told. */
  port?: number
  env: Record<string, string>
  /** What belongs to the program, relative to the recipe's folder: its hash is what stands for the image. */
  folder: string
  health?: { path: string } | { command: [string, ...string[]] }
}

const KEYS = ['command', 'port', 'env', 'folder', 'healthcheck']

export function localProgramOf(name: ServiceName, service: StackService): LocalProgram {
  const wrong = (says: string) => new PortError('refused', `service ${name}: ${says}; see docs/recipe/local.md`)
  const given = service['x-local']
  if (given === undefined) throw wrong('it has no x-local, so nobody knows what to start here; add it to compose.local.yml')
  if (!isMapping(given)) throw wrong('x-local is a mapping with `command`')
  const unknown = Object.keys(given).filter((key) => !KEYS.includes(key))
  if (unknown.length > 0) throw wrong(`x-local does not know ${unknown.join(', ')}; it knows ${KEYS.join(', ')}`)

  const { command, port, env = {}, folder = '.', healthcheck } = given
  if (!isCommand(command)) throw wrong('x-local.command is a list: the program and its arguments')
  if (port !== undefined && !(typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536)) throw wrong('x-local.port is a number from 1 to 65535')
  if (!isMapping(env)) throw wrong('x-local.env is a mapping')
  const inner = typeof folder === 'string' ? innerPath(folder) : undefined
  if (inner === undefined) throw wrong("x-local.folder is a folder inside the recipe's")
  const health = healthcheck === undefined ? undefined : healthOf(healthcheck)
  if (healthcheck !== undefined && !health) throw wrong('x-local.healthcheck has either `path` (it begins with /) or `command` (a list)')
  const values = Object.entries(env).map(([key, value]): [string, string] => {
    if (typeof value === 'object' || value === undefined) throw wrong(`x-local.env.${key} is one value`)
    return [key, String(value)]
  })
  return { command, env: Object.fromEntries(values), folder: inner, ...(port !== undefined && { port }), ...(health && { health }) }
}

function healthOf(given: unknown): LocalProgram['health'] {
  if (!isMapping(given) || Object.keys(given).length !== 1) return undefined
  if (typeof given.path === 'string' && given.path.startsWith('/')) return { path: given.path }
  return isCommand(given.command) ? { command: given.command } : undefined
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCommand(value: unknown): value is [string, ...string[]] {
  return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string') && value[0] !== ''
}

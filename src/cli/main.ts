import { parseArgs } from 'node:util'
import { type Call, type Command, EXIT, type Io, type Meaning, type OptionSpec, type SignalMeanings, UsageError } from './command.ts'
import { commands, type Listed } from './commands.ts'
import { helpFor, helpForAll, usageOf } from './help.ts'
import type { Services } from './services.ts'
import { nearest } from '../lib/nearest.ts'

/** Options that every command takes. */
export const COMMON = {
  json: { type: 'boolean', says: 'one JSON document on standard output' },
  state: { type: 'string', value: 'DIR', says: 'where records, locks and apps of this installation are kept' },
  settings: { type: 'string', value: 'FILE', says: "the host's settings" },
  help: { type: 'boolean', says: 'this help' },
} as const

export interface Invocation {
  command: Command
  words: string[]
  values: Record<string, string | boolean | string[] | undefined>
}

/** What was asked for; a mistake in it is a {@link UsageError} that names the mend. Help and version answer at once. */
export async function understand(argv: string[], version: string): Promise<Invocation | { print: string }> {
  if (argv.length === 0) return { print: await helpForThese(commands) }
  if (isHelp(argv[0]) || argv[0] === 'help') return { print: await helpAbout(argv.slice(1)) }
  if (argv[0] === '--version' || argv[0] === '-V') return { print: version }
  const listed = find(argv)
  if (!listed && isHelp(argv[1])) return { print: await helpAbout(argv.slice(0, 1)) }
  if (!listed) throw new UsageError(unknownCommand(argv))
  const command = await listed.load()
  const rest = argv.slice(command.name.split(' ').length)
  const specs: Record<string, OptionSpec> = { ...command.options, ...COMMON }
  let parsed: ReturnType<typeof parseArgs>
  try {
    parsed = parseArgs({
      args: rest,
      allowPositionals: true,
      strict: true,
      options: Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, { type: spec.type === 'boolean' ? 'boolean' : 'string', multiple: spec.type === 'list', ...(name === 'help' && { short: 'h' }) } as const])),
    })
  } catch (error) {
    throw new UsageError(sayParseError(error, command, Object.keys(specs)))
  }
  const empty = Object.keys(parsed.values).find((name) => [parsed.values[name]].flat().some((value) => typeof value === 'string' && /^[\s,]*$/.test(value)))
  if (empty !== undefined) throw new UsageError(needsValue(`--${empty}`, command))
  if (parsed.values.help) return { print: helpFor(command, COMMON) }
  const count = parsed.positionals.length
  if (count < command.words.least) throw new UsageError(`${command.name} needs more: ${usageOf(command)}`)
  if (count > command.words.most) throw new UsageError(`${command.name} does not know what to do with ${parsed.positionals.slice(command.words.most).join(' ')}: ${usageOf(command)}`)
  const blank = parsed.positionals.findIndex((word) => word.trim() === '')
  if (blank >= 0) {
    const names = wordNames(command)
    throw new UsageError(`${names[blank] ?? names.at(-1) ?? 'A word'} is empty: ${usageOf(command)}`)
  }
  return { command, words: parsed.positionals, values: parsed.values as Invocation['values'] }
}

export function meaningsOf({ command, values }: Invocation): SignalMeanings {
  const said = (meaning: Meaning | undefined) => (typeof meaning === 'function' ? meaning((name) => values[name] === true) : meaning)
  return { interrupted: said(command.interrupted), abandoned: said(command.abandoned) }
}

/** Runs one understood command. */
export function perform(invocation: Invocation, io: Io, services: Services): Promise<number> {
  const { values } = invocation
  const call: Call = {
    words: invocation.words,
    flag: (name) => values[name] === true,
    text: (name) => (typeof values[name] === 'string' ? (values[name] as string) : undefined),
    list: (name) => (Array.isArray(values[name]) ? (values[name] as string[]).flatMap((one) => one.split(',')).filter(Boolean) : []),
    json: values.json === true,
    io,
    services,
  }
  return invocation.command.run(call)
}

function find(argv: string[]): Listed | undefined {
  const two = `${argv[0] ?? ''} ${argv[1] ?? ''}`
  return commands.find((command) => command.name === two) ?? commands.find((command) => command.name === argv[0])
}

function isHelp(word: string | undefined): boolean {
  return word === '--help' || word === '-h'
}

/** Help for a command, for those of a group, or for all. */
async function helpAbout(words: string[]): Promise<string> {
  const named = words.filter((word) => !word.startsWith('-'))
  if (named.length === 0) return await helpForThese(commands)
  const listed = find(named)
  if (listed) return helpFor(await listed.load(), COMMON)
  const group = commands.filter((one) => one.name.startsWith(`${named[0]} `))
  if (named.length === 1 && group.length > 0) return await helpForThese(group)
  throw new UsageError(unknownCommand(named))
}

async function helpForThese(these: readonly Listed[]): Promise<string> {
  return helpForAll(await Promise.all(these.map(({ load }) => load())))
}

function unknownCommand(argv: string[]): string {
  const [first = '', second] = argv
  if (first.startsWith('-')) return `"${first}" stands before the command; options come after it: cc-ci COMMAND ${first}. cc-ci --help lists the commands.`
  const group = commands.filter((command) => command.name.startsWith(`${first} `)).map((command) => command.name)
  if (group.length > 0 && (second === undefined || second.startsWith('-'))) return `cc-ci ${first} needs one of: ${group.map((name) => name.split(' ')[1]).join(', ')}.`
  const typed = group.length > 0 ? `${first} ${second}` : first
  const names = group.length > 0 ? group : commands.map((command) => command.name)
  const close = nearest(`${first} ${second ?? ''}`.trim(), names) ?? nearest(first, names)
  return `There is no command "${typed}".${close ? ` Did you mean "${close}"?` : ''} ${group.length > 0 ? `cc-ci ${first} has: ${group.map((name) => name.split(' ')[1]).join(', ')}.` : 'cc-ci --help lists them.'}`
}

/** `RECIPE`, `APP` and `VERSION`, as the usage names them: before the options. */
function wordNames({ usage }: Command): string[] {
  return (usage.split(/\[?--/)[0] ?? '').match(/[A-Z]+/g) ?? []
}

function needsValue(option: string, command: Command): string {
  return `${option} needs a value: cc-ci ${command.name} --help says which.`
}

function sayParseError(error: unknown, command: Command, known: string[]): string {
  const message = error instanceof Error ? error.message : String(error)
  const option = /'(--?[\w-]+)/.exec(message)?.[1]
  if (/Unknown option/.test(message) && option) {
    const close = nearest(option.replace(/^-+/, ''), known)
    return `${command.name} has no option ${option}.${close ? ` Did you mean --${close}?` : ''} cc-ci ${command.name} --help lists them.`
  }
  if (/argument missing|ambiguous/.test(message) && option) return needsValue(option, command)
  if (/does not take an argument/.test(message) && option) return `${option} takes no value.`
  return message
}

export { EXIT }

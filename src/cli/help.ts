import type { Command, OptionSpec } from './command.ts'

export function helpForAll(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length))
  return [
    'cc-ci deploys a recipe for real, proves install, upgrade, backup, restore and its own checks, and cleans up.',
    '',
    'usage: cc-ci COMMAND [ARGUMENTS] [--json] [--state DIR] [--settings FILE]',
    '',
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    'cc-ci COMMAND --help says more. To begin: cc-ci try',
  ].join('\n')
}

export function helpFor(command: Command, common: Record<string, OptionSpec>): string {
  const options = Object.entries({ ...command.options, ...common }).map(([name, spec]) => ({ left: `--${name}${spec.type === 'boolean' ? '' : ` ${spec.value ?? 'VALUE'}`}`, right: spec.says }))
  const width = Math.max(...options.map((option) => option.left.length))
  return [
    `usage: ${usageOf(command)}`,
    '',
    `${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`,
    '',
    ...options.map((option) => `  ${option.left.padEnd(width)}  ${option.right}`),
    '',
    'examples:',
    ...command.examples.map((example) => `  ${example}`),
  ].join('\n')
}

export function usageOf({ name, usage }: Command): string {
  return `cc-ci ${name} ${usage}`.trimEnd()
}

import { LONGEST_NAME } from '../../model/app.ts'
import type { Problem } from '../../model/problem.ts'
import type { ComposeReading } from './read.ts'

/** Swarm checks services and networks as DNS labels (swarmkit, controlapi/common.go). */
const LONGEST_DNS_LABEL = 63
/** A local volume is a folder of that name; no engine refuses it before the file system does. */
const LONGEST_FILE_NAME = 255

/**
 * Names that the engine will refuse, with the stack's name before them, because they are too long (trap 36): it would say so when half
 * of the stack is made.
 */
export function namesTooLong({ stack, placeOf }: Pick<ComposeReading, 'stack' | 'placeOf'>, stackName: string): Problem[] {
  const problems: Problem[] = []
  const check = (kind: string, key: string, name: string, limit: number, path: string[]): void => {
    if (name.length <= limit) return
    const { file, line, column } = placeOf(path)
    const over = name.length - limit
    const mend = name.startsWith(stackName)
      ? `Shorten it by ${over} ${over === 1 ? 'character' : 'characters'}; the stack's name takes ${stackName.length} of them, so that ${Math.max(0, limit - stackName.length - 1)} are left after the underscore.`
      : `Shorten it by ${over} ${over === 1 ? 'character' : 'characters'}.`
    problems.push({ file, line, column, rule: kind === 'secret' ? 'R015' : 'deploy/long-name', severity: 'error', message: `The ${kind} \`${key}\` would be called \`${name}\`, which has ${name.length} characters; ${limit} are allowed.`, mend })
  }
  for (const key of Object.keys(stack.services)) check('service', key, `${stackName}_${key}`, LONGEST_DNS_LABEL, ['services', key])
  const sections = [
    ['network', 'networks', LONGEST_DNS_LABEL],
    ['secret', 'secrets', LONGEST_NAME],
    ['config', 'configs', LONGEST_NAME],
    ['volume', 'volumes', LONGEST_FILE_NAME],
  ] as const
  for (const [kind, section, limit] of sections) {
    for (const [key, object] of Object.entries(stack[section])) check(kind, key, object.name ?? `${stackName}_${key}`, limit, object.name ? [section, key, 'name'] : [section, key])
  }
  return problems
}

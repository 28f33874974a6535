import type { Problem } from '../model/problem.ts'
import { Problems } from './compose/problems.ts'
import type { ComposeReading } from './compose/read.ts'

/**
 * Variables that the compose files use and nobody sets. Docker replaces them by nothing and only says so in passing. Where the result names an
 * image, secret, config, network or volume this cannot be meant: an error. One that `.env.sample` shows commented out is optional.
 */
export function missingVariables({ reading, env, optional, unread, hasSample }: { reading: ComposeReading; env: Readonly<Record<string, string>>; optional: { has(name: string): boolean }; /** Names on lines of the sample that nobody can read: that has been said. */ unread: ReadonlySet<string>; hasSample: boolean }): Problem[] {
  const problems = new Problems()
  const naming = placesOfNames(reading)
  const required = new Set(reading.problems.filter((problem) => problem.rule === 'compose/variable').map(placeKey))
  const where = hasSample ? '.env.sample or abra.sh' : 'an .env.sample beside the compose file'
  for (const { name, place, hasDefault } of reading.usedVariables) {
    // `${NAME:?…}` has been said by the reader already.
    if (hasDefault || Object.hasOwn(env, name) || unread.has(name) || required.has(placeKey(place))) continue
    const named = naming.get(placeKey(place))
    if (named !== undefined) {
      problems.error('env/unset-variable', place, `Nothing sets \`${name}\`, and ${named} is made of it.`, name.endsWith('_VERSION') ? `Set \`${name}=v1\` in ${where}.` : `Set \`${name}\` in ${where}, or write \`\${${name}:-default}\`.`)
    } else if (!optional.has(name)) {
      problems.warning('env/unset-variable', place, `Nothing sets \`${name}\`: it becomes empty.`, `Set \`${name}\` in ${where}, or write \`\${${name}:-}\` if it may be empty.`)
    }
  }
  return problems.list
}

function placesOfNames({ stack, placeOf }: ComposeReading): Map<string, string> {
  const places = new Map<string, string>()
  for (const service of Object.keys(stack.services)) {
    if (stack.services[service]?.image !== undefined) places.set(placeKey(placeOf(['services', service, 'image'])), `the image of \`${service}\``)
  }
  for (const section of ['secrets', 'configs', 'networks', 'volumes'] as const) {
    for (const [key, object] of Object.entries(stack[section])) {
      if (object?.name !== undefined) places.set(placeKey(placeOf([section, key, 'name'])), `the name of the ${section.slice(0, -1)} \`${key}\``)
    }
  }
  return places
}

function placeKey({ file, line, column }: { file: string; line: number; column: number }): string {
  return `${file}:${line}:${column}`
}

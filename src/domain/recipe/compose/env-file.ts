import type { Place } from '../../model/problem.ts'
import type { Problems } from './problems.ts'

export interface EnvFileEntry {
  name: string
  value: string
  place: Place
}

/**
 * Reads an `env_file` as Docker's client does (docker/cli pkg/kvfile): `KEY=value` as it stands, quotes and trailing blanks included; a line that
 * begins with `#` is a comment; a key alone is taken from the environment, or left out where it is not set there.
 */
export function readEnvFile(file: string, text: string, env: Readonly<Record<string, string>>, problems: Problems): EnvFileEntry[] {
  const entries: EnvFileEntry[] = []
  for (const [index, raw] of text.replace(/^\uFEFF/, '').split('\n').entries()) {
    const line = raw.replace(/\r$/, '').trimStart()
    if (line === '' || line.startsWith('#')) continue
    const place = { file, line: index + 1, column: 1 + (raw.length - raw.trimStart().length) }
    const at = line.indexOf('=')
    const name = at < 0 ? line : line.slice(0, at)
    if (name === '' || /[ \t]/.test(name)) {
      problems.error('compose/env-file', place, name === '' ? `There is no name before the = in \`${line}\`.` : `The name \`${name}\` holds a blank.`, 'Write KEY=value, without blanks around the =.')
      continue
    }
    const value = at < 0 ? (Object.hasOwn(env, name) ? env[name] : undefined) : line.slice(at + 1)
    if (value !== undefined) entries.push({ name, value, place })
  }
  return entries
}

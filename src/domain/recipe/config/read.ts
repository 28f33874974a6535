import { fit } from '../../../lib/schema.ts'
import { parseYaml, placeOfKey, type YamlReading, type YamlValue } from '../../../lib/yaml.ts'
import type { Place, Problem } from '../../model/problem.ts'
import type { RecipeConfig } from '../../model/recipe-config.ts'
import { Problems } from '../compose/problems.ts'
import { config } from './definition.ts'

export interface ConfigFile {
  file: string
  text: string
}

export interface ConfigReading {
  config: RecipeConfig
  /** Dotted key → the file that said it. Only what a file said; the rest are defaults. */
  configFrom: Record<string, string>
  problems: Problem[]
  /** Where a key was said; the beginning of the last file where nobody said it. */
  placeOf(path: ReadonlyArray<string | number>): Place
}

/**
 * Reads the recipe's `cc-ci.yml` and the host's own file for it. The later file wins key by key, down to single keys; a list is one key.
 * A top-level key with a mistake in it says nothing; the others count, so that one mistake does not hide the next.
 */
export function readConfig(files: readonly ConfigFile[]): ConfigReading {
  const problems = new Problems()
  const good: Array<ConfigFile & { yaml: YamlReading; value: Tree }> = []
  for (const file of files) {
    const yaml = parseYaml(file.text)
    const value = readOne(file, yaml, problems)
    if (value) good.push({ ...file, yaml, value })
  }
  const said = new Map<string, number>()
  const merged = good.reduce<Tree>((below, { value }, index) => merge(below, value, [], (key) => said.set(key, index)), {})
  const fitted = fit(config, merged)
  if (!('value' in fitted)) throw new Error(`two files of settings that fit do not fit together: ${JSON.stringify(fitted.misfits)}`)
  const at = (path: ReadonlyArray<string | number>): Place => {
    const index = ownerOf(path, said)
    const owner = index === undefined ? good.at(-1) : good[index]
    return owner ? { file: owner.file, ...owner.yaml.placeOf(path) } : { file: files.at(-1)?.file ?? 'cc-ci.yml', line: 1, column: 1 }
  }
  return { config: fitted.value, configFrom: Object.fromEntries([...said].map(([key, index]) => [key, good[index]!.file])), problems: problems.list, placeOf: at }
}

type Tree = { [key: string]: YamlValue }

function readOne({ file }: ConfigFile, yaml: YamlReading, problems: Problems): Tree | undefined {
  const before = problems.list.length
  for (const { kind, severity, line, column, message, mend } of yaml.problems) problems[severity](`yaml/${kind}`, { file, line, column }, message, mend)
  if (yaml.value === null && yaml.problems.length === 0) return {}
  if (!isTree(yaml.value)) {
    if (yaml.problems.length === 0) problems.error('config/no-map', { file, line: 1, column: 1 }, `${file} holds no settings.`, 'Write `key: value` lines; docs/recipe/cc-ci.yml shows them all.')
    return undefined
  }
  // A key whose lines are all commented out says nothing.
  const value = Object.fromEntries(Object.entries(yaml.value).filter(([, each]) => each !== null))
  if (problems.list.slice(before).some((problem) => problem.severity === 'error')) return undefined
  const fitted = fit(config, value)
  if ('value' in fitted) return value
  for (const misfit of fitted.misfits) {
    problems.error(misfit.kind === 'unknown-key' ? 'config/unknown-key' : 'config/value', { file, ...(misfit.kind === 'unknown-key' ? placeOfKey(yaml, misfit.path) : yaml.placeOf(misfit.path)) }, misfit.message, misfit.mend)
  }
  const wrong = new Set(fitted.misfits.map(({ path }) => path[0]))
  return Object.fromEntries(Object.entries(value).filter(([key]) => !wrong.has(key)))
}

function merge(below: Tree, above: Tree, path: readonly string[], say: (key: string) => void): Tree {
  const merged: Tree = { ...below }
  for (const [key, value] of Object.entries(above)) {
    const here = [...path, key]
    if (isTree(value)) merged[key] = merge(isTree(merged[key]) ? merged[key] : {}, value, here, say)
    else {
      merged[key] = value
      say(here.join('.'))
    }
  }
  return merged
}

function ownerOf(path: ReadonlyArray<string | number>, said: ReadonlyMap<string, number>): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const key = path.slice(0, length).join('.')
    const found = said.get(key) ?? [...said].findLast(([each]) => each.startsWith(`${key}.`))?.[1]
    if (found !== undefined) return found
  }
  return undefined
}

function isTree(value: YamlValue | undefined): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import { fit, type Misfit } from '../../../lib/schema.ts'
import { parseYaml, placeOfKey, type YamlReading } from '../../../lib/yaml.ts'
import type { YamlValue } from '../../../lib/yaml-values.ts'
import type { Place, Problem } from '../../model/problem.ts'
import type { RecipeConfig } from '../../model/recipe-config.ts'
import { Problems } from '../compose/problems.ts'
import { config } from './definition.ts'
import { soundPart } from './sound-part.ts'

export interface ConfigFile {
  file: string
  text: string
}

/** What the files say as they say it, fitting or not. */
export type Written = { [key: string]: YamlValue }

export interface ConfigReading {
  config: RecipeConfig
  /** The files, merged, also where they do not fit: for those who look for further mistakes. */
  written: Written
  /** Dotted key → the file that said it. Only what a file said; the rest are defaults. */
  configFrom: Record<string, string>
  problems: Problem[]
  /** A file could not be read to its end. */
  isPartial: boolean
  /** Where a key was said; the beginning of the last file where nobody said it. */
  placeOf(path: ReadonlyArray<string | number>): Place
}

interface GoodFile extends ConfigFile {
  yaml: YamlReading
  written: Written
  sound: Written
}

/**
 * Reads the recipe's `cc-ci.yml` and the host's own file for it. The later file wins key by key, down to single keys; a list is one key.
 * What has a mistake in it says nothing; all else counts, so that one mistake does not hide the next.
 */
export function readConfig(files: readonly ConfigFile[]): ConfigReading {
  const problems = new Problems()
  const good = files.flatMap((file) => readOne(file, problems) ?? [])
  const saidSoundly = new Map<string, number>()
  const sound = good.reduce<Written>((below, file, index) => merge(below, file.sound, [], (key) => saidSoundly.set(key, index)), {})
  const said = new Map<string, number>()
  const written = good.reduce<Written>((below, file, index) => merge(below, file.written, [], (key) => said.set(key, index)), {})
  const fitted = fit(config, sound)
  if (!('value' in fitted)) throw new Error(`two files of settings that fit do not fit together: ${JSON.stringify(fitted.misfits)}`)
  const at = (path: ReadonlyArray<string | number>): Place => {
    const index = ownerOf(path, said)
    const owner = index === undefined ? good.at(-1) : good[index]
    return owner ? { file: owner.file, ...owner.yaml.placeOf(path) } : { file: files.at(-1)?.file ?? 'cc-ci.yml', line: 1, column: 1 }
  }
  const configFrom = Object.fromEntries([...saidSoundly].map(([key, index]) => [key, good[index]!.file]))
  return { config: fitted.value, written, configFrom, problems: problems.list, isPartial: problems.list.some(({ rule }) => rule === 'yaml/syntax'), placeOf: at }
}

function readOne(file: ConfigFile, problems: Problems): GoodFile | undefined {
  const yaml = parseYaml(file.text)
  for (const { kind, severity, line, column, message, mend } of yaml.problems) problems[severity](`yaml/${kind}`, { file: file.file, line, column }, message, mend)
  if (yaml.value === null && yaml.problems.length === 0) return { ...file, yaml, written: {}, sound: {} }
  if (!isTree(yaml.value)) {
    if (yaml.problems.length === 0) problems.error('config/no-map', { file: file.file, line: 1, column: 1 }, `${file.file} holds no settings.`, 'Write `key: value` lines; docs/recipe/cc-ci.yml shows them all.')
    return undefined
  }
  // A key whose lines are all commented out says nothing.
  const written = Object.fromEntries(Object.entries(yaml.value).filter(([, each]) => each !== null))
  const say = (misfit: Misfit): void => {
    const isUnknown = misfit.kind === 'unknown-key'
    problems.error(isUnknown ? 'config/unknown-key' : 'config/value', { file: file.file, ...(isUnknown ? placeOfKey(yaml, misfit.path) : yaml.placeOf(misfit.path)) }, misfit.message, misfit.mend)
  }
  return { ...file, yaml, written, sound: soundPart(written, (value) => fit(config, value), say) }
}

function merge(below: Written, above: Written, path: readonly string[], say: (key: string) => void): Written {
  const merged: Written = { ...below }
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

function isTree(value: YamlValue | undefined): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

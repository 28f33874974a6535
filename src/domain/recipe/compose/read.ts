import { parseYaml } from '../../../lib/yaml.ts'
import type { Place, Problem } from '../../model/problem.ts'
import type { Stack, StackPort } from '../../model/stack.ts'
import { checkDeploy } from './check-deploy.ts'
import { checkShape } from './check-shape.ts'
import { trimmed } from './field-type.ts'
import { printed, printedDate } from './go-print.ts'
import { warnOfIgnoredKeys } from './ignored-keys.ts'
import { interpolateDocument, MOST_BROUGHT_IN, type UsedVariable } from './interpolate.ts'
import { COMPOSE_FILE, NEWEST_VERSION } from './language.ts'
import { loadObject, type ObjectKind, SECTION_OF } from './load-object.ts'
import { loadService } from './load-service.ts'
import { warnOfMerge } from './merge-surprises.ts'
import { type Dict, isDict, noteFromYaml, Origins } from './origins.ts'
import { Problems } from './problems.ts'
import { serviceType } from './service-type.ts'

export interface ComposeInput {
  /** In the order of COMPOSE_FILE; paths relative to the recipe's folder. */
  files: Array<{ path: string; text: string }>
  /** What variables stand for: everything, also what the process's environment would add. */
  env: Record<string, string>
  /** Name of the shared proxy network. */
  proxyNetwork: string
  /**
   * Text of a file of the recipe, for `env_file` and to see that a `file:` is there. Only asked for paths that stay inside the recipe's folder.
   * Without it files are not looked at.
   */
  readFile?: (path: string) => string | undefined
  /** Files that belong to these could not be had, and that has been said: nothing is said of what may stand in them. */
  isPartial?: boolean
}

export interface ComposeReading {
  /** What could be read in spite of problems; with errors in `problems` it must not be deployed. */
  stack: Stack
  problems: Problem[]
  /** The place of the winning value of the merged document (of its key, for a map or list), or of its nearest ancestor that exists. */
  placeOf(path: Array<string | number>): Place
  /** In the order of the files, one entry per use. */
  usedVariables: UsedVariable[]
  /** What a reader refuses that checks the files before it replaces variables, as abra does; Docker's own client does not. */
  refusedBeforeVariables: Problem[]
  /** The compose files that were read. */
  files: string[]
  /** The `env_file` entries; their variables stand in `environment` already. */
  envFiles: Array<{ service: string; path: string; place: Place }>
  /**
   * Whether something at a path of keys (`services.web.image`) may have been written and was lost to a mistake that has been said. Its absence is
   * no mistake of its own then. Of a file that is not there whole services and objects may be missing; that it would have completed what
   * stands in another is not assumed.
   */
  isUnread(path: string): boolean
}

/**
 * Reads compose files as Docker's client would for `docker stack deploy`: each one interpolated, checked against its version and made long,
 * then merged in order. Equal to what `docker stack config` of version 28 prints (test/contract/compose-oracle.test.ts), except: paths of
 * `file:` stay relative to the recipe's folder, `env_file`, `build` and the `file` of what is external are gone, ports always say mode and protocol. Never throws.
 */
export function readCompose(input: ComposeInput): ComposeReading {
  const origins = new Origins()
  const problems = new Problems()
  const used: UsedVariable[] = []
  const dates = new Set<string>()
  const unread = new Set<string>()
  const early = new Problems()
  let isPartial = input.isPartial ?? false
  const start: Place = { file: input.files[0]?.path ?? 'compose.yml', line: 1, column: 1 }
  if (input.files.length === 0) problems.error('compose/no-file', start, 'There is no compose file to read.', 'Add compose.yml.')
  const loaded: Loaded[] = []
  let version: { text: string; file: string; says: string } | undefined
  for (const file of input.files) {
    const document = parseFile(file, origins, problems, dates)
    if (!document) {
      isPartial = true
      continue
    }
    const own = versionOf(document)
    version ??= { ...own, file: file.path }
    if (own.text !== version.text) {
      const at = origins.of(document, 'version')?.value ?? { file: file.path, line: 1, column: 1 }
      problems.error('compose/version', at, `${file.path} is written for version ${own.text}${own.says} and ${version.file} for ${version.text}${version.says}: Docker merges only files of one version.`, `Write version: "${version.text}" in ${file.path}${version.text === NEWEST_VERSION ? ', or no version in any file' : ''}.`)
    }
    loaded.push(loadFile(document, { input, origins, problems, used, dates, unread, early, minor: minorOf(version.text, document, origins, problems, file.path) }))
  }
  const { stack, envFiles } = finished(mergeFiles(loaded, origins, problems), version?.text ?? NEWEST_VERSION, origins, start)
  const placeOf = (path: Array<string | number>): Place => origins.placeOf(stack, path, start)
  const readFile = input.readFile
  isPartial ||= problems.list.some((problem) => problem.rule === 'yaml/syntax')
  const isUnread = (path: string): boolean => (isPartial && path.split('.').length <= 2) || path.split('.').some((_, index, keys) => unread.has(keys.slice(0, index + 1).join('.')))
  checkDeploy({ stack, problems, placeOf, isUnread, hasFile: readFile && ((path) => readFile(path) !== undefined) })
  return { stack, problems: problems.list, placeOf, usedVariables: used, refusedBeforeVariables: early.list, files: input.files.map((file) => file.path), envFiles, isUnread }
}

interface Loaded {
  services: Dict
  networks: Dict
  volumes: Dict
  secrets: Dict
  configs: Dict
  extensions: Dict
}

function parseFile(file: { path: string; text: string }, origins: Origins, problems: Problems, dates: Set<string>): Dict | undefined {
  const reading = parseYaml(file.text, {
    date: (text, at) => {
      const shown = printedDate(text)
      if (shown !== text) dates.add(placeKey({ file: file.path, ...at }))
      return shown
    },
  })
  for (const { kind, severity, message, mend, line, column } of reading.problems) problems[severity](`yaml/${kind}`, { file: file.path, line, column }, message, mend)
  if (!isDict(reading.value)) {
    if (reading.problems.length === 0) problems.error('compose/no-map', { file: file.path, line: 1, column: 1 }, `${file.path} holds no compose file.`, 'Begin with `services:`.')
    return undefined
  }
  noteFromYaml(origins, reading, file.path)
  return reading.value
}

/** `says`: what people have to know of it who wrote none. */
function versionOf(document: Dict): { text: string; says: string } {
  const version = Object.hasOwn(document, 'version') ? printed(document.version) : ''
  return { text: version === '' || version === '3' ? NEWEST_VERSION : version, says: version === '' ? ' (it says none, which means the newest)' : '' }
}

function minorOf(version: string, document: Dict, origins: Origins, problems: Problems, file: string): number {
  const minor = /^3\.([0-9]|1[0-3])$/.exec(version)?.[1]
  if (minor !== undefined) return Number(minor)
  const at = origins.of(document, 'version')?.value ?? { file, line: 1, column: 1 }
  problems.error('compose/version', at, `Docker's stack deploy does not know version ${version}.`, 'Write version: "3.8", or leave it out.')
  return 13
}

interface FileLoad {
  input: ComposeInput
  origins: Origins
  problems: Problems
  used: UsedVariable[]
  /** Places of plain texts that became times. */
  dates: ReadonlySet<string>
  unread: Set<string>
  early: Problems
  minor: number
}

function placeKey({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`
}

function loadFile(raw: Dict, { input, origins, problems, used, dates, unread, early, minor }: FileLoad): Loaded {
  const isDate = (place: Place): boolean => dates.size > 0 && dates.has(placeKey(place))
  const firstOwn = used.length
  const document = interpolateDocument(raw, { env: input.env, origins, problems, isDate, used, room: MOST_BROUGHT_IN })
  checkShape({ document }, 'document', COMPOSE_FILE, '', { minor, origins, problems, unread, isDate: (origin) => isDate(origin.value) })
  const variables = new Set(used.slice(firstOwn).map(({ place }) => placeKey(place)))
  if (variables.size > 0) {
    const found = new Problems()
    checkShape({ document: raw }, 'document', COMPOSE_FILE, '', { minor, origins, problems: found, unread: new Set(), beforeVariables: true, isDate: () => false })
    for (const problem of found.list) if (variables.has(placeKey(problem))) early[problem.severity](problem.rule, problem, problem.message, problem.mend)
  }
  const given = { env: input.env, origins, problems, readFile: input.readFile }
  const services = sectionOf(document, 'services')
  warnOfIgnoredKeys(services, origins, problems)
  const extensions: Dict = {}
  for (const key of Object.keys(document)) if (key.startsWith('x-')) origins.put(extensions, key, document[key], origins.of(document, key))
  const objects = (kind: ObjectKind): Dict => loadedSection(document, SECTION_OF[kind], origins, (section, key) => loadObject(kind, section, key, given))
  return {
    services: loadedSection(document, 'services', origins, (section, key) => loadService(section, key, given)),
    networks: objects('network'),
    volumes: objects('volume'),
    secrets: objects('secret'),
    configs: objects('config'),
    extensions,
  }
}

function sectionOf(document: Dict, section: string): Dict {
  return Object.hasOwn(document, section) && isDict(document[section]) ? document[section] : {}
}

function loadedSection(document: Dict, section: string, origins: Origins, load: (section: Dict, key: string) => Dict | undefined): Dict {
  const from = sectionOf(document, section)
  const out: Dict = {}
  for (const key of Object.keys(from)) {
    const value = load(from, key)
    if (value) origins.put(out, key, value, origins.of(from, key))
  }
  return out
}

/** Services are merged key by key; networks, volumes, secrets and configs are replaced as a whole; `x-` keys of later files are lost. */
function mergeFiles(files: readonly Loaded[], origins: Origins, problems: Problems): Loaded {
  const [first, ...later] = files
  if (!first) return { services: {}, networks: {}, volumes: {}, secrets: {}, configs: {}, extensions: {} }
  return later.reduce((base, over) => {
    const services: Dict = {}
    for (const name of new Set([...Object.keys(base.services), ...Object.keys(over.services)])) {
      const inBoth = Object.hasOwn(base.services, name) && Object.hasOwn(over.services, name)
      if (inBoth) {
        warnOfMerge(name, base.services[name], over.services[name], origins, problems)
        serviceType.merge(services, base.services, over.services, name, origins)
      } else {
        const side = Object.hasOwn(base.services, name) ? base.services : over.services
        origins.put(services, name, side[name], origins.of(side, name))
      }
    }
    const replaced = (section: 'networks' | 'volumes' | 'secrets' | 'configs'): Dict => {
      const out: Dict = {}
      for (const side of [base[section], over[section]]) for (const key of Object.keys(side)) origins.put(out, key, side[key], origins.of(side, key))
      return out
    }
    return { services, networks: replaced('networks'), volumes: replaced('volumes'), secrets: replaced('secrets'), configs: replaced('configs'), extensions: base.extensions }
  }, first)
}

function finished(merged: Loaded, version: string, origins: Origins, start: Place): Pick<ComposeReading, 'stack' | 'envFiles'> {
  const envFiles: ComposeReading['envFiles'] = []
  for (const [name, service] of Object.entries(merged.services)) {
    if (!isDict(service)) continue
    if (Array.isArray(service.env_file)) {
      for (const [index, path] of service.env_file.entries()) envFiles.push({ service: name, path: String(path), place: origins.of(service.env_file, index)?.value ?? start })
      delete service.env_file
    }
    trimmed(service, serviceType)
    if (Array.isArray(service.ports)) for (const port of service.ports as StackPort[]) withDefaults(port)
  }
  const stack: Dict = { version }
  for (const section of ['services', 'networks', 'volumes', 'secrets', 'configs'] as const) stack[section] = merged[section]
  for (const key of Object.keys(merged.extensions)) origins.put(stack, key, merged.extensions[key], origins.of(merged.extensions, key))
  return { stack: stack as unknown as Stack, envFiles }
}

function withDefaults(port: Partial<StackPort>): void {
  port.protocol ??= 'tcp'
  port.mode ??= 'ingress'
}

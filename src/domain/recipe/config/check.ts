import { isNameless } from '../nameless.ts'
import { nearest } from '../../../lib/nearest.ts'
import type { YamlValue } from '../../../lib/yaml-values.ts'
import { NEED_LETTERS, needDomain } from '../../model/app.ts'
import type { Place, Problem } from '../../model/problem.ts'
import type { RecipeTree } from '../../model/recipe.ts'
import type { Stack } from '../../model/stack.ts'
import { Problems } from '../compose/problems.ts'
import { followPath } from '../reach/tree-path.ts'
import type { ConfigReading, Written } from './read.ts'

export interface ConfigCheck {
  reading: ConfigReading
  tree: RecipeTree
  stack: Stack
  /** Whether something of the stack may have been lost to a mistake that has been said. */
  isUnread(path: string): boolean
  /** The recipe's. */
  name: string
  /** Variables that nobody but us sets. */
  ours: readonly string[]
}

type Path = Array<string | number>

/**
 * What fits the definition and yet leads nowhere in this recipe: programs, services, secrets and volumes that are not there. Judged on what is
 * written, also in an entry that does not fit, so that all mistakes are said at once.
 */
export function checkConfig({ reading, tree, stack, isUnread, name, ours }: ConfigCheck): Problem[] {
  const problems = new Problems()
  const { written, placeOf } = reading
  const known = (kind: 'service' | 'secret' | 'volume', name: string, path: Path, severity: Problem['severity'] = 'error'): void => {
    const names = Object.keys(stack[`${kind}s`])
    if (names.includes(name)) return
    const close = nearest(name, names)
    if (close === undefined && isUnread(`${kind}s.${name}`)) return
    problems[severity](`config/no-such-${kind}`, placeOf(path), `The recipe has no ${kind} \`${name}\`.`, close ? `Write \`${close}\`.` : names.length > 0 ? `It has ${names.join(', ')}.` : `It has no ${kind} at all.`)
  }
  const action = (what: YamlValue | undefined, path: Path): void => {
    if (!isTree(what) || what.do !== 'exec') return
    const { service = 'app' } = what
    if (typeof service === 'string' && service !== '') known('service', service, [...path, 'service'])
  }
  for (const [index, { name, write, read }] of entriesOf(written.data)) {
    action(write, ['data', index, 'write'])
    action(read, ['data', index, 'read'])
    const what = `\`${typeof name === 'string' ? name : `entry ${index + 1}`}\``
    if (isTree(write) && !holdsMarker(write)) problems.error('config/no-marker', placeOf(['data', index, 'write']), `${what} is written without \`{{marker}}\`: nothing new is ever written.`, 'Put `{{marker}}` where the text goes.')
    if (isTree(read) && !holdsMarker(read)) problems.error('config/no-marker', placeOf(['data', index, 'read']), `${what} is read without \`{{marker}}\`: old data would pass for new.`, 'Expect `contains: "{{marker}}"`.')
  }
  const needed = new Map<string, string>()
  for (const [index, need] of (Array.isArray(written.needs) ? written.needs : []).entries()) {
    if (typeof need !== 'string' || need === '') continue
    const place = placeOf(['needs', index])
    const host = needDomain('run.test', need)
    const other = needed.get(host)
    if (need === name) problems.error('config/needs', place, 'The recipe needs itself.', 'Take it out.')
    else if (other === need) problems.error('config/needs', place, `\`${need}\` is needed twice.`, 'Take one out.')
    else if (other !== undefined) problems.error('config/needs', place, `\`${need}\` and \`${other}\` begin with the same ${NEED_LETTERS} letters: both would get the domain \`${host.split('.')[0]}\`.`, "Give one of them another name, here and under `recipes` in the host's settings.")
    else needed.set(host, need)
  }
  for (const [index, each] of entriesOf(written.setup)) action(each, ['setup', index])
  for (const [index, { run }] of entriesOf(written.checks)) {
    if (typeof run === 'string' && run !== '') checkProgram(run, placeOf(['checks', index, 'run']), tree, problems)
  }
  for (const key of keysOf(written.secrets)) known('secret', key, ['secrets', key], 'warning')
  // A volume without a name is called by its place.
  const nameless = Object.values(stack.services).flatMap(({ volumes = [] }) => volumes.filter(isNameless).map(({ target }) => target))
  for (const key of keysOf(written.notBackedUp).filter((each) => !nameless.includes(each))) known('volume', key, ['notBackedUp', key], 'warning')
  for (const name of keysOf(written.env).filter((each) => ours.includes(each))) {
    problems.warning('config/env-ours', placeOf(['env', name]), `\`${name}\` is set for each run by cc-ci; what stands here is not used.`, 'Take it out.')
  }
  return problems.list
}

function checkProgram(run: string, place: Place, tree: RecipeTree, problems: Problems): void {
  const followed = followPath(tree, run)
  // The definition refuses it.
  if (followed.leads === 'outside') return
  const file = followed.leads === 'file' ? tree.files.get(followed.path) : undefined
  if (file?.kind !== 'file') {
    problems.error('config/no-such-file', place, `The recipe has no file \`${run}\`.`, 'Add it, or correct its path, which begins at the recipe\'s folder.')
    return
  }
  if (!file.executable) problems.error('config/not-executable', place, `\`${run}\` is not executable.`, `Say \`git update-index --chmod=+x ${run}\`, and begin it with \`#!\`.`)
  const [firstLine = ''] = new TextDecoder('latin1').decode(file.bytes.subarray(0, 256)).split('\n')
  if (firstLine.startsWith('#!') && firstLine.endsWith('\r')) {
    problems.error('config/line-ends', place, `The first line of \`${run}\` ends with a carriage return, which becomes part of the program's name \`${firstLine.slice(2, -1).trim()}\`: nothing can start it.`, `Say \`sed -i 's/\\r$//' ${run}\`, and have .gitattributes say \`*.sh text eol=lf\`.`)
  }
}

function holdsMarker(action: Written): boolean {
  return JSON.stringify(action, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).includes('{{marker}}')
}

function entriesOf(list: YamlValue | undefined): Array<[index: number, entry: Written]> {
  return Array.isArray(list) ? list.flatMap((entry, index): Array<[number, Written]> => (isTree(entry) ? [[index, entry]] : [])) : []
}

function keysOf(map: YamlValue | undefined): string[] {
  return isTree(map) ? Object.keys(map) : []
}

function isTree(value: YamlValue | undefined): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import { flag, type FieldType, type LongForm, listOfMaps, struct, text, textMap, trimmed } from './field-type.ts'
import { type Dict, isDict } from './origins.ts'
import { fromRecipe } from './recipe-path.ts'

export type ObjectKind = 'network' | 'volume' | 'secret' | 'config'

const file: FieldType = {
  ...text,
  long: (from, key) => (typeof from[key] === 'string' && from[key] !== '' ? fromRecipe(from[key]) : undefined),
}

const TYPES: Record<ObjectKind, FieldType> = {
  network: struct(
    {
      name: text,
      driver: text,
      driver_opts: textMap,
      ipam: struct({ driver: text, config: listOfMaps(struct({ subnet: text }, 'kept when empty')) }, 'left out when empty'),
      internal: flag,
      attachable: flag,
      labels: textMap,
    },
    'kept when empty',
  ),
  volume: struct({ name: text, driver: text, driver_opts: textMap, labels: textMap }, 'kept when empty'),
  secret: struct({ name: text, file, labels: textMap, driver: text, driver_opts: textMap, template_driver: text }, 'kept when empty', true),
  config: struct({ name: text, file, labels: textMap, template_driver: text }, 'kept when empty', true),
}

/** One network, volume, secret or config of one file in its long form: `external` is true or absent, and what is external has a name. */
export function loadObject(kind: ObjectKind, section: Dict, key: string, given: LongForm): Dict | undefined {
  const written = section[key] === null ? {} : section[key]
  if (!isDict(written)) return undefined
  const object = section[key] === null ? {} : TYPES[kind].long(section, key, given)
  if (!isDict(object)) return undefined
  const external = written.external === true || isDict(written.external)
  if (external) {
    given.origins.put(object, 'external', true, given.origins.of(written, 'external'))
    nameOfExternal(kind, object, written, key, section, given)
    checkExternal(kind, object, key, given)
  }
  if (external && (kind === 'network' || kind === 'volume')) copyExtensions(object, written, given)
  if (!external && kind === 'volume' && Object.hasOwn(written, 'x-cluster-spec')) given.origins.put(object, 'x-cluster-spec', written['x-cluster-spec'], given.origins.of(written, 'x-cluster-spec'))
  if (external && Object.hasOwn(object, 'file')) {
    const at = given.origins.of(object, 'file')
    if (at) given.problems.warning('compose/ignored-key', at.key, `The ${kind} \`${key}\` is external: its \`file\` is never read.`, 'Remove `file`, or remove `external`.')
    delete object.file
  }
  checkDriver(kind, object, key, given)
  return trimmed(object, TYPES[kind]) as Dict
}

function checkDriver(kind: ObjectKind, object: Dict, key: string, given: LongForm): void {
  const at = given.origins.of(object, 'driver')
  if (kind !== 'secret' || object.external === true || !object.driver || !object.file || !at) return
  given.problems.error('compose/conflict', at.key, `The secret \`${key}\` has a driver and a file.`, 'Keep one of the two.')
}

/** The old `external: {name: …}` means `name: …`; without any name it is the key. */
function nameOfExternal(kind: ObjectKind, object: Dict, written: Dict, key: string, section: Dict, given: LongForm): void {
  const old = isDict(written.external) && typeof written.external.name === 'string' ? written.external.name : ''
  const at = given.origins.of(written, 'external')
  if (old === '') {
    if (!object.name) given.origins.put(object, 'name', key, given.origins.of(section, key))
    return
  }
  if (object.name) {
    if (at) given.problems.error('compose/conflict', at.key, `The ${kind} \`${key}\` has two names: \`name\` and \`external.name\`.`, 'Keep `name`, and write external: true.')
    return
  }
  if (at) given.problems.warning('compose/old-form', at.key, `\`external.name\` of the ${kind} \`${key}\` is an old form.`, `Write external: true and name: ${old}.`)
  given.origins.put(object, 'name', old, isDict(written.external) ? given.origins.of(written.external, 'name') : at)
}

function checkExternal(kind: ObjectKind, object: Dict, key: string, given: LongForm): void {
  if (kind !== 'volume') return
  for (const other of ['driver', 'driver_opts', 'labels']) {
    const at = given.origins.of(object, other)
    const value = object[other]
    if (!at || value === undefined || value === '' || (isDict(value) && Object.keys(value).length === 0)) continue
    given.problems.error('compose/conflict', at.key, `The volume \`${key}\` is external and has \`${other}\`: what exists already cannot be given it.`, `Remove ${other}, or remove external.`)
  }
}

function copyExtensions(object: Dict, written: Dict, given: LongForm): void {
  for (const name of Object.keys(written).filter((each) => each.startsWith('x-'))) given.origins.put(object, name, written[name], given.origins.of(written, name))
}

export const SECTION_OF: Record<ObjectKind, 'networks' | 'volumes' | 'secrets' | 'configs'> = { network: 'networks', volume: 'volumes', secret: 'secrets', config: 'configs' }


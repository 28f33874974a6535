import { addTo } from '../../../lib/add-to.ts'
import type { Place, Problem } from '../../model/problem.ts'
import type { AskAtStart, BootUnit, OrderEdge, PassedOver, Starts, Told, UnitName } from '../graph.ts'
import { askedIn } from './asked.ts'
import { asksAtStart, mayAsk } from './asks-at-start.ts'
import { type Draft, emptyDraft, type Said } from './draft.ts'
import { addImpliedOrder } from './implied-order.ts'
import { withInstances } from './instances.ts'
import { beforeInTheSystem } from './system-units.ts'
import { passesOver } from './passes-over.ts'
import { parseTimeSpan } from './time-span.ts'
import type { UnitFolder } from './unit-folder.ts'
import { inForce, placeIn, readAssignments, wordsOf } from './unit-file.ts'

interface UnitsRead {
  units: BootUnit[]
  problems: Problem[]
}

const KINDS = 'service|target|timer|socket|path|mount|automount|swap|slice|device|scope'
const UNIT = new RegExp(`^[^/]+\\.(?:${KINDS})$`)
const DROP_IN = new RegExp(`^([^/]*\\.?(?:${KINDS}))\\.d/[^/]+\\.conf$`)
const PULLED = new RegExp(`^([^/]+\\.(?:${KINDS}))\\.(wants|requires|upholds)/([^/]+\\.(?:${KINDS}))$`)
const ORDERING: ReadonlyMap<string, OrderEdge['kind']> = new Map([['After', 'after'], ['Before', 'before'], ['Requires', 'requires'], ['BindsTo', 'requires'], ['Requisite', 'requisite'], ['Wants', 'wants'], ['Upholds', 'wants']])
const INSTALLING: ReadonlyArray<[key: string, kind: 'requires' | 'wants']> = [['WantedBy', 'wants'], ['UpheldBy', 'wants'], ['RequiredBy', 'requires']]
/** Commands of which a failure keeps the unit from coming up. */
const STARTING = ['ExecStartPre', 'ExecStart', 'ExecStartPost']
const OF_SERVICES = new Set(['Type', 'TimeoutStartSec', 'TimeoutSec', 'Environment', ...STARTING])
/** Settings that name a folder, whose mount comes first: where it lies. */
const FOLDERS = new Map([['WorkingDirectory', ''], ['RootDirectory', ''], ['RootImage', ''], ['StateDirectory', '/var/lib/'], ['CacheDirectory', '/var/cache/'], ['LogsDirectory', '/var/log/']])
/** File systems that need the network, as systemd has them. */
const REMOTE = /^(nfs4?|cifs|smb3|smbfs|ceph|glusterfs|lustre|gfs2?|ocfs2|afs|davfs|ncpfs|ncp|fuse\.(sshfs|glusterfs|ceph|davfs|rclone|s3fs))$/
const USUAL_START_LIMIT = 90_000

/**
 * Reads units and their drop-ins the way systemd does on a cold boot: what is enabled (links below `*.wants`, for whom none leads to `[Install]`) and what that brings takes
 * part, what a timer starts comes later, what nobody names never does. Units that are named and are not here belong to the system and are taken to come up.
 */
export function readUnits(given: UnitFolder): UnitsRead {
  const problems: Problem[] = []
  const { folder, templateOf } = withInstances(given)
  const instances = new Set(templateOf.values())
  const at = (path: string) => (folder.name === '' ? (templateOf.get(path) ?? path) : `${folder.name}/${templateOf.get(path) ?? path}`)
  const real = namesOf(folder)
  const drafts = new Map<UnitName, Draft>()
  const dropIns = dropInsOf(folder, real)
  for (const [path, text] of folder.files) {
    if (!UNIT.test(path)) continue
    if (/@\.[a-z]+$/.test(path)) {
      if (!instances.has(path)) problems.push({ ...placeIn(at(path), 1), rule: 'systemd/template', severity: 'warning', message: `${path} is a template of which nothing here names an instance: it is left out of this check.`, mend: 'Link an instance below *.wants, as systemctl enable does, where its gate matters.' })
      continue
    }
    const draft = emptyDraft(path, placeIn(at(path), 1))
    draft.masked = text.trim() === ''
    for (const file of [path, ...dropIns(path)]) addFile(draft, { file: at(file), text: folder.files.get(file)!, real, problems })
    // [Install] of a template says who brings an instance once it is enabled, and that is a link.
    if (templateOf.has(path)) draft.install = []
    drafts.set(path, draft)
  }
  for (const name of ownersOf(folder, real)) {
    if (drafts.has(name)) continue
    const paths = dropIns(name)
    const draft = { ...emptyDraft(name, placeIn(at(paths[0]!), 1)), isSystem: true }
    for (const file of paths) addFile(draft, { file: at(file), text: folder.files.get(file)!, real, problems })
    drafts.set(name, draft)
  }
  for (const [path, target] of folder.links) if (UNIT.test(path) && target === '/dev/null') drafts.set(path, { ...emptyDraft(path, placeIn(at(path), 1)), masked: true })
  problems.push(...leftOut(drafts, folder, at))
  const installed = installOf(drafts, folder, { at, real })
  addImpliedOrder(drafts, { pulls: installed.pulls, real })
  const asked = new Map([...drafts.values()].map((draft) => [draft.name, askedAtStart(draft, real)]))
  const starts = startsOf(drafts, { installed, asked, real })
  const sockets = new Map<UnitName, UnitName[]>()
  for (const draft of drafts.values()) if (draft.name.endsWith('.socket')) addTo(sockets, triggeredBy(draft, real)!, draft.name)
  const units = [...drafts.values()].map((draft) => unitOf(draft, { starts: starts.get(draft.name)!, asksAtStart: asked.get(draft.name)!, sockets: sockets.get(draft.name) ?? [], real }))
  return { units: [...units, ...systemUnits(units)], problems }
}

/**
 * What a name stands for, aliases followed. The same name is the same string ever after: units are looked up by name again and again, and two strings of the
 * same letters are compared letter by letter.
 */
function namesOf({ files, links }: UnitFolder): (name: string) => UnitName {
  const names = new Map<string, UnitName>()
  for (const path of files.keys()) names.set(path, path)
  for (const [path, target] of links) {
    const name = target.split('/').at(-1)!
    if (UNIT.test(path) && target !== '/dev/null' && name !== path) names.set(path, name)
  }
  for (const [path, text] of files) {
    if (!UNIT.test(path) || !text.includes('Alias')) continue
    readAssignments(text, (section, key, value) => {
      if (section === 'Install' && key === 'Alias') for (const alias of wordsOf(value)) names.set(alias, path)
    })
  }
  return (name) => {
    const known = names.get(name)
    if (known === undefined) names.set(name, name)
    if (known === undefined || known === name) return known ?? name
    // An alias may be one of an alias; where they lead in a round, none of them is a unit.
    const met = new Set([name])
    let at = known
    for (let next = names.get(at) ?? at; next !== at && !met.has(at); next = names.get(at) ?? at) {
      met.add(at)
      at = next
    }
    names.set(name, at)
    return at
  }
}

/** Units with a drop-in of their own. A template, and a prefix such as `app-.service`, is none. */
function ownersOf(folder: UnitFolder, real: (name: string) => UnitName): Set<UnitName> {
  const owners = new Set<UnitName>()
  for (const path of folder.files.keys()) {
    const owner = path.includes('/') ? DROP_IN.exec(path)?.[1] : undefined
    if (owner !== undefined && UNIT.test(owner) && !/[-@]\.[a-z]+$/.test(owner)) owners.add(real(owner))
  }
  return owners
}

/** Paths of a unit's drop-ins: for its kind, for its name up to each hyphen, and for itself, each sorted by file name; one of the same name counts once, the nearest. */
function dropInsOf(folder: UnitFolder, real: (name: string) => UnitName): (unit: UnitName) => string[] {
  const byFolder = new Map<string, string[]>()
  for (const path of folder.files.keys()) {
    const owner = path.includes('/') ? DROP_IN.exec(path)?.[1] : undefined
    if (owner !== undefined) addTo(byFolder, UNIT.test(owner) ? real(owner) : owner, path)
  }
  if (byFolder.size === 0) return () => []
  return (unit) => {
    const kind = unit.slice(unit.lastIndexOf('.'))
    const stem = unit.slice(0, -kind.length)
    const prefixes = [...stem.matchAll(/-/g)].map(({ index }) => `${stem.slice(0, index + 1)}${kind}`)
    const nearest = new Map<string, string>()
    for (const owner of [kind.slice(1), ...prefixes, unit]) for (const path of byFolder.get(owner) ?? []) nearest.set(path.slice(path.lastIndexOf('/') + 1), path)
    return [...nearest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path)
  }
}

/** What one of a unit's files says, sorted by what it is for; what nobody here asks for is left. */
function addFile(draft: Draft, { file, text, real, problems }: { file: string; text: string; real: (name: string) => UnitName; problems: Problem[] }): void {
  const triggering = draft.name.endsWith('.socket') ? 'Service' : 'Unit'
  readAssignments(text, (section, key, value, line) => {
    const said = (): Said => ({ key, value, place: placeIn(file, line) })
    if (section === 'Service') {
      if (OF_SERVICES.has(key)) draft.service.push(said())
      else if (key === 'Slice') draft.slice = said()
      else if (key === 'Sockets') for (const name of wordsOf(value)) addEdges(draft, { kinds: ['wants', 'after'], unit: real(name), place: placeIn(file, line) })
      else if (FOLDERS.has(key)) for (const path of wordsOf(value)) draft.mountsFor.push({ ...said(), value: `${FOLDERS.get(key)}${path.replace(/^-/, '').replace(/:.*/, '')}` })
    } else if (section === 'Install') draft.install.push(said())
    else if (section === 'Mount') {
      if (key === 'What' && /^\/(?!dev\/)/.test(value)) draft.mountsFor.push(said())
      if (key === 'Slice') draft.slice = said()
      draft.isRemote ||= (key === 'Type' && REMOTE.test(value)) || (key === 'Options' && /(^|,)_netdev(,|$)/.test(value))
    } else if (section !== 'Unit') {
      if (key === triggering) draft.triggers = value
      else if (key === 'Slice') draft.slice = said()
    } else if (key === 'DefaultDependencies') draft.isBare ||= /^(no|false|0|off)$/i.test(value)
    else if (key === 'RequiresMountsFor' || key === 'WantsMountsFor') for (const path of wordsOf(value)) draft.mountsFor.push({ ...said(), value: path })
    else {
      const kind = ORDERING.get(key)
      if (kind === undefined) return
      const place = placeIn(file, line)
      if (value === '') problems.push({ ...place, rule: 'systemd/no-reset', severity: 'warning', message: `An empty ${key}= takes nothing back: systemd's dependencies can only be added to.`, mend: `Override the whole unit where a ${key}= has to go.` })
      if (value.includes('%')) problems.push({ ...place, rule: 'systemd/specifier', severity: 'warning', message: `${key}=${value}: specifiers are not filled in, and what they stand for is left out of this check.`, mend: 'Write the name in full where its gate matters.' })
      for (const name of wordsOf(value)) if (!name.includes('%')) addEdges(draft, { kinds: [kind], unit: real(name), place })
    }
  })
}

/** systemd drops what a unit says of itself, by whatever name. */
function addEdges(draft: Draft, { kinds, unit, place }: { kinds: ReadonlyArray<OrderEdge['kind']>; unit: UnitName; place: Place }): void {
  if (unit !== draft.name) for (const kind of kinds) draft.order.push({ kind, unit, place })
}

/** What stands there and is not looked at. */
function leftOut(drafts: ReadonlyMap<UnitName, Draft>, { links }: UnitFolder, at: (path: string) => string): Problem[] {
  const found: Problem[] = []
  for (const [path, target] of links) {
    if (!UNIT.test(path) || drafts.has(path) || target.split('/').at(-1) !== path) continue
    found.push({ ...placeIn(at(path), 1), rule: 'systemd/link', severity: 'warning', message: `${path} is a link to ${target}, where no file can be read: the unit is left out of this check.`, mend: 'Check it where that file is.' })
  }
  for (const { name, place, isSystem } of drafts.values()) {
    if (!isSystem && /\.(device|scope)$/.test(name)) found.push({ ...place, rule: 'systemd/kind', severity: 'warning', message: `What systemd orders by itself around a ${name.slice(name.lastIndexOf('.') + 1)} is not known here: of ${name} only what it says is looked at.`, mend: 'Write its order with After= and Before= where a gate hangs on it.' })
  }
  return found
}

interface Installed {
  /** Who brings whom, and where that is said. */
  pulls: Array<{ by: UnitName; unit: UnitName; kind: 'requires' | 'wants'; place: Place }>
  /** Whether anything says what is enabled at all. */
  isSaid: boolean
}

function installOf(drafts: ReadonlyMap<UnitName, Draft>, folder: UnitFolder, { at, real }: { at: (path: string) => string; real: (name: string) => string }): Installed {
  const pulls: Installed['pulls'] = []
  for (const path of [...folder.links.keys(), ...folder.files.keys()]) {
    const [, by, how, unit] = path.includes('/') ? (PULLED.exec(path) ?? []) : []
    if (by && how && unit) pulls.push({ by: real(by), unit: real(unit), kind: how === 'requires' ? 'requires' : 'wants', place: placeIn(at(path), 1) })
  }
  // Where a folder of links says of some what brings them, the others may still be installed by whoever puts them there.
  const linked = new Set(pulls.map(({ unit }) => unit))
  for (const { name, install } of drafts.values()) {
    if (linked.has(name)) continue
    for (const [key, kind] of INSTALLING) for (const { value, place } of inForce(install, key)) for (const by of wordsOf(value)) pulls.push({ by: real(by), unit: name, kind, place })
  }
  return { pulls, isSaid: pulls.length > 0 }
}

function startsOf(drafts: ReadonlyMap<UnitName, Draft>, { installed: { pulls, isSaid }, asked, real }: { installed: Installed; asked: ReadonlyMap<UnitName, AskAtStart[]>; real: (name: string) => string }): Map<UnitName, Starts> {
  const brings = new Map<UnitName, UnitName[]>()
  for (const { by, unit } of pulls) addTo(brings, by, unit)
  for (const { name, order } of drafts.values()) for (const { kind, unit } of order) if (kind === 'requires' || kind === 'wants') addTo(brings, name, unit)
  // A command of its start brings a unit as well.
  for (const [name, asks] of asked) for (const { ask, does, isNeeded } of asks) if (ask.kind === 'unit' && does === 'starts' && isNeeded) addTo(brings, name, ask.unit)
  const triggers = new Map<UnitName, Draft>()
  for (const draft of drafts.values()) {
    const target = triggeredBy(draft, real)
    if (target === undefined) continue
    // What a socket starts is there as soon as somebody asks.
    if (draft.name.endsWith('.socket')) addTo(brings, draft.name, target)
    else triggers.set(target, draft)
  }
  // The system's own targets are where it begins; where nothing says what is enabled, everything is.
  const begin = isSaid ? [...brings.keys()].filter((name) => drafts.get(name)?.isSystem ?? true) : [...drafts.keys()].filter((name) => !triggers.has(name))
  const isBrought = new Set(begin)
  for (const name of isBrought) for (const unit of brings.get(name) ?? []) isBrought.add(unit)
  return new Map([...drafts.values()].map(({ name, place, isSystem, masked }): [UnitName, Starts] => {
    if (masked) return [name, { when: 'never', why: 'it is masked', place }]
    if (isSystem || isBrought.has(name)) return [name, { when: 'boot' }]
    const trigger = triggers.get(name)
    return [name, trigger ? { when: 'later', by: trigger.name, place: trigger.place } : { when: 'never', why: 'nothing enables it: no *.wants, no [Install], no unit that brings it', place }]
  }))
}

/** What a timer, path or socket starts. */
function triggeredBy({ name, triggers }: Draft, real: (name: string) => UnitName): UnitName | undefined {
  const stem = /^(.*)\.(?:timer|path|socket)$/.exec(name)?.[1]
  return stem === undefined ? undefined : real(triggers ?? `${stem}.service`)
}

function unitOf(draft: Draft, { starts, asksAtStart, sockets, real }: { starts: Starts; asksAtStart: AskAtStart[]; sockets: UnitName[]; real: (name: string) => UnitName }): BootUnit {
  const { name, place, isSystem, service, order } = draft
  // Both set the same limit; one that is no time is passed over, as systemd does.
  const limit = service.findLast(({ key, value }) => (key === 'TimeoutStartSec' || key === 'TimeoutSec') && parseTimeSpan(value) !== undefined)
  const start = limit && parseTimeSpan(limit.value)
  const isOneShot = lastOf(service, 'Type')?.value === 'oneshot'
  return {
    name, place, starts, order,
    isSystem, sockets,
    gate: null, own: null, listens: [], images: [], networks: [], tookMs: null,
    httpProxy: proxyIn(service),
    // How long deploy, gate and rollback may take is for the probes to say.
    budget: { deploy: 0, dwell: 0, rollback: 0, start: start === undefined ? (isOneShot ? null : USUAL_START_LIMIT) : start === 0 ? null : start, place: limit?.place ?? place },
    passesOver: passedOver(service, real),
    asksAtStart,
  }
}

/** Trap 11: `Environment=HTTP_PROXY=…` holds for a gate that the unit runs, too. */
function proxyIn(service: readonly Said[]): BootUnit['httpProxy'] {
  if (!service.some(({ key }) => key === 'Environment')) return null
  const variables = new Map<string, { value: string; place: Place }>()
  for (const { value, place } of inForce(service, 'Environment')) {
    for (const word of wordsOf(value)) {
      const equals = word.indexOf('=')
      variables.set(word.slice(0, equals).toUpperCase(), { value: word.slice(equals + 1), place })
    }
  }
  const proxy = (name: string): Told | null => {
    const said = variables.get(name) ?? variables.get('ALL_PROXY')
    return said && said.value !== '' ? { text: said.value.includes('://') ? said.value : `http://${said.value}`, place: said.place } : null
  }
  const [http, https] = [proxy('HTTP_PROXY'), proxy('HTTPS_PROXY')]
  if (!http && !https) return null
  const except = (variables.get('NO_PROXY')?.value ?? '').split(',').map((one) => one.trim().toLowerCase()).filter((one) => one !== '')
  return { http, https, except }
}

/** Trap 2: what is asked by a command whose failure systemd is told to pass over, or that swallows it itself. What comes before the main command is no gate. */
function passedOver(service: readonly Said[], real: (name: string) => UnitName): PassedOver[] {
  const found: PassedOver[] = []
  // Most are simple: nothing in them could pass over anything.
  if (!service.some(({ key, value }) => key.startsWith('ExecStart') && /^[@:+!|]*-|sh\s/.test(value))) return found
  for (const key of ['ExecStart', 'ExecStartPost']) {
    for (const { value, place } of inForce(service, key)) {
      const asks = askedIn(value).filter((one) => passesOver(value, (part) => askedIn(part).includes(one)))
      if (asks.length > 0) found.push({ text: `${key}=${value}`, place, asks: asks.map(real) })
    }
  }
  return found
}

/** What the main command of a service asks holds up nobody, unless the service is up only once that has ended. */
function askedAtStart({ name, service }: Draft, real: (name: string) => UnitName): AskAtStart[] {
  if (!service.some(({ key, value }) => key.startsWith('ExecStart') && mayAsk(value))) return []
  const type = lastOf(service, 'Type')?.value
  return STARTING.filter((key) => key !== 'ExecStart' || type === 'oneshot' || type === 'forking').flatMap((key) =>
    inForce(service, key)
      .flatMap(({ value, place }) => asksAtStart(value, { place, self: name }))
      .map(({ ask, ...asked }) => ({ ...asked, ask: ask.kind === 'unit' ? { ...ask, unit: real(ask.unit) } : ask, holds: key === 'ExecStartPre' ? ('serves' as const) : ('up' as const) })),
  )
}

function lastOf(service: readonly Said[], key: string): Said | undefined {
  return service.findLast((one) => one.key === key)
}

/** Those that units name and that are not here: they come up by themselves, in the system's own order. */
function systemUnits(units: readonly BootUnit[]): BootUnit[] {
  const here = new Set(units.map(({ name }) => name))
  const named = new Map<UnitName, Place>()
  for (const { order } of units) for (const { unit, place } of order) if (!here.has(unit) && !named.has(unit)) named.set(unit, place)
  return [...named].map(([name, place]) => ({
    name, place,
    starts: { when: 'boot' },
    isSystem: true,
    sockets: [],
    order: beforeInTheSystem(name, { has: (other) => named.has(other) || here.has(other) }).map((unit) => ({ kind: 'after', unit, place })),
    gate: null, own: null, listens: [], images: [], networks: [], httpProxy: null, budget: null, passesOver: [], asksAtStart: [], tookMs: null,
  }))
}

/**
 * Random compose files from a seed, good ones and slightly wrong ones, in every spelling that the language has: block and flow style, quotes,
 * block scalars, anchors, aliases, merge keys, comments.
 */
import { seeded } from '../support/seeded.ts'

export interface ComposeCase {
  files: Array<{ path: string; text: string }>
  extra: Record<string, string>
  env: Record<string, string>
}

/** A scalar that is written as it stands. */
class Raw {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** `&name` before a value. */
class Anchored {
  readonly name: string
  readonly node: unknown
  constructor(name: string, node: unknown) {
    this.name = name
    this.node = node
  }
}

type Make = (random: Random) => unknown

class Random {
  readonly next: () => number
  constructor(seed: number) {
    this.next = seeded(seed)
  }
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }
  chance(of: number): boolean {
    return this.next() < of
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }
  some<T>(items: readonly T[], most = items.length): T[] {
    const left = [...items]
    const count = this.below(Math.min(most, items.length) + 1)
    return Array.from({ length: count }, () => left.splice(this.below(left.length), 1)[0]!)
  }
}

const ENV = { SET: 'set value', EMPTY: '', NUM: '7', FLAG: 'yes', DOMAIN: 'example.org', STACK_NAME: 'stack_x', DUR: '90s', TRICKY: '$SET ${NUM}' }

const raw = (...texts: string[]): Make => (r) => new Raw(r.pick(texts))
const str = (...texts: string[]): Make => (r) => r.pick(texts)
const list = (of: Make, most = 3, least = 0): Make => (r) => Array.from({ length: least + r.below(most - least + 1) }, () => of(r))
const oneOf = (...makes: Make[]): Make => (r) => r.pick(makes)(r)
const obj = (keys: Record<string, Make>, share = 0.6): Make => (r) => {
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(keys)) if (r.chance(share)) out[key] = keys[key]!(r)
  return out
}
const dict = (names: string[], of: Make): Make => (r) => Object.fromEntries(r.some(names, 3).map((name) => [name, of(r)]))
const unique = (...texts: string[]): Make => (r) => r.some(texts, 3)

/** Mostly the good one. */
const mostly = (good: Make, bad: Make): Make => (r) => (r.chance(0.03) ? bad(r) : good(r))

const SCALARS = raw('text', '12', '0555', '1_000', '1.10', '1e3', '0x1f', '0o17', '08', '12345678901234567890', '-3', '+5', '.5', '1.', '~', 'null', '22:22', 'yes', 'on', '1e-7', '1e21', '0.0001', '2024-01-02', '2024-1-2 3:04:05', '""', "''", '"quoted #"', "'single ''q'", '=', '-1_0', '0b11', '-0', '0', '00')
const VARIABLES = str('${SET}', '$SET', '${UNSET}', '${UNSET:-default}', '${EMPTY:-default}', '${EMPTY-default}', '${UNSET-def ault}', '$$SET', '${SET:?needed}', '${SET?needed}', 'a${NUM}b$DOMAIN', '${DOMAIN:-x}', '$SET-x', '${TRICKY}', '${UNSET:-${SET}}', '$DOMAIN.$NUM', '${set}', '${UNSET:-}', '$${SET}', 'a$$b', '${SET:?not-needed}', '${UNSET:-a:b-c?d}')
const BAD_VARIABLES = str('${', '$', '${UNSET:?}', '${UNSET?message}', '${1}', '${A B}', 'a$', '$-', '${EMPTY:?x}', '${UNSET:?x} ${SET}', '$UNSET?x')
const value: Make = (r) => (r.chance(0.003) ? BAD_VARIABLES(r) : oneOf(SCALARS, VARIABLES, str('plain', 'with space', 'a=b', 'x:y', '#no', 'é☃'))(r))
const text: Make = (r) => (r.chance(0.005) ? SCALARS(r) : oneOf(VARIABLES, str('plain', 'with space', 'a=b=c', 'it\'s "so"'))(r))

const KEYS = ['A', 'B_C', 'SET', 'EMPTY', 'UNSET', 'lower', 'NUM']
const assignments: Make = (r) => r.some(KEYS, 4).map((key) => (r.chance(0.25) ? key : `${key}=${r.pick(['', 'x', 'a=b', '${SET}', '$$x', ' spaced '])}`))
const listOrMap = oneOf(assignments, dict(KEYS, value))
const whole = oneOf(raw('0', '1', '3', '12'), str('${NUM}', '${UNSET:-4}'))
const flag = oneOf(raw('true', 'false'), str('${FLAG}', '${UNSET:-false}'))
const duration = oneOf(str('10s', '1m30s', '90s', '1.5h', '0', '0s', '100ms', '1h0m5s', '${DUR}', '${UNSET:-3s}', '2562047h', '1us', '-5s', '.5s', '1.000001s'), raw('30s'))
const size = mostly(str('64m', '1g', '1.5GiB', '100', '10kb', '0', '1b', '${UNSET:-2M}', '1 g', '1e3'), str('1x', '-1', 'g', '1gbb'))
const command = mostly(oneOf(str('run', 'sh -c "echo $$HOME"', "a 'b c' d\\ e", '', 'x # comment', '"" y', 'a"b"c', 'tab\there'), list(str('a', 'b c', '$$x', '${SET}', ''))), str('broken "quote', 'end\\'))

const port = oneOf(
  mostly(raw('80', '8080', '0'), raw('70000', '8000-8002')),
  mostly(
    str('80', '80:80', '8080:80/udp', '8000-8002:9000-9002', '8000-8003:80', '127.0.0.1:81:81', '${NUM}:80', '53:53/tcp', '53:53/udp', '[::1]:90:90', '80:80/sctp', '80/TCP', ':80'),
    str('x', '1:2:3:4', '3-1', '80:', '1-2:3-5', '80/icmp', '70000:80'),
  ),
  obj({ target: whole, published: whole, protocol: str('tcp', 'udp'), mode: str('host', 'ingress') }, 0.7),
)
const mount = oneOf(
  mostly(
    str('data:/data', 'data:/data:ro', '/srv:/srv', './rel:/rel:rw', '../up:/up', '~/home:/home', '/anon', 'logs:/logs:nocopy', '/a:/b:rshared,ro', 'c:/x', 'C:\\w:/w', '/a', 'data:/d:whatever', '.:/here', './a/../b/:/ab', '${SET}:/v', 'b:/x:ro,nocopy'),
    str('data:/data:ro:x', 'a:', '', 'data::/x'),
  ),
  (r) => {
    const type = r.pick(['volume', 'bind', 'tmpfs'])
    const options: Record<string, unknown> = { type, target: r.pick(['/data', '/logs', '/x']) }
    if (type === 'bind') options.source = r.pick(['/srv', './rel'])
    if (type === 'volume' && r.chance(0.7)) options.source = r.pick(['data', 'logs'])
    if (r.chance(0.4)) options.read_only = flag(r)
    if (type === 'volume' && r.chance(0.3)) options.volume = obj({ nocopy: flag })(r)
    if (type === 'bind' && r.chance(0.3)) options.bind = obj({ propagation: str('rshared', 'private') })(r)
    if (type === 'tmpfs' && r.chance(0.5)) options.tmpfs = obj({ size: raw('0', '1024') })(r)
    if (r.chance(0.1)) options.consistency = 'cached'
    return options
  },
)
const grant = oneOf(str('one', 'two', 'three'), obj({ source: str('one', 'two', 'three'), target: str('t', '/run/x'), uid: str('0', '103'), mode: oneOf(raw('0440', '444', '0'), str('${NUM}')) }, 0.7))
const updateConfig = obj({ parallelism: whole, delay: duration, failure_action: str('pause', 'rollback'), monitor: duration, max_failure_ratio: raw('0', '0.3', '0.123456789', '1'), order: str('start-first', 'stop-first', '${UNSET:-start-first}') })
const limits = obj({ cpus: str('0.5', '${UNSET:-1}'), memory: size, pids: mostly(raw('0', '3'), whole) })

const SERVICE: Record<string, Make> = {
  command,
  entrypoint: command,
  environment: listOrMap,
  labels: listOrMap,
  env_file: oneOf(str('a.env', './b.env', 'sub/../a.env'), unique('a.env', 'b.env')),
  ports: list(port),
  volumes: list(mount),
  secrets: list(grant),
  configs: list(grant),
  networks: oneOf(unique('front', 'back', 'proxy'), dict(['front', 'back', 'proxy'], oneOf(raw('~', ''), obj({ aliases: unique('x', 'y', 'z'), ipv4_address: str('10.0.0.1'), driver_opts: dict(['o'], value) })))),
  healthcheck: obj({ test: oneOf(str('curl -f localhost', '${SET}'), list(str('CMD', 'curl', 'NONE'))), interval: duration, timeout: duration, retries: whole, start_period: duration, start_interval: duration, disable: flag }),
  deploy: obj({
    mode: str('replicated', 'global'),
    replicas: whole,
    labels: listOrMap,
    update_config: updateConfig,
    rollback_config: updateConfig,
    resources: obj({ limits, reservations: obj({ cpus: str('0.1'), memory: size, generic_resources: list(obj({ discrete_resource_spec: obj({ kind: str('gpu'), value: raw('1', '2') }, 1) }, 1), 2) }) }),
    restart_policy: obj({ condition: str('any', 'none'), delay: duration, max_attempts: whole, window: duration }),
    placement: obj({ constraints: list(str('node.role==manager', '${SET}')), preferences: list(obj({ spread: str('node.labels.x') }, 0.9), 2), max_replicas_per_node: whole }),
    endpoint_mode: str('vip', 'dnsrr'),
  }, 0.4),
  depends_on: unique('a', 'b', 'c'),
  cap_add: unique('NET_ADMIN', 'ALL'),
  cap_drop: unique('ALL', 'KILL'),
  dns: oneOf(str('1.1.1.1'), unique('1.1.1.1', '9.9.9.9')),
  dns_search: oneOf(str('example.org'), unique('a', 'b')),
  expose: (r) => r.some([new Raw('80'), '81', new Raw('0x10'), '${NUM}'], 3),
  extra_hosts: oneOf(unique('host:1.2.3.4', 'v6:[::1]', 'eq=1.1.1.1', 'none', 'both=a:b'), dict(['h1', 'h2'], str('1.2.3.4', '::1', '[::2]'))),
  hostname: text,
  image: oneOf(str('nginx:1', 'nginx:${UNSET:-2}', 'reg.example.org:5000/a/b:c')),
  init: mostly(raw('true', 'false'), flag),
  isolation: str('default'),
  logging: obj({ driver: str('json-file', 'local', ''), options: dict(['max-size', 'max-file', 'tag'], value) }),
  pid: oneOf(str('host'), raw('~')),
  privileged: flag,
  read_only: flag,
  restart: str('always', 'no', 'unless-stopped'),
  security_opt: unique('no-new-privileges', 'label=x'),
  shm_size: mostly(str('64m'), raw('64000')),
  stdin_open: flag,
  stop_grace_period: duration,
  stop_signal: str('SIGKILL'),
  sysctls: listOrMap,
  tmpfs: oneOf(str('/tmp'), unique('/tmp', '/run:size=64m')),
  tty: flag,
  ulimits: dict(['nofile', 'nproc'], oneOf(raw('5', '65535'), obj({ soft: raw('4', '5'), hard: raw('6', '7') }, 0.97))),
  user: str('1000', '${NUM}'),
  working_dir: text,
  'x-local': oneOf(dict(['a', 'b', 'c'], oneOf(str('x', '${SET}'), list(str('i', 'j')), dict(['d', 'e'], str('1', '2')), raw('1', 'true'))), str('alone')),
  build: oneOf(str('.'), obj({ context: str('.'), dockerfile: str('D') })),
  container_name: str('c'),
  credential_spec: obj({ file: str('f') }),
  devices: unique('/dev/a:/dev/a'),
  ipc: str('host'),
  links: unique('a'),
}

const WRONG: Record<string, Make> = {
  enviroment: listOrMap,
  ports: oneOf(str('80'), list(list(str('80')))),
  image: raw('5', '[]'),
  command: oneOf(raw('5'), list(raw('1'), 2, 1)),
  environment: oneOf(raw('~'), dict(['A'], raw('true')), list(raw('5'), 2, 1), raw('[A=1, A=1]')),
  deploy: obj({ replicas: oneOf(str('two'), raw('1.5', '-1')), update_config: obj({ order: str('middle') }) }),
  healthcheck: obj({ interval: oneOf(raw('10'), str('ten')), test: raw('5') }, 1),
  depends_on: dict(['db'], obj({ condition: str('service_healthy') })),
  extends: obj({ service: str('x') }),
  mem_limit: str('1g'),
  volumes: oneOf(list(obj({ source: str('x'), target: str('/x') }, 1), 1, 1), list(obj({ type: str('volume'), target: str('/x'), unknown: str('x') }, 1), 1, 1)),
  networks: raw('[a, a]', 'x'),
  ulimits: dict(['nofile'], raw('"5"', '{soft: 1}')),
  stop_grace_period: raw('10', 'soon'),
  profiles: list(str('x')),
  labels: raw('yes', '[1]'),
}

const OBJECTS: Record<'networks' | 'volumes' | 'secrets' | 'configs', Make> = {
  networks: dict(['front', 'back', 'proxy'], oneOf(raw('', '~', '{}'), obj({ name: text, driver: str('overlay'), driver_opts: dict(['o', 'p'], oneOf(str('x'), raw('5', '0555'))), internal: flag, attachable: flag, labels: listOrMap, external: flag, ipam: obj({ driver: str('default'), config: list(obj({ subnet: str('10.9.0.0/24') }, 1), 1) }), 'x-n': str('n') }, 0.4), obj({ external: oneOf(raw('true', '{name: other}'), str('${FLAG}')) }, 1))),
  volumes: dict(['data', 'logs'], oneOf(raw('', '~', '{}'), obj({ name: text, driver: str('local'), driver_opts: dict(['type', 'o'], oneOf(str('none'), raw('5'))), labels: listOrMap, 'x-v': str('v') }, 0.4), obj({ external: raw('true', 'false'), name: text }, 0.7), obj({ external: raw('{name: other}') }, 1), mostly(obj({}), obj({ external: raw('{name: other}'), name: text }, 1)))),
  secrets: dict(['one', 'two', 'three'], oneOf(obj({ file: str('./s.txt', 'sub/s.txt', './sub/../s.txt') }, 1), obj({ external: raw('true'), name: text }, 0.8), obj({ external: raw('{name: other}') }, 1), mostly(obj({ file: str('s.txt') }, 1), obj({ external: raw('{name: other}'), name: text }, 1)), obj({ file: str('s.txt'), labels: listOrMap, name: text, template_driver: str('golang'), 'x-s': str('s') }, 0.9))),
  configs: dict(['one', 'two', 'three'], oneOf(obj({ file: str('./s.txt', 'sub/s.txt') }, 1), obj({ external: raw('true'), name: text }, 0.9), obj({ file: str('s.txt'), labels: listOrMap, name: text, template_driver: str('golang') }, 0.9))),
}

export function randomCase(seed: number): ComposeCase {
  const random = new Random(seed)
  const count = random.pick([1, 1, 2, 2, 3])
  const version = random.pick([...Array<undefined>(12), ...Array<string>(8).fill('3.8'), '3.9', '3.12', '3.13', '3', '3.7', '3.5', '3.3', '3.1', '3.0'])
  const files = Array.from({ length: count }, (_, index) => {
    const path = index === 0 ? 'compose.yml' : `compose.o${index}.yml`
    const document: Record<string, unknown> = {}
    if (version && !random.chance(0.01)) document.version = version
    // Since 3.12 and 3.13: in older files they are a mistake, and one is enough now and then.
    const newer = version === undefined || random.chance(0.05)
    document.services = Object.fromEntries(
      random.some(['a', 'b', 'c'], 2).map((name) => {
        const service = obj(SERVICE, random.pick([0.08, 0.15, 0.3]))(random) as Record<string, unknown>
        if (index === 0) service.image ??= 'nginx:1'
        if (newer && random.chance(0.1)) service.oom_score_adj = new Raw('100')
        if (!newer) delete (service.healthcheck as Record<string, unknown> | undefined)?.start_interval
        if (random.chance(0.04)) {
          const wrong = random.pick(Object.keys(WRONG))
          service[wrong] = WRONG[wrong]!(random)
        }
        return [name, service]
      }),
    )
    for (const section of ['networks', 'volumes', 'secrets', 'configs'] as const) if (random.chance(0.5)) document[section] = OBJECTS[section](random)
    if (random.chance(0.2)) document['x-top'] = dict(['a', 'b'], str('x', '${SET}'))(random)
    if (random.chance(0.01)) document.name = 'n'
    const text = written(random.chance(0.5) ? withAnchors(document, random) : document, 0, random)
    return { path, text: random.chance(0.2) ? `---\n# a comment: {\n\n${text}` : text }
  })
  return { files, env: ENV, extra: { 'a.env': '# comment\nA=from file\nB_C="quoted"\n  lead=x \nNUM\nUNSET\nEMPTY=\n', 'b.env': 'A=second\nSET=\n', 's.txt': 's', 'sub/s.txt': 's' } }
}

/** What stood under a key before, by the key: what fits there once fits there again. */
type Earlier = Map<string, Array<{ name: string; node: unknown }>>

/**
 * The document with anchors on some values, aliases in place of later values under the same key, and merge keys that bring an earlier map into a
 * later one; fragments stand in a `x-` key on top, as people write them.
 */
function withAnchors(document: Record<string, unknown>, random: Random): Record<string, unknown> {
  const earlier: Earlier = new Map()
  const fragments: Record<string, unknown> = {}
  for (const [key, make] of FRAGMENTS) {
    if (!random.chance(0.3)) continue
    const node = make(random)
    earlier.set(key, [{ name: `fragment-${key}`, node }])
    fragments[key] = new Anchored(`fragment-${key}`, node)
  }
  const { version, ...rest } = document
  const top = Object.keys(fragments).length > 0 ? { 'x-fragments': fragments } : {}
  return { ...(version === undefined ? {} : { version }), ...top, ...(anchored(rest, [], earlier, random) as Record<string, unknown>) }
}

function anchored(node: unknown, path: readonly string[], earlier: Earlier, random: Random): unknown {
  if (Array.isArray(node)) return node.map((item) => anchored(item, [...path, '[]'], earlier, random))
  if (!isContainer(node)) return node
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, value]): Array<[string, unknown]> => {
      const known = earlier.get(key) ?? []
      const deep = path.length > 0 && key !== 'version'
      if (deep && known.length > 0 && random.chance(0.25)) return [[key, new Raw(`*${random.pick(known).name} `)]]
      const inner = anchored(value, [...path, key], earlier, random)
      const maps = known.filter((each) => isContainer(each.node) && !Array.isArray(each.node))
      if (deep && maps.length > 0 && isContainer(inner) && !Array.isArray(inner) && random.chance(0.5)) {
        const merged = random.chance(0.2) ? new Raw(`[${random.some(maps, 3).map(({ name }) => `*${name} `).join(', ')}]`) : new Raw(`*${random.pick(maps).name} `)
        return [[key, random.chance(0.5) ? { '<<': merged, ...inner } : { ...inner, '<<': merged }]]
      }
      if (!deep || !random.chance(0.3)) return [[key, inner]]
      const name = `${key.replaceAll(/\W/g, '-')}-${[...earlier.values()].reduce((sum, list) => sum + list.length, 0)}`
      earlier.set(key, [...known, { name, node: value }])
      return [[key, new Anchored(name, inner)]]
    }),
  )
}

const FRAGMENTS: ReadonlyArray<[string, Make]> = ['environment', 'labels', 'healthcheck', 'deploy', 'logging', 'a', 'b'].map((key): [string, Make] => [key, key.length > 1 ? SERVICE[key]! : obj(SERVICE, 0.1)])

/** Block style mostly, flow style now and then. */
function written(node: unknown, depth: number, random: Random): string {
  const pad = '  '.repeat(depth)
  if (node instanceof Anchored) return ` &${node.name}${written(node.node, depth, random)}`
  if (typeof node === 'string' && random.chance(0.05) && /^[^\s].*[^\s]$/.test(node)) return ` ${random.pick(['|-', '|-', '|-', '>-', '>-', '>-', '|', '>'])}\n${pad || '  '}${node}\n`
  if (!isContainer(node) || (random.chance(0.1) && !holdsAnchors(node))) return ` ${flow(node, random)}${random.chance(0.05) ? ' # so' : ''}\n`
  const entries = Array.isArray(node) ? node.map((item) => ['-', item] as const) : Object.entries(node).map(([key, item]) => [`${keyText(key)}:`, item] as const)
  const comment = random.chance(0.03) ? ' # why' : ''
  if (entries.length === 0) return ` ${Array.isArray(node) ? '[]' : '{}'}\n`
  const lines = entries.map(([head, item]) => `${pad}${head}${written(item, depth + 1, random)}`).join('')
  return depth === 0 ? lines : `${comment}\n${lines}`
}

function flow(node: unknown, random: Random): string {
  if (node instanceof Raw) return node.text
  if (Array.isArray(node)) return `[${node.map((item) => flow(item, random)).join(', ')}]`
  if (isContainer(node)) return `{${Object.entries(node).map(([key, item]) => `${keyText(key)}: ${flow(item, random)}`).join(', ')}}`
  const value = String(node)
  if (random.chance(0.2) && /^[A-Za-z][\w./-]*$/.test(value) && !isWord(value)) return value
  if (random.chance(0.3) && !value.includes('\t')) return `'${value.replaceAll("'", "''")}'`
  return JSON.stringify(value)
}

function keyText(key: string): string {
  return key === '<<' || (/^[A-Za-z][\w-]*$/.test(key) && !isWord(key)) ? key : JSON.stringify(key)
}

/** What some reader of YAML takes for something else than text. */
function isWord(text: string): boolean {
  return /^(null|true|false|y|n|yes|no|on|off)$/i.test(text)
}

function holdsAnchors(node: unknown): boolean {
  return node instanceof Anchored || (isContainer(node) && Object.values(node).some(holdsAnchors))
}

function isContainer(node: unknown): node is object {
  return typeof node === 'object' && node !== null && !(node instanceof Raw) && !(node instanceof Anchored)
}

/** Random compose files from a seed, good ones and slightly wrong ones, in every spelling that the language has. */
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

type Make = (random: Random) => unknown

class Random {
  #state: number
  constructor(seed: number) {
    this.#state = (seed * 2654435761) >>> 0 || 1
    for (let i = 0; i < 8; i += 1) this.next()
  }
  next(): number {
    this.#state ^= this.#state << 13
    this.#state >>>= 0
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    this.#state >>>= 0
    return this.#state / 2 ** 32
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
const VARIABLES = str('${SET}', '$SET', '${UNSET}', '${UNSET:-default}', '${EMPTY:-default}', '${EMPTY-default}', '${UNSET-def ault}', '$$SET', '${SET:?needed}', '${SET?needed}', 'a${NUM}b$DOMAIN', '${DOMAIN:-x}', '$SET-x', '${TRICKY}', '${UNSET:-${SET}}', '$DOMAIN.$NUM', '${set}', '${UNSET:-}', '$${SET}', 'a$$b', '${SET:?not-needed}', '${UNSET:-a:b-c?d}', '$UNSET?x')
const BAD_VARIABLES = str('${', '$', '${UNSET:?}', '${UNSET?message}', '${1}', '${A B}', 'a$', '$-', '${EMPTY:?x}', '${UNSET:?x} ${SET}')
const value: Make = (r) => (r.chance(0.01) ? BAD_VARIABLES(r) : oneOf(SCALARS, VARIABLES, str('plain', 'with space', 'a=b', 'x:y', '#no', 'é☃'))(r))
const text: Make = (r) => (r.chance(0.01) ? SCALARS(r) : oneOf(VARIABLES, str('plain', 'with space', 'a=b=c', 'it\'s "so"'))(r))

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
    if (type === 'bind') options.source = r.pick(['/srv', './rel', '~'])
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
const limits = obj({ cpus: str('0.5', '${UNSET:-1}'), memory: size, pids: whole })

const SERVICE: Record<string, Make> = {
  command,
  entrypoint: command,
  environment: listOrMap,
  labels: listOrMap,
  env_file: oneOf(str('a.env', './b.env', 'sub/../a.env'), list(str('a.env', 'b.env'), 2)),
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
  init: flag,
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
  oom_score_adj: raw('0', '100', '-5'),
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
  volumes: dict(['data', 'logs'], oneOf(raw('', '~', '{}'), obj({ name: text, driver: str('local'), driver_opts: dict(['type', 'o'], oneOf(str('none'), raw('5'))), labels: listOrMap, 'x-v': str('v') }, 0.4), obj({ external: raw('true', '{name: other}', 'false'), name: text }, 0.7))),
  secrets: dict(['one', 'two', 'three'], oneOf(obj({ file: str('./s.txt', 'sub/s.txt', './sub/../s.txt') }, 1), obj({ external: raw('true', '{name: other}'), name: text }, 0.8), obj({ file: str('s.txt'), labels: listOrMap, name: text, template_driver: str('golang'), 'x-s': str('s') }, 0.9))),
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
    document.services = Object.fromEntries(
      random.some(['a', 'b', 'c'], 2).map((name) => {
        const service = obj(SERVICE, random.pick([0.08, 0.15, 0.3]))(random) as Record<string, unknown>
        if (index === 0) service.image ??= 'nginx:1'
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
    return { path, text: written(document, 0, random) }
  })
  return { files, env: ENV, extra: { 'a.env': '# comment\nA=from file\nB_C="quoted"\n  lead=x \nNUM\nUNSET\nEMPTY=\n', 'b.env': 'A=second\nSET=\n', 's.txt': 's', 'sub/s.txt': 's' } }
}

/** Block style mostly, flow style now and then. */
function written(node: unknown, depth: number, random: Random): string {
  const pad = '  '.repeat(depth)
  if (!isContainer(node) || random.chance(0.1)) return ` ${flow(node, random)}\n`
  const entries = Array.isArray(node) ? node.map((item) => ['-', item] as const) : Object.entries(node).map(([key, item]) => [`${keyText(key)}:`, item] as const)
  if (entries.length === 0) return ` ${Array.isArray(node) ? '[]' : '{}'}\n`
  const lines = entries.map(([head, item]) => `${pad}${head}${written(item, depth + 1, random)}`).join('')
  return depth === 0 ? lines : `\n${lines}`
}

function flow(node: unknown, random: Random): string {
  if (node instanceof Raw) return node.text
  if (Array.isArray(node)) return `[${node.map((item) => flow(item, random)).join(', ')}]`
  if (isContainer(node)) return `{${Object.entries(node).map(([key, item]) => `${keyText(key)}: ${flow(item, random)}`).join(', ')}}`
  const value = String(node)
  if (random.chance(0.3) && !value.includes('\t')) return `'${value.replaceAll("'", "''")}'`
  return JSON.stringify(value)
}

function keyText(key: string): string {
  return /^[A-Za-z][\w-]*$/.test(key) && !/^(null|true|false|y|n|yes|no|on|off)$/i.test(key) ? key : JSON.stringify(key)
}

function isContainer(node: unknown): node is object {
  return typeof node === 'object' && node !== null && !(node instanceof Raw)
}

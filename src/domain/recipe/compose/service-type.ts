import {
  addedList, byteSize, command, countedNumber, duration, environment, type FieldType, flag, fraction, healthTest, hosts, keptDuration, keptFlag, type LongForm, listOfMaps, mapOf,
  mergeMaps, printedList, struct, take, text, textMap, textOrList, trimmed, unifiedBy, whole,
} from './field-type.ts'
import { parseMountSpec } from './mount-spec.ts'
import { type Dict, isDict } from './origins.ts'
import { parsePortSpec, portsOfSpec } from './port-spec.ts'
import { insideOrAsWritten } from './recipe-path.ts'

const KEPT = 'kept when empty'
const DROPPED = 'left out when empty'

const port = struct({ mode: text, target: whole, published: whole, protocol: text }, KEPT)

/** Short forms stand for one port or for many. */
const ports: FieldType = {
  ...addedList,
  long: (from, key, given) => {
    const list = from[key]
    if (!Array.isArray(list)) return undefined
    const out: unknown[] = []
    for (const [index, item] of list.entries()) {
      const origin = given.origins.of(list, index)
      if (isDict(item)) {
        given.origins.push(out, trimmed(port.long(list as unknown as Dict, index as unknown as string, given), port), origin)
        continue
      }
      const spec = typeof item === 'string' || typeof item === 'number' ? parsePortSpec(String(item)) : 'it is no text'
      if (typeof spec === 'string') continue
      if (spec.address && spec.address !== '0.0.0.0' && spec.address !== '::' && origin) {
        given.problems.warning('compose/ignored-address', origin.value, `Swarm ignores the address in \`${item}\`: the port is open on all of the host's addresses.`, 'Leave the address out, or do not publish the port.')
      }
      for (const long of portsOfSpec(spec)) given.origins.push(out, trimmed({ ...long }, port), origin)
    }
    return out
  },
}

const mountFields = struct(
  {
    type: text,
    source: text,
    target: text,
    read_only: flag,
    consistency: text,
    bind: struct({ propagation: text }, KEPT),
    volume: struct({ nocopy: flag, subpath: text }, KEPT),
    tmpfs: struct({ size: whole }, KEPT),
  },
  KEPT,
)

const mount: FieldType = {
  ...mountFields,
  long: (from, key, given) => {
    const item = from[key]
    const origin = given.origins.of(from, key)
    if (typeof item !== 'string') return resolved(mountFields.long(from, key, given), given)
    const spec = parseMountSpec(item)
    if (typeof spec !== 'string') return resolved(spec, given)
    if (origin) given.problems.error('compose/wrong-value', origin.value, `\`${item}\` is no mount: ${spec}.`, 'Write "volume:/path", "volume:/path:ro" or the long form.')
    return undefined
  },
}

/** A bind's path: `~` is HOME; a relative one is written from the recipe's folder (`./data`). */
function resolved(value: unknown, given: LongForm): unknown {
  if (isDict(value)) value.type ??= 'volume'
  if (!isDict(value) || value.type !== 'bind' || typeof value.source !== 'string' || value.source === '') return value
  const home = given.env.HOME
  const source = value.source.startsWith('~') && home !== undefined ? home + value.source.slice(1) : value.source
  value.source = /^([A-Za-z]:[\\/]|\\\\)/.test(source) ? source : insideOrAsWritten(source, './')
  return value
}

const grantFields = struct({ source: text, target: text, uid: text, gid: text, mode: countedNumber }, KEPT)

/** A secret or config handed to a service: a name alone is its source. */
const grants = unifiedBy('source', {
  ...addedList,
  long: (from, key, given) => {
    const list = from[key]
    if (!Array.isArray(list)) return undefined
    const out: unknown[] = []
    for (const [index, item] of list.entries()) {
      const long = typeof item === 'string' ? { source: item } : grantFields.long(list as unknown as Dict, index as unknown as string, given)
      if (long !== undefined) given.origins.push(out, trimmed(long, grantFields), given.origins.of(list, index))
    }
    return out
  },
})

const attachment = struct({ aliases: addedList, driver_opts: textMap, ipv4_address: text, ipv6_address: text }, KEPT)

/** A later file replaces the aliases even with none, and adds an address; the rest of it is lost, as Docker has it. */
const attachments = mapOf(
  attachment,
  (out, base, over, name, origins) => {
    const below = base[name]
    const above = over[name]
    if (!isDict(below) || !isDict(above)) {
      take(out, isDict(below) ? base : over, name, origins)
      return
    }
    const merged: Dict = {}
    take(merged, above, 'aliases', origins)
    take(merged, below, 'driver_opts', origins)
    for (const address of ['ipv4_address', 'ipv6_address']) take(merged, Object.hasOwn(above, address) ? above : below, address, origins)
    origins.put(out, name, merged, origins.of(base, name))
  },
  true,
)

const limit = struct({ soft: whole, hard: whole }, KEPT)
const ulimit: FieldType = { ...limit, fields: undefined, long: (from, key, given) => (isDict(from[key]) ? limit.long(from, key, given) : whole.long(from, key, given)) }
const ulimits = mapOf(ulimit, (out, _base, over, name, origins) => take(out, over, name, origins))

const loggingFields = struct({ driver: text, options: textMap }, KEPT)

/** The same driver, or none named: the options are merged, but only into options that are there. Another driver replaces all. */
const logging: FieldType = {
  ...loggingFields,
  merge: (out, base, over, key, origins) => {
    const below = base[key]
    const above = over[key]
    const before = isDict(below) ? below.driver || '' : ''
    const after = isDict(above) ? above.driver || '' : ''
    if (!isDict(above) || !isDict(below) || (before !== after && before !== '' && after !== '')) {
      take(out, isDict(above) ? over : base, key, origins)
      return
    }
    const merged: Dict = {}
    take(merged, before === '' ? above : below, 'driver', origins)
    if (Object.hasOwn(below, 'options')) mergeMaps(merged, below, above, 'options', origins)
    origins.put(out, key, merged, origins.of(base, key))
  },
}

const updateConfig = struct({ parallelism: countedNumber, delay: duration, failure_action: text, monitor: duration, max_failure_ratio: fraction, order: text }, KEPT)

const genericResource = struct({ discrete_resource_spec: struct({ kind: text, value: whole }, KEPT) }, KEPT)

const deploy = struct(
  {
    mode: text,
    replicas: countedNumber,
    labels: textMap,
    update_config: updateConfig,
    rollback_config: updateConfig,
    resources: struct(
      {
        limits: struct({ cpus: text, memory: byteSize, pids: whole }, KEPT),
        reservations: struct({ cpus: text, memory: byteSize, generic_resources: listOfMaps(genericResource) }, KEPT),
      },
      DROPPED,
    ),
    restart_policy: struct({ condition: text, delay: keptDuration, max_attempts: countedNumber, window: keptDuration }, KEPT),
    placement: struct({ constraints: addedList, preferences: listOfMaps(struct({ spread: text }, KEPT)), max_replicas_per_node: whole }, DROPPED),
    endpoint_mode: text,
  },
  DROPPED,
)

/** One service, as docker/cli's types.ServiceConfig has it. */
export const serviceType = struct(
  {
    cap_add: addedList,
    cap_drop: addedList,
    cgroupns_mode: text,
    cgroup_parent: text,
    command,
    configs: grants,
    container_name: text,
    credential_spec: struct({ config: text, file: text, registry: text }, DROPPED),
    depends_on: addedList,
    deploy,
    devices: addedList,
    dns: textOrList,
    dns_search: textOrList,
    domainname: text,
    entrypoint: command,
    environment,
    env_file: textOrList,
    expose: printedList,
    external_links: addedList,
    extra_hosts: hosts,
    hostname: text,
    healthcheck: struct(
      { test: healthTest, timeout: keptDuration, interval: keptDuration, retries: countedNumber, start_period: keptDuration, start_interval: keptDuration, disable: flag },
      KEPT,
    ),
    image: text,
    init: keptFlag,
    ipc: text,
    isolation: text,
    labels: textMap,
    links: addedList,
    logging,
    mac_address: text,
    network_mode: text,
    networks: attachments,
    pid: text,
    ports: unifiedBy('published', ports),
    privileged: flag,
    read_only: flag,
    restart: text,
    secrets: grants,
    security_opt: addedList,
    shm_size: text,
    stdin_open: flag,
    stop_grace_period: keptDuration,
    stop_signal: text,
    sysctls: textMap,
    tmpfs: textOrList,
    tty: flag,
    ulimits,
    user: text,
    userns_mode: text,
    volumes: unifiedBy('target', listOfMaps(mount)),
    working_dir: text,
  },
  KEPT,
  true,
)

import type { MapShape, Shape } from './shape.ts'

/**
 * What may stand where in a compose file for Swarm: the versions 3.0 to 3.13, as docker/cli has them in cli/compose/schema/data. One table for all
 * versions: `since` is the minor version that brought a key or form. A file without `version` is read as the newest.
 */
export const NEWEST_VERSION = '3.13'

const text: Shape = { text: {} }
const flag: Shape = { flag: true }
const whole: Shape = { number: { whole: true } }
const number: Shape = { number: {} }
const duration: Shape = { text: { format: 'duration' } }
const textList: Shape = { list: { of: text } }
const textSet: Shape = { list: { of: text, unique: true } }
const textOrSet: Shape = { text: {}, list: { of: text, unique: true } }
const NAME = /^[a-zA-Z0-9._-]+$/

/** `environment`, `labels` and their kin: a map, or a list of `key=value`. */
const listOrMap: Shape = {
  list: { of: text, unique: true },
  map: { names: /./, of: { text: {}, number: {}, nothing: true, mend: 'Put the value in quotes: "true".' } },
}
const options: Shape = { map: { names: /./, of: { text: {}, number: {} } } }

const grants: Shape = {
  list: {
    of: {
      text: {},
      map: { keys: { source: text, target: text, uid: { text: {}, mend: 'Put the number in quotes.' }, gid: { text: {}, mend: 'Put the number in quotes.' }, mode: number }, others: 'ignored' },
    },
  },
}

const updateConfig: MapShape = {
  keys: {
    parallelism: whole,
    delay: duration,
    failure_action: text,
    monitor: duration,
    max_failure_ratio: number,
    order: { text: { words: ['start-first', 'stop-first'] }, since: 4 },
  },
}

const genericResources: Shape = {
  list: { of: { map: { keys: { discrete_resource_spec: { map: { keys: { kind: text, value: number } } } } } } },
  since: 5,
}

const quotedNumber: Shape = { text: {}, mend: 'Put the number in quotes.' }

const deploy: Shape = {
  nothing: true,
  map: {
    keys: {
      mode: text,
      endpoint_mode: { ...text, since: 2 },
      replicas: whole,
      labels: listOrMap,
      rollback_config: { map: updateConfig, since: 7 },
      update_config: { map: updateConfig },
      resources: {
        map: {
          keys: {
            limits: { map: { keys: { cpus: quotedNumber, memory: quotedNumber, pids: { ...whole, since: 9 } } } },
            reservations: { map: { keys: { cpus: quotedNumber, memory: quotedNumber, generic_resources: genericResources } } },
          },
        },
      },
      restart_policy: { map: { keys: { condition: text, delay: duration, max_attempts: whole, window: duration } } },
      placement: {
        map: {
          keys: {
            constraints: textList,
            preferences: { list: { of: { map: { keys: { spread: text } } } }, since: 3 },
            max_replicas_per_node: { ...whole, since: 8 },
          },
        },
      },
    },
  },
}

const build: Shape = {
  text: {},
  map: {
    keys: {
      context: text,
      dockerfile: text,
      args: listOrMap,
      labels: { ...listOrMap, since: 3 },
      cache_from: { ...textSet, since: 2 },
      network: { ...text, since: 4 },
      target: { ...text, since: 4 },
      shm_size: { text: {}, number: { whole: true }, since: 5 },
      extra_hosts: { ...listOrMap, since: 9 },
    },
    others: 'ignored',
    othersSince: 11,
  },
}

const service: MapShape = {
  extensionsSince: 7,
  keys: {
    deploy,
    build,
    cap_add: textSet,
    cap_drop: textSet,
    cgroupns_mode: { ...text, since: 9 },
    cgroup_parent: text,
    command: { text: {}, list: { of: text }, mend: 'Put numbers and words such as `yes` in quotes: ["sleep", "10"].' },
    configs: { ...grants, since: 3 },
    container_name: text,
    credential_spec: { map: { keys: { config: { ...text, since: 8 }, file: text, registry: text } }, since: 3 },
    depends_on: { list: { of: text, unique: true }, mend: 'Write a list: depends_on: [db]. Swarm starts all services at once and ignores it; only newer composes know conditions.' },
    devices: textSet,
    dns: textOrSet,
    dns_search: textOrSet,
    domainname: text,
    entrypoint: { text: {}, list: { of: text } },
    env_file: { ...textOrSet, mend: 'Write a path or a list of paths.' },
    environment: listOrMap,
    expose: { list: { of: { text: {}, number: {} }, unique: true } },
    external_links: textSet,
    extra_hosts: listOrMap,
    healthcheck: {
      map: {
        keys: {
          disable: flag,
          interval: duration,
          retries: number,
          test: { text: {}, list: { of: text } },
          timeout: duration,
          start_period: { ...duration, since: 4 },
          start_interval: { ...duration, since: 12 },
        },
      },
    },
    hostname: text,
    image: text,
    init: { ...flag, since: 7 },
    ipc: text,
    isolation: { ...text, since: 5 },
    labels: listOrMap,
    links: textSet,
    logging: { map: { keys: { driver: text, options: { map: { names: /./, of: { text: {}, number: {}, nothing: true, mend: 'Put the value in quotes.' } } } } } },
    mac_address: text,
    network_mode: text,
    networks: {
      list: { of: text, unique: true },
      map: {
        names: NAME,
        of: {
          nothing: true,
          map: { keys: { aliases: textSet, driver_opts: { ...options, since: 13 }, ipv4_address: text, ipv6_address: text } },
        },
      },
    },
    pid: { text: {}, nothing: true },
    ports: {
      list: {
        unique: true,
        of: {
          number: { format: 'port' },
          text: { format: 'port' },
          map: { keys: { mode: text, target: whole, published: { ...whole, mend: 'Remove the quotes around the number.' }, protocol: text }, since: 2 },
        },
      },
    },
    privileged: flag,
    read_only: flag,
    restart: { text: {}, mend: 'Put the word in quotes: restart: "no". Swarm reads deploy.restart_policy.' },
    security_opt: textSet,
    shm_size: { text: {}, mend: 'Put the number in quotes, with a unit: "64m".' },
    secrets: { ...grants, since: 1 },
    sysctls: listOrMap,
    stdin_open: flag,
    stop_grace_period: duration,
    stop_signal: text,
    tmpfs: textOrSet,
    tty: flag,
    ulimits: {
      map: {
        names: /^[a-z]+$/,
        of: { number: { whole: true }, map: { keys: { hard: whole, soft: whole }, required: ['soft', 'hard'] } },
      },
    },
    oom_score_adj: { ...whole, since: 13 },
    user: { text: {}, mend: 'Put the number in quotes: user: "1000".' },
    userns_mode: text,
    volumes: {
      list: {
        of: {
          text: {},
          map: {
            since: 2,
            required: ['type'],
            keys: {
              type: text,
              source: text,
              target: text,
              read_only: flag,
              consistency: text,
              bind: { map: { keys: { propagation: text }, others: 'ignored' } },
              volume: { map: { keys: { nocopy: flag, subpath: text }, others: 'ignored' } },
              tmpfs: { map: { keys: { size: { number: { whole: true, least: 0 }, mend: 'Write the bytes as a number: 67108864.' } }, others: 'ignored' }, since: 6 },
            },
          },
        },
      },
    },
    working_dir: text,
  },
}

const external: Shape = { flag: true, map: { keys: { name: text } } }
const externalObject: Shape = { flag: true, map: { keys: { name: text }, others: 'ignored' } }

const network: Shape = {
  nothing: true,
  map: {
    extensionsSince: 7,
    keys: {
      name: { ...text, since: 5 },
      driver: text,
      driver_opts: options,
      ipam: { map: { keys: { driver: text, config: { list: { of: { map: { keys: { subnet: text } } } } } } } },
      external,
      internal: flag,
      attachable: { ...flag, since: 2 },
      labels: listOrMap,
    },
  },
}

const volume: Shape = {
  nothing: true,
  map: {
    extensionsSince: 7,
    keys: { name: { ...text, since: 4 }, driver: text, driver_opts: options, external, labels: listOrMap },
  },
}

const secret: Shape = {
  map: {
    extensionsSince: 7,
    keys: {
      name: { ...text, since: 5 },
      file: text,
      external: externalObject,
      labels: listOrMap,
      driver: { ...text, since: 8 },
      driver_opts: { ...options, since: 8 },
      template_driver: { ...text, since: 8 },
    },
  },
}

const config: Shape = {
  map: {
    extensionsSince: 7,
    keys: { name: { ...text, since: 5 }, file: text, external: externalObject, labels: listOrMap, template_driver: { ...text, since: 8 } },
  },
}

function named(of: Shape): Shape {
  return { map: { names: NAME, of } }
}

/** A whole compose file. */
export const COMPOSE_FILE: Shape = {
  map: {
    extensionsSince: 4,
    keys: {
      version: { text: {}, mend: 'Put the version in quotes: version: "3.8".' },
      services: named({ map: service }),
      networks: named(network),
      volumes: named(volume),
      secrets: { ...named(secret), since: 1 },
      configs: { ...named(config), since: 3 },
    },
  },
}

/** Keys of older and newer composes, for which Docker's stack deploy refuses the file: what to do instead. */
export const OTHER_COMPOSE_KEYS: Record<string, string> = {
  extends: 'Repeat the settings, or share them with an anchor: `x-base: &base` and `<<: *base`.',
  volume_driver: 'Set the driver under the top-level `volumes`.',
  volumes_from: 'Name the volume under the top-level `volumes` and mount it in both services.',
  cpu_quota: 'Set deploy.resources.limits.cpus.',
  cpu_shares: 'Set deploy.resources.limits.cpus.',
  cpuset: 'Set deploy.resources.limits.cpus.',
  mem_limit: 'Set deploy.resources.limits.memory.',
  memswap_limit: 'Set deploy.resources.limits.memory.',
  name: 'Remove it: the stack is named when it is deployed.',
  include: 'List the files in COMPOSE_FILE instead.',
  profiles: 'Move the service to an overlay file of its own.',
  develop: 'Remove it: it is for developing with docker compose.',
  platform: 'Remove it, or use deploy.placement.constraints: ["node.platform.arch == x86_64"].',
  pull_policy: 'Remove it: Swarm pulls what it needs.',
  scale: 'Set deploy.replicas.',
  cpus: 'Set deploy.resources.limits.cpus.',
  mem_reservation: 'Set deploy.resources.reservations.memory.',
  pids_limit: 'Set deploy.resources.limits.pids.',
  gpus: 'Set deploy.resources.reservations.generic_resources.',
  runtime: 'Remove it: Swarm cannot choose a runtime.',
  group_add: 'Remove it, or set `user`.',
  label_file: 'Write the labels into the compose file.',
  create_host_path: 'Remove it: Swarm creates no host paths.',
}

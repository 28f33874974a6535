/**
 * A compose stack after reading: all files merged, interpolated, short forms made long, so that nobody after the reader
 * has to know two spellings. Keys are compose's own (snake_case), so that the document can be handed to Docker as it is.
 * Keys that we have no opinion on are kept in place: `[key: string]: unknown`.
 */
export interface Stack {
  version?: string
  services: Record<string, StackService>
  networks: Record<string, StackNetwork>
  volumes: Record<string, StackVolume>
  secrets: Record<string, StackFileObject>
  configs: Record<string, StackFileObject>
  [extension: `x-${string}`]: unknown
}

export interface StackService {
  image: string
  command?: string[] | null
  entrypoint?: string[] | null
  environment?: Record<string, string | null>
  labels?: Record<string, string>
  networks?: Record<string, { aliases?: string[]; [key: string]: unknown } | null>
  ports?: StackPort[]
  volumes?: StackMount[]
  secrets?: StackGrant[]
  configs?: StackGrant[]
  healthcheck?: StackHealthcheck
  depends_on?: string[]
  stop_grace_period?: string
  stop_signal?: string
  deploy?: StackDeploy
  [key: string]: unknown
}

export interface StackPort {
  target: number
  published?: number
  protocol: 'tcp' | 'udp' | 'sctp'
  mode: 'ingress' | 'host'
}

export interface StackMount {
  type: 'volume' | 'bind' | 'tmpfs' | 'npipe' | 'cluster'
  /** Key under `volumes` for a volume (absent: anonymous), a path for a bind. */
  source?: string
  target: string
  read_only?: boolean
  [key: string]: unknown
}

/** A secret or config handed to a service. `source` is a key under `secrets` or `configs`. */
export interface StackGrant {
  source: string
  target?: string
  uid?: string
  gid?: string
  mode?: number
}

export interface StackHealthcheck {
  test?: string[]
  interval?: string
  timeout?: string
  retries?: number
  start_period?: string
  disable?: boolean
  [key: string]: unknown
}

export interface StackDeploy {
  mode?: 'replicated' | 'global' | 'replicated-job' | 'global-job'
  replicas?: number
  labels?: Record<string, string>
  endpoint_mode?: 'vip' | 'dnsrr'
  update_config?: Record<string, unknown>
  rollback_config?: Record<string, unknown>
  restart_policy?: { condition?: 'none' | 'on-failure' | 'any'; delay?: string; max_attempts?: number; window?: string }
  placement?: Record<string, unknown>
  resources?: Record<string, unknown>
  [key: string]: unknown
}

export interface StackNetwork {
  name?: string
  external?: boolean
  driver?: string
  labels?: Record<string, string>
  [key: string]: unknown
}

export interface StackVolume {
  name?: string
  external?: boolean
  driver?: string
  driver_opts?: Record<string, string>
  labels?: Record<string, string>
  [key: string]: unknown
}

/** A secret or a config: a file of the recipe, or something that exists already (`external`). */
export interface StackFileObject {
  name?: string
  external?: boolean
  /** Relative to the recipe's folder, whatever overlay named it. */
  file?: string
  template_driver?: string
  labels?: Record<string, string>
  [key: string]: unknown
}

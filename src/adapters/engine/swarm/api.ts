import type { Connection } from './connection.ts'
import { filters } from './connection.ts'
import type { Labels } from './labels.ts'

/** The parts of the engine's answers that we read, and the lists they come in. Absent lists are null in some versions. */

export interface ApiService {
  ID: string
  Version: { Index: number }
  Spec: {
    Name: string
    Labels?: Labels | null
    TaskTemplate: ApiTaskTemplate
    Mode?: {
      Replicated?: { Replicas?: number }
      Global?: object
      ReplicatedJob?: { TotalCompletions?: number; MaxConcurrent?: number }
      GlobalJob?: object
    }
    EndpointSpec?: { Ports?: ApiPort[] | null } | null
  }
  Endpoint?: { Ports?: ApiPort[] | null; VirtualIPs?: Array<{ NetworkID: string; Addr?: string }> | null } | null
  UpdateStatus?: { State?: string; Message?: string } | null
}

export interface ApiPort {
  TargetPort: number
  PublishedPort?: number
  Protocol?: string
  PublishMode?: string
}

export interface ApiTaskTemplate {
  ContainerSpec?: {
    Image?: string
    Labels?: Labels | null
    StopGracePeriod?: number
    Healthcheck?: { Test?: string[] | null } | null
  }
  RestartPolicy?: { Condition?: string } | null
  Placement?: { Constraints?: string[] | null } | null
  Networks?: ApiServiceNetwork[] | null
}

export interface ApiServiceNetwork {
  /** An id; a name where somebody's client wrote one. */
  Target: string
  Aliases?: string[] | null
  DriverOpts?: Record<string, string> | null
}

export interface ApiTask {
  ID: string
  ServiceID: string
  CreatedAt: string
  UpdatedAt: string
  Slot?: number
  Spec: ApiTaskTemplate
  DesiredState: string
  Status: {
    Timestamp: string
    State: string
    Message?: string
    Err?: string
    ContainerStatus?: { ContainerID?: string; ExitCode?: number } | null
  }
  NetworksAttachments?: Array<{ Network: { ID: string }; Addresses?: string[] | null }> | null
}

export interface ApiContainer {
  Id: string
  Names?: string[]
  ImageID: string
  /** Seconds UTC. */
  Created: number
  State: string
  /** For people: `Up 3 seconds (healthy)`. */
  Status?: string
  Labels?: Labels | null
  Ports?: Array<{ PrivatePort: number; PublicPort?: number; Type: string }> | null
  NetworkSettings?: { Networks?: Record<string, { NetworkID?: string; IPAddress?: string }> | null }
}

export interface ApiNetwork {
  Id: string
  Name: string
  Scope: string
  Driver: string
  Attachable: boolean
  Internal: boolean
  Labels?: Labels | null
  Options?: Record<string, string> | null
  IPAM?: { Config?: Array<{ Subnet?: string; Gateway?: string }> | null } | null
}

/** One network by itself: what is attached to it on this node, and the nodes that have it. */
export interface ApiNetworkDetails extends ApiNetwork {
  Containers?: Record<string, { Name: string; IPv4Address: string }> | null
  Peers?: object[] | null
}

export interface ApiVolume {
  Name: string
  Mountpoint: string
  Driver: string
  /** `driver_opts`. */
  Options?: Record<string, string> | null
  Labels?: Labels | null
  UsageData?: { Size: number } | null
}

/** A secret or a config. */
export interface ApiFileObject {
  ID: string
  Spec: { Name: string; Labels?: Labels | null }
}

export interface ApiNode {
  ID: string
  Spec: { Role: string; Availability: string; Labels?: Labels | null }
  Description?: { Hostname?: string; Platform?: { OS?: string; Architecture?: string } }
  Status: { State: string }
}

export interface ApiImage {
  Id: string
  RepoDigests?: string[] | null
  Config?: { User?: string; Healthcheck?: { Test?: string[] | null } | null } | null
}

/** `label` is a key or `key=value`. */
export interface Having {
  label?: string
  name?: string
}

export interface Lists {
  services(having?: Having): Promise<ApiService[]>
  tasks(having?: Having): Promise<ApiTask[]>
  /** Also the ended ones. */
  containers(having?: Having): Promise<ApiContainer[]>
  networks(having?: Having): Promise<ApiNetwork[]>
  volumes(having?: Having): Promise<ApiVolume[]>
  secrets(having?: Having): Promise<ApiFileObject[]>
  configs(having?: Having): Promise<ApiFileObject[]>
  nodes(): Promise<ApiNode[]>
}

export function listsOf(connection: Connection): Lists {
  async function list<T>(what: string, path: string, having: Having | undefined, more: Record<string, unknown> = {}): Promise<T[]> {
    const given: Record<string, string[]> = {}
    if (having?.label) given.label = [having.label]
    if (having?.name) given.name = [having.name]
    return (await connection.call<T[] | null>({ to: `listing ${what}`, path, query: { ...filters(given), ...more } })) ?? []
  }
  return {
    services: (having) => list('services', '/services', having),
    tasks: (having) => list('tasks', '/tasks', having),
    containers: (having) => list('containers', '/containers/json', having, { all: true }),
    networks: (having) => list('networks', '/networks', having),
    volumes: async (having) => {
      const given: Record<string, string[]> = having?.label ? { label: [having.label] } : {}
      const answer = await connection.call<{ Volumes?: ApiVolume[] | null }>({ to: 'listing volumes', path: '/volumes', query: filters(given) })
      return answer.Volumes ?? []
    },
    secrets: (having) => list('secrets', '/secrets', having),
    configs: (having) => list('configs', '/configs', having),
    nodes: () => list('nodes', '/nodes', undefined),
  }
}

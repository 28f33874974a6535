import type { ChannelName } from '../domain/model/alert.ts'
import type { Subnet } from '../domain/model/network.ts'
import type { PlatformApp } from '../domain/model/platform.ts'
import type { PruneLimits } from '../domain/plan/prune.ts'
import type { ServerSettings } from '../domain/model/server.ts'

/** The host's settings, typed, with every default filled in. From `settings.yml` and the environment; read once at start. */
export interface Settings {
  /** Where records, locks and local apps are. */
  stateFolder: string
  /** Clones of recipes and what else can be fetched again. */
  cacheFolder: string
  /** The file they came from; undefined where there is none. */
  file: string | undefined
  /** The domain below which apps get theirs, e.g. `ci.example.org`; undefined: only `local` works. */
  domain: string | undefined
  proxy: { address: string; port: number; caFile: string | undefined; network: string; /** Where cc-ci makes that network. */ subnet: Subnet }
  docker: { host: string; client: string }
  /** Socket of a scripted world; set by tests alone. */
  scriptedSocket: string | undefined
  /** True where the settings or the environment say something of a Swarm. */
  swarmConfigured: boolean
  registries: Array<{ host: string; username: string; passwordFile: string }>
  /** What each recipe may do although it reaches beyond its stack. */
  allow: Record<string, string[]>
  /** Values for secrets that may not be generated; read from files. */
  secrets: Record<string, { file: string; /** Which may ask for it. */ recipes: string[] }>
  /** Where recipes are that others need, by name: a folder, made absolute, or a git URL. */
  recipes: Record<string, string>
  /** In the order of the file. */
  platform: PlatformApp[]
  /** Undefined: this host has none. */
  server: ServerSettings | undefined
  /** In the order of the file. */
  alerts: ChannelSettings[]
  images: { checks: string; restic: string; /** For throw-away hosts; undefined: one is built. */ host?: string | undefined }
  prune: PruneLimits
  /** ms */
  limits: { run: number; tier: number; ready: number; teardown: number }
}

/** One channel of alerts; what is secret of it is read from files when it is used. */
export type ChannelSettings = { name: ChannelName } & (
  | { is: 'webhook'; urlFile: string }
  | { is: 'ntfy'; url: string; topicFile: string; tokenFile: string | undefined }
  | { is: 'smtp'; host: string; port: number; security: 'starttls' | 'tls' | 'none'; login: { username: string; passwordFile: string } | undefined; caFile: string | undefined; from: string; to: string }
  | { is: 'matrix'; url: string; room: string; tokenFile: string }
)

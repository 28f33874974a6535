import type { EngineKind } from './run.ts'
import type { Place, Problem } from './problem.ts'
import type { Commit, RecipeName, VersionText } from './recipe.ts'
import type { RecipeConfig } from './recipe-config.ts'
import type { Stack } from './stack.ts'

/**
 * A recipe at one commit, read for one app: everything a plan needs, nothing left to look up. Made by `domain/recipe/read`,
 * which never throws: what is wrong stands in `problems`, and with errors in it nothing may be created.
 */
export interface ReadRecipe {
  name: RecipeName
  commit: Commit
  /** The files that were merged, in order. */
  composeFiles: string[]
  /** Merged, interpolated, long-form. Without our labels. */
  stack: Stack
  /** `.env.sample`, then `abra.sh`, then cc-ci.yml's `env`, then ours (DOMAIN, STACK_NAME …), evaluated. */
  env: Record<string, string>
  secrets: SecretNeed[]
  images: ImageUse[]
  /** What backup-bot's labels ask for, by service. */
  backup: BackupLabels[]
  /** From the label `coop-cloud.<stack>.version`; null where absent. */
  versionLabel: VersionText | null
  /** From the label `coop-cloud.<stack>.timeout`. */
  timeoutMs: number | null
  config: RecipeConfig
  /** Dotted key of {@link RecipeConfig} → file that said it. */
  configFrom: Record<string, string>
  metadata: Record<string, string>
  /** Version → the text of `release/<version>`. */
  releaseNotes: Record<VersionText, string>
  /** What the app answers to: router rules with their hosts. Empty: no HTTP. */
  routers: RouterUse[]
  /** The same with their places, and with what stands before the service. */
  waysIn: WaysIn
  engines: EngineKind[]
  problems: Problem[]
}

export interface SecretNeed {
  /** Compose key. */
  key: string
  /** The engine's name: `${STACK_NAME}_<secret>_<version>`. */
  name: string
  /** False: `generate=false`; a person or the host's settings must provide it. */
  generate: boolean
  /** `length=` modifier: a password of this many characters; undefined: a passphrase. */
  length?: number
  charset?: string
  place: Place
}

export interface ImageUse {
  service: string
  /** As it stands after interpolation. */
  image: string
  /** `docker.io/library/x` written out. */
  registry: string
  repository: string
  tag: string | null
  digest: string | null
  place: Place
}

export interface BackupLabels {
  service: string
  enabled: boolean
  preHook?: string
  postHook?: string
  restorePreHook?: string
  restorePostHook?: string
  /** Absolute paths inside the container (`backupbot.backup.path`). */
  paths: string[]
  /** By compose key: a path below the volume's root, or false: excluded. */
  volumes: Record<string, string | false>
  place: Place
}

export interface RouterUse {
  service: string
  /** The router's name in the proxy: must be unique on a Swarm. */
  router: string
  protocol: 'http' | 'tcp' | 'udp'
  rule: string
  hosts: string[]
}

/** How the proxy leads to the app, as its labels say it. */
export interface WaysIn {
  routers: Array<{ name: string; place: Place; rule: { text: string; place: Place }; /** A page of the proxy's own (`api@internal`). */ isProxysOwn: boolean; middlewares: Array<{ text: string; place: Place }>; priority: number | null }>
  middlewares: Array<{ name: string; place: Place } & ({ kind: 'forward-auth'; address: string } | { kind: 'redirect'; when: string; to: string })>
}

/** What reading needs to know beyond the files. */
export interface ReadRequest {
  name: RecipeName
  commit: Commit
  engine: EngineKind
  /** Ours; they win over `.env.sample`: DOMAIN, STACK_NAME, LETS_ENCRYPT_ENV … */
  env: Record<string, string>
  /** The host's own `<state>/recipes/NAME.yml`; wins key by key. */
  hostConfig?: { file: string; text: string }
  /** What the operator allows this recipe although it reaches beyond its stack, e.g. `host-bind:/srv/media`, `cap-add:NET_ADMIN`. */
  allow: string[]
  /** Name of the shared proxy network. */
  proxyNetwork: string
}

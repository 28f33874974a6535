import type { Digest, Domain } from './app.ts'
import type { GatePassed } from './gate.ts'
import type { Blames, Numbered, StepEntry, StepsTaken } from './journal.ts'
import type { RouterUse, SecretNeed } from './read-recipe.ts'
import type { Commit, RecipeName, VersionText } from './recipe.ts'
import type { Stack } from './stack.ts'

/** Its key under `platform` in the host's settings, and its folder's name: `traefik`. */
export type PlatformAppName = string

/** One platform app, as the host's settings say it. */
export interface PlatformApp {
  name: PlatformAppName
  /** A folder or a git URL. */
  recipe: string
  domain: Domain
  /** Nothing in its volumes has to go back with its version: it is upgraded in place, with no snapshot. */
  stateless: boolean
  env: Record<string, string>
  gate: GateSettings
  /** ms */
  limits: { deploy: number; rollback: number; start: number }
  /** ms */
  coolingOffMs: number
  /** Apps that have to be up before it begins; they stand above it in the settings. */
  after: PlatformAppName[]
  /** A host whose boot it is not up after is up all the same. */
  optional: boolean
}

export interface GateSettings {
  /** Undefined: the app's own domain. */
  host: string | undefined
  path: string
  /** Empty: any below 400. */
  status: number[]
  /** `{{version}}` stands for the part of the recipe's version after the `+`, without a leading `v`. */
  contains: string | undefined
  passes: number
  dwellMs: number
  /** It is the proxy: what answered at other apps' hosts before has to answer after (trap 62). */
  routes: boolean
  /** A certificate that ends within so many days is told. */
  certificateDays: number
}

/** A published version, pinned. */
export interface VersionAt {
  version: VersionText
  commit: Commit
  /** What the host's settings say besides, as a fingerprint: the same version with other settings is deployed as a new one, through its gate. */
  config?: string
}

/** `last_good.json`: what we go back to. Written after a gate passed and by nobody else. */
export interface LastGood extends VersionAt {
  schema: 1
  app: PlatformAppName
  domain: Domain
  recipe: RecipeName
  /** By the reference that stands in the stack. Kept on the host by digest: going back works with the registry gone. */
  images: Record<string, Digest>
  gate: GatePassed
  /** ms UTC */
  at: number
  /** We found it running and recorded it: it was deployed by somebody else. */
  adopted: boolean
}

export type OperationKind = 'install' | 'adopt' | 'repair' | 'upgrade'

/** A version as it is deployed, kept so that going back needs neither the recipe's repository nor the registry (invariant 15). */
export interface KeptVersion extends VersionAt {
  schema: 1
  /** As it is handed to the engine. */
  stack: Stack
  routers: RouterUse[]
  /** By the reference that stands in the stack. */
  images: string[]
  secrets: KeptSecret[]
}

export type KeptSecret = Pick<SecretNeed, 'key' | 'name' | 'generate' | 'length' | 'charset'> & { /** Name under the host's `secrets`. */ fromSettings?: string }

/** How an operation ended. Three that changed something, and one that did not. */
export type Outcome =
  | { is: 'committed'; version: VersionText }
  /** `to` null: nothing ran before, and nothing runs now. `unwell`: why what it went back to, data and all, did not pass its gate either. */
  | { is: 'rolled-back'; to: VersionText | null; tried: VersionText; why: string; blames: Blames; unwell?: string }
  /** Something is down, or may be, and needs a person. */
  | { is: 'stuck'; why: string; next: string; /** Older records do not say. */ blames?: Blames }
  /** The host's trouble came before anything was touched. */
  | { is: 'untouched'; why: string }

/**
 * A line of `journal.jsonl`: intent before effect, and what came of it. The one truth about an app's operations, its history, the versions that
 * failed and what people approved; it only grows.
 */
export type JournalEntry =
  | { entry: 'begun'; operation: string; kind: OperationKind; /** Absent in old journals. */ domain?: Domain; stateless: boolean; from: LastGood | null; to: VersionAt; pid: number }
  | StepEntry<Outcome>
  | { entry: 'approved'; version: VersionText; lifts: string; by: string }

export type JournalLine = Numbered<JournalEntry>

/** What visitors of an app behind the proxy met while the proxy was changed: one of them, asking at a steady pace from before the deploy to the gate's end. */
export interface LostRequests {
  url: string
  asked: number
  /** No answer, or one that did not come from the app. */
  unanswered: number
  /** From the last answer before a lost request to the first one after it. */
  longestGapMs: number
  /** The operation was interrupted: what was asked before is not in it. */
  partial?: boolean
}

/** Under this name a step tells what it lost; what was told last counts. */
export const LOST = 'lost'

export interface PlatformHistory {
  /** The number of the last line; 0 before the first. */
  lastN: number
  open: OpenOperation | null
  /** Oldest first. */
  operations: EndedOperation[]
  approvals: Approval[]
}

export interface OpenOperation extends StepsTaken {
  id: string
  kind: OperationKind
  /** Undefined: nobody wrote it down. */
  domain: Domain | undefined
  stateless: boolean
  from: LastGood | null
  to: VersionAt
  beganAt: number
}

/** Under this name the step that fetches images tells which were not on the host before, by the reference that stands in the stack. */
export const FETCHED = 'fetched'

/** The step whose being done means: taken, and read back. */
export const TAKE_SNAPSHOT = 'take a snapshot'

/** The step whose being done means: the volumes hold what the snapshot holds, or what a person says belongs there. */
export const RESTORE_DATA = 'go back: restore the data'

export interface EndedOperation {
  /** Number of the line that ended it. */
  n: number
  id: string
  kind: OperationKind
  from: VersionText | null
  to: VersionText
  config?: string
  beganAt: number
  endedAt: number
  outcome: Outcome
  /** Of the data of `from`, taken and verified. */
  snapshot?: string
  /** See {@link FETCHED}. */
  fetched?: Record<string, Digest>
  /** Who put its data back by hand. */
  restoredBy?: string
  /** Absent where no other app was behind it. */
  lost?: LostRequests
}

export interface Approval {
  n: number
  at: number
  version: VersionText
  /** The hold, by {@link holdKey}. */
  lifts: string
  by: string
}

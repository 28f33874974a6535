import type { Digest, Domain, RunId, ServiceName } from './app.ts'
import type { Commit, RecipeName, VersionText } from './recipe.ts'
import type { Problem } from './problem.ts'
import type { Resource } from './engine-state.ts'
import type { PoolAround } from './network.ts'

export type { RunId } from './app.ts'

export type EngineKind = 'local' | 'swarm' | 'scripted'

export type Lane = 'cold' | 'quick'

/** The tiers in the order in which they run; teardown is scored beside them. */
export const TIERS = ['install', 'upgrade', 'backup', 'restore', 'custom'] as const
export type TierName = (typeof TIERS)[number]

/**
 * `pass` · `fail` the recipe · `blocked` an earlier tier failed · `infra` the host or cc-ci failed
 * · `not-applicable` declared or structural · `unverified` should have run and did not.
 */
export type Verdict = 'pass' | 'fail' | 'blocked' | 'infra' | 'not-applicable' | 'unverified'

/** `change`: the base was fine and the head is not. `recipe`: it was already broken at the base. */
export type Blame = 'change' | 'recipe' | 'host' | 'cc-ci' | 'none'

/** install 1 · upgrade 2 · backup and restore 3 · custom 4 · lint 5. */
export type Level = 0 | 1 | 2 | 3 | 4 | 5

/** One thing a tier did or waited for. */
export interface StepRecord {
  name: string
  verdict: Verdict
  /** ms UTC */
  at: number
  ms: number
  /** For a wait: what it waited for. */
  waitedFor?: string
  /** One sentence; empty on a plain pass. */
  reason?: string
  /** As in {@link TierRecord}. */
  cause?: string
  /** A few lines that the service, hook or check wrote last, where the reason speaks of them; all of them are in the evidence. */
  lastLines?: string[]
  /** Names in `evidence`. */
  evidence?: string[]
}

export interface TierRecord {
  name: TierName | 'teardown' | 'lint'
  verdict: Verdict
  /** One sentence for people; why it is not a plain pass. */
  reason: string
  /** The same for programs: the kind of reason (`domain/model/reason.ts`), e.g. `crash-loop`. Absent on a plain pass. */
  cause?: string
  ms: number
  steps: StepRecord[]
}

/** `results.json`; `schema` grows by one when a reader of the old form would be misled. */
export interface RunResults {
  schema: 1
  id: RunId
  recipe: RecipeName
  /** Where it came from: a URL or folder as given. */
  source: string
  commit: Commit
  /** True where a folder had changes that no commit holds. */
  dirty: boolean
  base: { version: VersionText; commit: Commit } | null
  head: { version: VersionText | null; commit: Commit }
  engine: EngineKind
  lane: Lane
  domain: Domain
  /** Not all tiers were asked for: no level. */
  partial: boolean
  verdict: Verdict
  blame: Blame
  level: Level | null
  /** What caps the level, or why there is none. */
  levelReason: string
  /** The headline: what broke and why, one sentence each. */
  summary: { what: string; why: string; whose: string; next: string }
  tiers: TierRecord[]
  deploys: { expected: number; seen: number }
  /** Recipes that ran beside it because it needs them. Absent: none. */
  needs?: Array<{ recipe: RecipeName; version: VersionText; domain: Domain }>
  upgrade: { from: VersionText; to: VersionText; changed: string[]; orphans: ServiceName[] } | null
  data: { probed: DataProbe[]; unprobed: UnprobedData[] }
  backup: { how: string; bytes: number; files: number; notCovered: string[] } | null
  teardown: { verdict: Verdict; leftovers: Resource[] }
  lint: Problem[]
  images: Array<{ name: string; digest: Digest; pullMs: number; /** It was not on the host before. Absent: nobody knows. */ fetched?: boolean }>
  peak: { memoryBytes: number; diskBytes: number }
  /** The addresses of the network that apps and proxy share, at the run's beginning and after its teardown. Absent: the engine has no such pool, or did not say. */
  addresses?: PoolAround
  /** Where a setting of cc-ci.yml came from: `key` → the file that said it. */
  settingsFrom: Record<string, string>
  evidence: EvidenceRef[]
  reproduce: string
  startedAt: number
  endedAt: number
}

/** A place where we put a marker and read it back. */
export interface DataProbe {
  service: ServiceName
  kind: 'volume' | 'postgres' | 'mariadb' | 'redis' | 'sqlite' | 'declared'
  /** The volume, the database or the declared name. */
  what: string
}

export interface UnprobedData {
  what: string
  why: string
}

export interface EvidenceRef {
  name: string
  /** Relative to the run's folder. */
  path: string
  about: string
}

/** What happens while a run is under way, for progress, evidence and the live view. */
export type RunEvent =
  | { kind: 'run-started'; at: number; id: RunId; recipe: RecipeName; engine: EngineKind; domain: Domain; plan: string[] }
  | { kind: 'tier-started'; at: number; tier: TierRecord['name']; limitMs: number }
  | { kind: 'step-started'; at: number; tier: TierRecord['name']; step: string; waitsFor?: string; limitMs?: number }
  | { kind: 'note'; at: number; text: string }
  | { kind: 'engine'; at: number; text: string; service?: ServiceName }
  | { kind: 'step-ended'; at: number; tier: TierRecord['name']; step: StepRecord }
  | { kind: 'tier-ended'; at: number; tier: TierRecord }
  | { kind: 'run-ended'; at: number; results: RunResults; reportPath: string }

/** What the control run told of the failed tier on the base alone: it does not fail, it fails in the same way, it fails for another reason; or why nobody knows. */
export type ControlRun = { is: 'works' } | { is: 'fails-alike' } | { is: 'fails-otherwise'; tier: TierName; says: string } | { is: 'none'; why: string }

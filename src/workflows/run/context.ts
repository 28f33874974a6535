import type { App } from '../../domain/model/app.ts'
import type { Deployment } from '../../domain/model/engine-state.ts'
import type { ReadRecipe } from '../../domain/model/read-recipe.ts'
import type { Commit, RecipeTree, Release } from '../../domain/model/recipe.ts'
import type { EngineKind, EvidenceRef, RunEvent, RunId, TierName } from '../../domain/model/run.ts'
import type { PoolUse } from '../../domain/model/network.ts'
import type { BaseWish } from '../../domain/plan/base.ts'
import type { Backups } from '../../ports/backup.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Engine, PulledImage, Reach } from '../../ports/engine.ts'
import type { Locks } from '../../ports/lock.ts'
import type { Probes } from '../../ports/probe.ts'
import type { Random } from '../../ports/random.ts'
import type { RunRecord, RunRecords } from '../../ports/run-records.ts'
import type { Source, Sources } from '../../ports/source.ts'
import type { Watch } from '../app/watch.ts'

/** What a run needs of the outside; made once by the wiring. */
export interface RunPorts {
  engine: Engine
  sources: Sources
  backups: Backups
  probes: Probes
  records: RunRecords
  locks: Locks
  clock: Clock
  random: Random
  host: HostRules
  /** The network that apps and proxy share; undefined where the engine has none. */
  pool(): Promise<PoolUse | undefined>
}

/** What the host's settings say about runs. */
export interface HostRules {
  /** What the operator allows a recipe although it reaches beyond its stack. */
  allow(recipe: string): string[]
  /** `<state>/recipes/NAME.yml`. */
  configFor(recipe: string): Promise<{ file: string; text: string } | undefined>
  /** Where a recipe that others need is found: a folder or a git URL. */
  sourceOf(recipe: string): string | undefined
  /** Values for secrets that may not be generated, by the name a recipe's `secrets` refers to. */
  secret(name: string, recipe: string): string | undefined
  proxyNetwork: string
  /** Why nothing may be deployed now that needs the network which apps share; undefined: it may. Asked under the lock of the run or the app. */
  obstacle(): Promise<string | undefined>
  /** Image that a recipe's own programs run in, and that reads SQLite files. */
  checksImage: string
  /** ms; what a recipe does not say itself. */
  limits: { run: number; tier: number; ready: number; teardown: number }
}

export interface RunRequest {
  recipe: string
  ref?: string
  base: BaseWish
  /** Empty: all. */
  tiers: TierName[]
  engine: EngineKind
  /** Leaves the app up for a person to look at. */
  keep: boolean
  /** The command line that does the same again. */
  reproduce: string
  /** A control run made for this other run: no control of its own. */
  controlOf?: RunId
}

/** One version of the recipe, read and checked out for this run. */
export interface Candidate {
  recipe: ReadRecipe
  tree: RecipeTree
  commit: Commit
  /** Null: no tag carries it. */
  release: Release | null
  /** The run's own checkout. */
  folder: string
}

/** All that the tiers of one run share. The fields below the line change as the run goes. */
export interface RunContext {
  ports: RunPorts
  request: RunRequest
  app: App
  record: RunRecord
  source: Source
  reach: Reach
  watch: Watch
  emit(event: RunEvent): void
  head: Candidate
  base: Candidate | null
  dirty: boolean
  /** What the recipe needs beside it, in the order in which it is brought up. */
  needs: Need[]
  // ———
  deployment: Deployment | null
  /** ms UTC, when the present deployment was judged ready; 0 before. */
  readyAt: number
  deploys: number
  /** Something may be on the engine: set before the first thing is made, so that no lost answer hides it from the teardown (trap 30). */
  made: boolean
  images: Map<string, PulledImage>
  evidence: EvidenceRef[]
  /** Values of the run's secrets by compose key, for the recipe's own checks. */
  secrets: Map<string, string>
  /** Which version the app runs now. */
  running: 'nothing' | 'base' | 'head'
}

/** Another recipe that runs beside the tested one for as long as the run lasts. */
export interface Need {
  name: string
  /** As if it were tested: its own app, secrets and watch; the record and the ports are the run's. */
  context: RunContext
}

/** The one that the next tier works on. */
export function runningVersion(context: RunContext): Candidate {
  return context.running === 'base' && context.base ? context.base : context.head
}

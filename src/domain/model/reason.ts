import type { Digest, ServiceName } from './app.ts'
import type { Resource } from './engine-state.ts'
import type { EngineKind } from './run.ts'

/**
 * Why something did not become, or did not stay, what it should be. Each variant carries just what a reader needs to act.
 * Turned into words in one place per surface (`domain/report/words.ts`); a forgotten variant does not compile there.
 */
export type Reason =
  /** The engine restarts it again and again while everything else is calm: the recipe's doing. */
  | { reason: 'crash-loop'; service: ServiceName; exits: number; exitCode?: number; lastLines: string[] }
  /** It ran as it should, and it may have answered, then it ended inside the dwell time (trap 6). */
  | { reason: 'crashed-after-ready'; service: ServiceName; afterMs: number; exitCode?: number; lastLines: string[] }
  /** It ended and the restart policy lets it stay down. */
  | { reason: 'exited'; service: ServiceName; exitCode?: number; lastLines: string[] }
  | { reason: 'unhealthy'; service: ServiceName; lastLines: string[]; checkSays?: string }
  /** The engine will never start this task: a missing image, an impossible mount (trap 67). */
  | { reason: 'rejected'; service: ServiceName; engineSays: string }
  /** No node can take it. */
  | { reason: 'unschedulable'; service: ServiceName; engineSays: string }
  /** The shared network has no address left, the disk is full, the engine does not answer: the host's doing. */
  | { reason: 'host'; what: string; engineSays: string }
  | { reason: 'update-paused'; service: ServiceName; engineSays: string; lastLines: string[] }
  /** The engine went back to the previous spec by itself (trap 5). */
  | { reason: 'engine-rolled-back'; service: ServiceName; engineSays: string; lastLines: string[] }
  | { reason: 'wrong-image'; service: ServiceName; wanted: Digest; got: Digest }
  | { reason: 'deadline'; waitedFor: string; limitMs: number; lastSeen: string; lastLines: string[] }
  /** `noRouter`: the proxy itself answered while every service ran; the services whose routers should have led there. */
  | { reason: 'behaviour'; url: string; expected: string; got: string; noRouter?: ServiceName[]; lastLines: string[] }
  /** Every service runs, and no way leads to the app any more; `before`: what led to the base. `nothing`: cc-ci.yml alone says what it has to answer. */
  | { reason: 'no-way-in'; url: string; expected: string; before: { by: 'router'; services: ServiceName[] } | { by: 'port' } | { by: 'nothing' } }
  /** It meets what the head asks of it, and not what the base asked (trap 63). `head` undefined: that it answers no HTTP at all. */
  | { reason: 'ready-weakened'; url: string; base: string; got: string; head?: string }
  | { reason: 'image-missing'; image: string; registrySays: string }
  | { reason: 'registry'; image: string; registrySays: string; kind: 'unreachable' | 'rate-limited' | 'broken' }
  | { reason: 'deploy-refused'; engineSays: string }
  /** `problems`: errors alone. `engine`: the one that the files were read for; another may read them differently. */
  | { reason: 'recipe-invalid'; problems: number; first: string; engine: EngineKind }
  /** Warnings only: the recipe runs, and the lint rung is not climbed. */
  | { reason: 'lint'; problems: number; first: string; engine: EngineKind }
  | { reason: 'moved-nothing' }
  /** No published version could be deployed to upgrade from: the upgrade is not proven either way. */
  | { reason: 'base-unusable'; version: string; says: string }
  /** It took no marker before the upgrade, and takes one after it: what became of it in between is not known. */
  | { reason: 'data-unseen'; what: string; why: string }
  /** What was planted in the volume is still there; the head mounts it elsewhere, and nobody asked the app itself for its data. */
  | { reason: 'mount-moved'; volume: string; service: ServiceName; from: string; to: string[] }
  /** `unloaded`: its files came back, beneath a database that runs on with what it has in memory. */
  | { reason: 'data-lost'; what: string; when: 'upgrade' | 'restore'; detail: string; unloaded?: { service: ServiceName; hasHook: boolean } }
  | { reason: 'backup-empty'; detail: string }
  | { reason: 'restore-left-behind'; what: string }
  /** `container`: what became of the container in which it ran, if it did not outlive the hook. */
  | { reason: 'hook-failed'; service: ServiceName; hook: string; exitCode: number; container?: 'ended' | 'out-of-memory'; lastLines: string[] }
  /** `exitCode` null: it did not end in time. `says`: what came instead of the expected answer, for a check that is no program. `limitMs`: what one that did not end was given. */
  | { reason: 'check-failed'; check: string; exitCode: number | null; limitMs?: number; says?: string; lastLines: string[] }
  | { reason: 'check-skipped'; check: string; says: string }
  | { reason: 'secret-missing'; secret: string; mend: string }
  /** A recipe that this one needs is not to be had here. */
  | { reason: 'need-unknown'; recipe: string; mend: string }
  /** A recipe that this one needs did not come up, or did not stay up: nothing is proven of this one (trap 27). */
  | { reason: 'need-failed'; recipe: string; says: string }
  /** `nameless`: those of them without a name, which no label could cover. */
  | { reason: 'not-covered'; volumes: string[]; nameless: string[] }
  | { reason: 'coverage-dropped'; volumes: string[] }
  /** The head no longer has checks that the base had (trap 63). */
  | { reason: 'checks-dropped'; checks: string[] }
  | { reason: 'declared'; says: string; by: string }
  | { reason: 'structural'; says: string }
  | { reason: 'conflict'; what: string; with: string }
  | { reason: 'leftovers'; resources: Resource[] }
  | { reason: 'interrupted'; by: string }
  | { reason: 'blocked-by'; tier: string }
  | { reason: 'not-asked-for' }
  | { reason: 'our-mistake'; message: string }

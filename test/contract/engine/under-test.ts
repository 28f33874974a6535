import type { App } from '../../../src/domain/model/app.ts'
import type { DeployRequest, Engine } from '../../../src/ports/engine.ts'

/**
 * What an adapter brings so that the suite can be run against it: the engine, and one function that turns a wish into a stack of
 * that engine's own kind. Everything else the suite finds out through the port.
 *
 *     test/contract/engine/<adapter>.ts       exports `make: MakeEngine`
 *     test/contract/engine/<adapter>.test.ts  engineContract('<adapter>', { module: <that file's URL>, make })
 */
export interface EngineUnderTest {
  engine: Engine
  /** The same engine as a process that was just started sees it: nothing remembered. The suite closes it. */
  another(): Promise<Engine>
  /** What makes the wish come true on this engine. Called again with a changed wish for an update. */
  stack(app: App, wish: StackWish): Promise<DeployRequest>
  /** Handed to `make` in another process, so that this process finds the same engine. JSON. */
  settings: unknown
  /** False: what it runs are programs of the recipe, so that it has no images to list, keep or remove. */
  runsImages: boolean
  /** Everything the adapter set up for the suite. The suite has removed its apps before. */
  cleanup(): Promise<void>
}

/** `settings`: from an `EngineUnderTest` of another process; undefined: a fresh one. */
export type MakeEngine = (settings?: unknown) => Promise<EngineUnderTest>

/** A stack in words that fit every engine. Each service runs `program.mjs` of this folder, or does what it would do. */
export interface StackWish {
  services: Record<string, ServiceWish>
}

export interface ServiceWish {
  /** Handed to the program; see there for what the names mean. */
  env?: Record<string, string>
  /** Asks `GET /healthz` of the program. Absent: no health check. */
  health?: { intervalMs: number; retries: number; startPeriodMs: number }
  /** Host rule `app.domain` leads here. */
  routed?: boolean
  /** Compose key of a volume, mounted at `/data`. */
  volume?: string
  /** A secret that exists already, readable at `/run/secrets/<key>`. */
  secret?: { key: string; name: string }
  /** Content of a config, readable at `/config.txt`. Its name must follow the content, as recipes do. */
  config?: string
  /** Default: any, 500 ms, without limit. */
  restart?: { condition: 'any' | 'on-failure' | 'none'; maxAttempts?: number }
  replicas?: number
  job?: boolean
  /** Default 10 s. */
  stopGraceMs?: number
  /** Its image (on `local`: its program) does not exist. */
  missing?: boolean
}

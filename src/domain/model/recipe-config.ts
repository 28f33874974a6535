import type { TierName } from './run.ts'

/**
 * What a recipe may tell us in its `cc-ci.yml`, after reading: all keys present, durations in ms. Everything is optional to
 * write. The schema, the manual and the commented example are generated from one definition: `domain/recipe/config`.
 */
export interface RecipeConfig {
  ready: ReadyRule
  /** Data of the app's own kind, written before and read back after each tier. */
  data: DeclaredData[]
  /** Tiers that do not apply, each with its reason. What a head newly declares counts only from the base (trap 63). */
  notApplicable: Partial<Record<TierName, string>>
  /** Volumes whose content need not be in a backup, each with its reason. */
  notBackedUp: Record<string, string>
  /** ms */
  limits: Partial<Record<TierName | 'run' | 'ready', number>>
  env: Record<string, string>
  /** Secret key → name under the host's settings `secrets`. For `generate=false`. */
  secrets: Record<string, { fromSettings: string }>
  /** Cold dependencies: recipes that are deployed first. */
  needs: string[]
  /** Run once, between healthy and the first check. */
  setup: Action[]
  checks: Check[]
}

export interface ReadyRule {
  path: string
  status: number[]
  contains?: string
  /** False: the app answers no HTTP; healthy tasks are all that is asked. */
  http: boolean
}

export type Action =
  | { do: 'exec'; service: string; argv: [string, ...string[]]; env: Record<string, string>; expect: { contains?: string } }
  | {
      do: 'http'
      method: string
      path: string
      headers: Record<string, string>
      body?: string
      expect: { status: number[]; contains?: string }
    }

/** `{{marker}}` in write and read stands for a value made anew for each run and moment. */
export interface DeclaredData {
  name: string
  write: Action
  read: Action
}

export type Check =
  | {
      kind: 'program'
      name: string
      /** Path in the recipe, executable. */
      run: string
      args: string[]
      /** Image it runs in on Swarm; undefined: the host's setting. */
      image?: string
      timeoutMs: number
    }
  | { kind: 'http'; name: string; request: Extract<Action, { do: 'http' }>; timeoutMs: number }

/** `<recipe[:4]>-<6 hex>`: names the run, its domain's first label and its folder. */
export type RunId = string

/** The domain an app answers at; also its name, as abra has it. */
export type Domain = string

/** The app's domain with `.` as `_`: what Swarm calls the stack. */
export type StackName = string

/** A service's key in compose, without the stack's name before it. */
export type ServiceName = string

/** `sha256:…` of an image's manifest or configuration; on `local` the hash of the program and its files. */
export type Digest = string

/** Hash of everything that makes the engine start a new task: equal hash, same thing runs. */
export type SpecId = string

/** One deployed instance of a recipe. */
export interface App {
  domain: Domain
  stack: StackName
  /** The run it belongs to; what the labels of all its resources say. */
  run: RunId
}

/** Swarm refuses names over 64 characters (trap 36). */
export const LONGEST_NAME = 64

export function stackNameOf(domain: Domain): StackName {
  return domain.replaceAll('.', '_')
}

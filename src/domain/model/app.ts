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

/** How many characters of its name tell a needed recipe's app. */
export const NEED_LETTERS = 8

/**
 * The app of a recipe that the tested one needs: `keycloak-n1a2b3c.ci.example.org` beside `wiki-1a2b3c.ci.example.org`. Follows from the two names, so that
 * the tested recipe's settings can say it before anything runs; the `n` keeps it from ever being the name of a run.
 */
export function needDomain(domain: Domain, need: string): Domain {
  const [label = '', ...parents] = domain.split('.')
  const letters = need.toLowerCase().replace(/[^a-z0-9]/g, '').slice(0, NEED_LETTERS) || 'app'
  // What a needed recipe needs itself is the same app, not one more of the kind.
  const run = label.slice(label.lastIndexOf('-') + 1).replace(/^n(?=[0-9a-f]{6}$)/, '')
  return [`${letters}-n${run}`, ...parents].join('.')
}

/** What the settings and checks of a recipe call it: `CCCI_NEED_KEYCLOAK` for `keycloak`. */
export function needVariable(need: string): string {
  return `CCCI_NEED_${need.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`
}

/** Where it is, for both: for the proxy's visitors by host, for the proxy's own network by stack. */
export function needVariables(need: string, host: Domain): Record<string, string> {
  return { [`${needVariable(need)}_HOST`]: host, [`${needVariable(need)}_STACK`]: stackNameOf(host) }
}

export function stackNameOf(domain: Domain): StackName {
  return domain.replaceAll('.', '_')
}

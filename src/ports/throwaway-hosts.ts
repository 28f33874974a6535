/**
 * Whole hosts that are made for a proof and thrown away: each with an init system, an engine and a network of its own, from which nothing outside can be
 * reached. They are switched on and off like machines, and keep their disk in between.
 *
 * Order of calls: `image`, `make`, then on the host `start`, any of the others, `stop`, `start` again …, and `remove` at the end.
 * At once: calls for different hosts may overlap, and `run` may overlap with everything but `stop`.
 * Safe to repeat: `image`, `start`, `stop`, `load`, `put`; `remove` of what is gone succeeds, also after a `make` that failed half way.
 * After a crash: `list` tells the truth; everything that was made carries a label with the host's name, and `remove` takes it by that.
 *
 * Errors (PortError): `not-found` (an image or a host), `refused` (the engine will not make it), `unreachable` (no engine), `timeout`, `unexpected`.
 */
export interface ThrowawayHosts {
  /** Sees to it that the image is here, by fetching the named one or building the Dockerfile, and answers its name. */
  image(wanted: { named: string } | { dockerfile: string }, signal: AbortSignal): Promise<string>
  /** Makes a host that is off. `conflict` where one of that name is there. */
  make(given: { name: string; image: string }): Promise<ThrowawayHost>
  /** Names of all that are there, whoever made them. */
  list(): Promise<string[]>
  remove(name: string): Promise<void>
}

export interface ThrowawayHost {
  readonly name: string
  /** Switches it on; resolves once its init system takes commands, which is long before everything is up. */
  start(signal: AbortSignal): Promise<void>
  /** Has it shut down by itself. */
  stop(): Promise<void>
  /** Runs a program on it, as root. An exit code is an answer, never an error. */
  run(argv: readonly [string, ...string[]], given: { signal: AbortSignal; timeoutMs: number; stdin?: string }): Promise<Ran>
  /** Lays what is in a folder of ours into one of its own, which is made where it is missing. */
  put(folder: string, into: string): Promise<void>
  /** Brings images of our engine to its own, by their names; one that ours does not have is fetched. */
  load(images: readonly string[], signal: AbortSignal): Promise<void>
}

export interface Ran {
  /** null: ended by a signal, such as at its time-out. */
  code: number | null
  out: string
  err: string
}

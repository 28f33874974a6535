import type { Place } from '../model/problem.ts'

/**
 * What a host brings up when it boots, as its files say it: units with their order, and everything that a unit's gate leans on without saying so.
 *
 * What the words mean here, the same for every input:
 * - A unit *begins* once every unit that it is ordered after is up. It *serves* once it has begun, its images were fetched and its networks are
 *   there. It is *up* once it serves and its gate passed.
 * - A gate is part of its unit: until it passed, nobody who comes after the unit begins. What a gate asks is answered by units that *serve*; they
 *   need not be up themselves.
 */
export interface BootGraph {
  units: readonly BootUnit[]
  routers: readonly BootRouter[]
  middlewares: readonly Middleware[]
  /** Names that resolve only while somebody is up; `*.example.org` stands for all below it, the nearest first. All others resolve. */
  names: readonly Provided[]
  /** Networks, and who makes them. A network that nobody here makes is there already. */
  networks: readonly Provided[]
  /** Hosts that others serve, elsewhere. */
  external: readonly string[]
}

export type UnitName = string

export interface BootUnit {
  name: UnitName
  place: Place
  starts: Starts
  /** Of the system: it comes up by itself, and order leads through it. */
  isSystem: boolean
  /** Stands in a list whose order counts: it can only come after those above it. */
  isListed?: true
  /** Sockets that take a request before it runs, and start it then: where one is there, it can be asked. */
  sockets: readonly UnitName[]
  order: readonly OrderEdge[]
  gate: Gate | null
  /** Where it says of itself that it is well, so that nobody else is needed to know. */
  own: Told | null
  /** `127.0.0.1:8080`, `:8080`. */
  listens: readonly Told[]
  images: readonly Told[]
  networks: readonly Told[]
  /** Its environment sends requests through proxies, its gate's included: one for each scheme (trap 11). */
  httpProxy: { http: Told | null; https: Told | null; except: readonly string[] } | null
  /** ms; what a start may take at the worst, and what its supervisor gives it. `start` null: for ever. */
  budget: { deploy: number; dwell: number; rollback: number; start: number | null; place: Place } | null
  /** Commands of its start whose failure is passed over, as far as they ask anything (trap 2). */
  passesOver: readonly PassedOver[]
  /** What its own commands ask before it counts as started, whether a gate says so or not. */
  asksAtStart: readonly AskAtStart[]
  /** ms, as recorded; null: nobody knows. */
  tookMs: number | null
}

export interface Told {
  text: string
  place: Place
}

export interface PassedOver extends Told {
  /** Whom it asks: hosts, ports of this machine (`:8080`) and units. */
  asks: readonly string[]
}

export type Starts =
  | { when: 'boot' }
  /** A timer, a socket, a person: after the boot, if at all. */
  | { when: 'later'; by: string; place: Place }
  | { when: 'never'; why: string; place: Place }

export interface OrderEdge {
  /**
   * `after` and `before` order, and bring nothing. `requires` and `wants` bring, and do not order. `requisite` needs and does not bring. `optional` is `after`
   * somebody who need not exist.
   */
  kind: 'after' | 'before' | 'requires' | 'requisite' | 'wants' | 'optional'
  unit: UnitName
  place: Place
  /** What it is made of, where no file says it in so many words (`Requires=` of systemd's units, cc-ci itself): nobody can turn that round. */
  by?: string
}

export interface Gate {
  asks: readonly Ask[]
  place: Place
  /** Who has it ask so, where no file says it: nobody can have it ask anything else. */
  by?: string
  /** Its file can say one host and one path, asked by https, and no more. */
  asksOnePage?: true
}

export type Ask =
  | { kind: 'url'; url: string; redirects: Redirects; place: Place }
  /** Until that unit is up. */
  | { kind: 'unit'; unit: UnitName; place: Place }

/** A redirect is followed, or is itself the answer; or all that is wanted is a connection, whatever would be said over it. */
export type Redirects = 'follow' | 'answer' | 'connect'

export interface AskAtStart {
  ask: Ask
  /** `starts`: it has that unit started and waits until it is up; nobody needs to order that. */
  does: 'asks' | 'starts'
  /** Before its main command, or before it counts as started. */
  holds: 'serves' | 'up'
  /** It does not get on without. Otherwise it goes on after a while, or nobody can say. */
  isNeeded: boolean
}

/** What the proxy knows of one way in. */
export interface BootRouter {
  name: string
  place: Place
  rule: Told
  /** Null: nobody's; requests come straight to the service. */
  proxy: { unit: UnitName; place: Place } | null
  /** Who answers; null: the proxy itself. */
  service: { unit: UnitName; place: Place } | null
  /** The proxy knows this router only while that unit serves (labels); null: it always knows it (a file). */
  definedBy: { unit: UnitName; place: Place } | null
  middlewares: readonly Told[]
  /** Who gives the certificate; it is there once that unit is up. Null: it is on the disk. */
  certificate: { unit: UnitName; place: Place } | null
  /** Null: the length of the rule, as Traefik has it. */
  priority: number | null
}

export type Middleware =
  | { name: string; kind: 'forward-auth'; url: string; place: Place }
  /** `when`: only what this expression fits is redirected, and `url` may speak of its groups; null: everything is. */
  | { name: string; kind: 'redirect'; url: string; when: string | null; place: Place }

export interface Provided {
  name: string
  unit: UnitName
  place: Place
}

/** What only certain folders may touch, as data: a name or a module of Node → where it may stand and what to do instead. */

export interface Effect {
  rule: string
  /** Names as `read-source.ts` reports them. */
  uses?: string[]
  /** Modules of Node, without `node:`; with `names` only when one of these is taken from them. */
  modules?: string[]
  names?: string[]
  /** Folders or files under `src/` where it may stand. */
  only?: string[]
  /** Folders under `src/` where it may not stand. */
  never?: string[]
  mend: string
}

const OUR_LOGIC = ['domain', 'workflows']

export const EFFECTS: Effect[] = [
  { rule: 'only settings reads the environment', uses: ['process.env'], only: ['settings'],
    mend: 'take what you need as an argument; wiring hands it over from settings' },
  { rule: 'only settings reads the environment', modules: ['process'], names: ['env', 'default', '*'], only: ['settings'],
    mend: 'take what you need as an argument; wiring hands it over from settings' },
  { rule: 'only wiring exits the process', uses: ['process.exit', 'process.exitCode', 'process.abort', 'process.reallyExit'], only: ['wiring'],
    mend: 'return the outcome; wiring turns it into an exit code' },
  { rule: 'only wiring exits the process', modules: ['process'], names: ['exit', 'exitCode', 'abort'], only: ['wiring'],
    mend: 'return the outcome; wiring turns it into an exit code' },
  { rule: 'only adapters/process spawns', modules: ['child_process', 'cluster'], only: ['adapters/process'],
    mend: 'ask for the port `process`' },
  { rule: 'no clock of the machine in our logic', uses: ['Date.now', 'new Date()', 'performance.now', 'setTimeout', 'setInterval', 'setImmediate'], never: OUR_LOGIC,
    mend: 'ask for the port `clock`, or take the time as an argument' },
  { rule: 'no clock of the machine in our logic', modules: ['timers', 'timers/promises', 'perf_hooks'], never: OUR_LOGIC,
    mend: 'ask for the port `clock`, or take the time as an argument' },
  { rule: 'no chance in our logic', uses: ['Math.random', 'crypto.randomUUID', 'crypto.getRandomValues', 'randomUUID', 'randomBytes', 'randomInt'], never: OUR_LOGIC,
    mend: 'ask for the port `random`, or take the value as an argument' },
  { rule: 'no fixed sleeps', modules: ['timers/promises'], only: ['adapters/clock'],
    mend: 'await an event, or probe at the pace of the port `clock` with a deadline' },
]

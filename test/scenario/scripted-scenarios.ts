import type { RunResults, TierRecord } from '../../src/domain/model/run.ts'
import type { ScriptedWorld } from '../support/scripted-world.ts'
import type { Scene } from './scripted-recipe.ts'

/** A run from its beginning to its end over one recipe, and what has to come of it. Nothing may be left, and no line may speak of a mistake of ours. */
export interface Scenario {
  that: string
  base: Scene
  head: Scene
  /** Before the run. */
  world?(world: ScriptedWorld): Promise<void>
  gives: Pick<RunResults, 'verdict' | 'blame' | 'level'> & { code: number; /** The first tier that did not pass, and the kind of its reason. */ red?: [TierRecord['name'], string] }
}

const green: Scenario['gives'] = { verdict: 'pass', blame: 'none', level: 5, code: 0 }
const secret = true
/** The head is to blame: the base stood in the same run. */
const brokenUpgrade = (cause: string): Scenario['gives'] => ({ verdict: 'fail', blame: 'change', level: 1, code: 1, red: ['upgrade', cause] })
const brokenHost = (tier: TierRecord['name'], cause: string, level: 0 | 1): Scenario['gives'] => ({ verdict: 'infra', blame: 'host', level, code: 3, red: [tier, cause] })

/** A database that takes its time, and an app that cannot wait for it. */
const slowStart = (): Scene => ({ services: { app: { exitAfterMs: 200, exits: 5 }, db: { healthyAfterMs: 6_000 } } })

const failing = { exitCode: 1, stdout: 'it does something else\n' }

/** The long ones first, so that the short ones fill the gaps. */
export const scenarios: Scenario[] = [
  { that: 'an app that exits five times while its database initialises is no crash loop (T61)', base: slowStart(), head: slowStart(), gives: green },
  {
    that: 'a check that fails on the base too is not the change\'s fault',
    base: { check: failing },
    head: { check: failing },
    gives: { verdict: 'fail', blame: 'recipe', level: 3, code: 1, red: ['custom', 'check-failed'] },
  },
  {
    that: 'a check that fails on the head alone is',
    base: {},
    head: { check: failing },
    gives: { verdict: 'fail', blame: 'change', level: 3, code: 1, red: ['custom', 'check-failed'] },
  },
  { that: 'a good recipe with a secret is green at level 5', base: { secret }, head: { secret }, gives: green },
  { that: 'a service that is scaled to 0 on purpose is not waited for (T10)', base: { services: { once: { replicas: 0 } } }, head: { services: { once: { replicas: 0 } } }, gives: green },
  { that: 'a version that falls over 8 s after it was ready is red (T6)', base: {}, head: { services: { app: { exitAfterMs: 8_000, exitCode: 5 } } }, gives: brokenUpgrade('crashed-after-ready') },
  {
    that: 'an upgrade that the engine refuses is the change\'s fault, and no mistake of ours (T22)',
    base: { secret },
    head: { secret, services: { app: { refuses: { kind: 'refused', says: 'invalid mount config for type "volume"' } } } },
    gives: brokenUpgrade('deploy-refused'),
  },
  {
    that: 'an upgrade of which the engine takes one half is torn down whole (T22)',
    base: {},
    head: { services: { app: {}, late: { refuses: { kind: 'refused', says: 'name must be valid as a DNS name component', half: true } } } },
    gives: brokenUpgrade('deploy-refused'),
  },
  { that: 'what the engine rolls back by itself is not taken for an upgrade (T5)', base: {}, head: { services: { app: { rollback: true, exitAfterMs: 100 } } }, gives: brokenUpgrade('engine-rolled-back') },
  { that: 'a task that the engine rejects without an event is seen (T67)', base: {}, head: { readyIn: '10s', services: { app: { rejected: { because: 'bad-mount', says: 'invalid mount' } } } }, gives: brokenUpgrade('rejected') },
  { that: 'an upgrade that empties its volume has lost data', base: {}, head: { services: { app: { wipes: true } } }, gives: brokenUpgrade('data-lost') },
  {
    that: 'an exhausted address pool is the host\'s trouble (T38)',
    base: {},
    head: { services: { app: { pending: { because: 'no-address', says: 'could not find an available IP' } } } },
    gives: brokenHost('upgrade', 'host', 1),
  },
  {
    that: 'an engine that does not answer in the middle of an upgrade is the host\'s trouble',
    base: {},
    head: { services: { app: { faults: [{ method: 'observe', skip: 2, kind: 'unreachable', says: 'no answer' }] } } },
    gives: brokenHost('upgrade', 'host', 1),
  },
  {
    that: 'a pull limit is the host\'s trouble (T34)',
    base: {},
    head: {},
    world: (world) => world.fault({ method: 'pull', kind: 'limited', says: 'toomanyrequests: You have reached your pull rate limit' }),
    gives: brokenHost('install', 'registry', 0),
  },
  {
    that: 'a secret that was made before the deploy was refused goes with the rest (T30)',
    base: { secret, services: { app: { refuses: { kind: 'refused', says: 'no' } } } },
    head: { secret },
    gives: { verdict: 'fail', blame: 'recipe', level: 0, code: 1, red: ['install', 'deploy-refused'] },
  },
  {
    that: 'an engine that is lost in the middle of a deploy leaves nothing (T30)',
    base: { secret, services: { app: {}, late: { refuses: { kind: 'unreachable', says: 'connection reset', half: true } } } },
    head: { secret },
    gives: brokenHost('install', 'host', 0),
  },
  {
    that: 'a secret whose making was not answered is looked for (T30)',
    base: { secret },
    head: { secret },
    world: (world) => world.fault({ method: 'createSecret', done: true, kind: 'timeout' }),
    gives: brokenHost('install', 'host', 0),
  },
  {
    that: 'a port that the host has given away is nobody\'s fault, and not green',
    base: { services: { app: { port: 18_080 } } },
    head: { services: { app: { port: 18_080 } } },
    world: (world) => world.host({ takenPorts: [18_080], takenRouters: [] }),
    gives: { verdict: 'not-applicable', blame: 'none', level: 0, code: 3, red: ['install', 'conflict'] },
  },
]

import { toJsonSchema, z, type Schema } from '../../lib/schema.ts'
import { TIERS, type RunResults } from '../model/run.ts'

/**
 * `results.json`, defined once: the published JSON Schema, the reader of old records and the compiler all look at this. A key that
 * the type has and this has not, or the other way round, does not compile (see the end).
 *
 * Unknown keys are no mistake: a newer cc-ci may add some without misleading an older reader.
 */
const text = z.string()
const ms = z.number().min(0).describe('milliseconds')
const utc = z.number().describe('milliseconds since 1970, UTC')
const count = z.number().int().min(0)
const bytes = z.number().min(0)
const commit = z.string().describe('a commit: 40 hex digits')
const verdict = z
  .enum(['pass', 'fail', 'blocked', 'infra', 'not-applicable', 'unverified'])
  .describe(
    'pass; fail: the recipe failed; blocked: an earlier tier failed; infra: the host or cc-ci failed; not-applicable: declared or structural; unverified: should have run and did not',
  )

const cause = text.optional().describe('the same for programs: the kind of reason, such as crash-loop; absent on a plain pass')

const step = z.object({
  name: text,
  verdict,
  at: utc,
  ms,
  waitedFor: text.optional().describe('for a wait: what it waited for'),
  reason: text.optional().describe('one sentence; absent on a plain pass'),
  cause,
  lastLines: z.array(text).optional().describe('a few lines that the service, hook or check wrote last, where the reason speaks of them; all of them are in the evidence'),
  evidence: z.array(text).optional().describe('names in `evidence`'),
})

const tier = z.object({
  name: z.enum([...TIERS, 'teardown', 'lint']),
  verdict,
  reason: text.describe('why it is not a plain pass, one sentence'),
  cause,
  ms,
  steps: z.array(step),
})

const resource = z.object({
  kind: z.enum(['service', 'task', 'container', 'network', 'volume', 'secret', 'config', 'process', 'folder', 'route']),
  id: text,
  name: text,
  run: text.optional(),
  stack: text.optional(),
})

const problem = z.object({
  file: text,
  line: count,
  column: count,
  rule: text.describe('abra’s number where abra has the rule, ours otherwise'),
  severity: z.enum(['error', 'warning']),
  message: text,
  mend: text.describe('what to write instead'),
})

const definition = z.object({
  schema: z.literal(1).describe('grows by one when a reader of the old form would be misled'),
  id: text.describe('names the run, its folder and the first label of its domain'),
  recipe: text,
  source: text.describe('where the recipe came from: a URL or folder as given'),
  commit,
  dirty: z.boolean().describe('the folder had changes that no commit holds'),
  base: z.object({ version: text, commit }).nullable().describe('the version that the upgrade started from'),
  head: z.object({ version: text.nullable(), commit }),
  engine: z.enum(['local', 'swarm', 'scripted']),
  lane: z.enum(['cold', 'quick']),
  domain: text,
  partial: z.boolean().describe('not all tiers were asked for: no level'),
  verdict,
  blame: z.enum(['change', 'recipe', 'host', 'cc-ci', 'none']).describe('change: the base was fine and the head is not; recipe: it was broken before'),
  level: z
    .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)])
    .nullable()
    .describe('install 1, upgrade 2, backup and restore 3, custom 4, lint 5; null for a partial run'),
  levelReason: text.describe('what keeps it from the next level'),
  summary: z.object({ what: text, why: text, whose: text, next: text }),
  tiers: z.array(tier),
  deploys: z.object({ expected: count, seen: count }).describe('one of the app, and one of each recipe that it needs'),
  needs: z.array(z.object({ recipe: text, version: text, domain: text })).optional().describe('recipes that ran beside it because it needs them'),
  upgrade: z.object({ from: text, to: text, changed: z.array(text), orphans: z.array(text).describe('services that the head dropped') }).nullable(),
  data: z.object({
    probed: z.array(z.object({ service: text, kind: z.enum(['volume', 'postgres', 'mariadb', 'redis', 'sqlite', 'declared']), what: text })),
    unprobed: z.array(z.object({ what: text, why: text })).describe('data that nobody looked into: nothing is known of it'),
  }),
  backup: z.object({ how: text, bytes, files: count, notCovered: z.array(text).describe('volumes that no backup holds') }).nullable(),
  teardown: z.object({ verdict, leftovers: z.array(resource) }),
  lint: z.array(problem),
  images: z.array(z.object({ name: text, digest: text, pullMs: ms, fetched: z.boolean().optional().describe('it was not on the host before; absent in older records') })),
  peak: z.object({ memoryBytes: bytes, diskBytes: bytes }),
  addresses: z.object({ network: text, size: count, before: count, after: count }).optional().describe('addresses in use on the network that apps and proxy share, at the beginning and after the teardown'),
  settingsFrom: z.record(text, text).describe('key of cc-ci.yml → the file that said it'),
  evidence: z.array(z.object({ name: text, path: text.describe('relative to the folder of the run'), about: text })),
  reproduce: text.describe('one command line that does it again'),
  startedAt: utc,
  endedAt: utc,
})

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never

/** Without this a key that may be absent could stand on one side only. */
type Whole<T> = T extends object ? { [K in keyof T]-?: Whole<T[K]> } : T

/** Both directions, so that neither can have a key or a value that the other lacks: what differs does not compile. */
const sameAsTheType: Same<Whole<RunResults>, Whole<z.output<typeof definition>>> = true
void sameAsTheType

export const resultsSchema: Schema<RunResults> = definition

export function resultsJsonSchema(): Record<string, unknown> {
  return toJsonSchema(resultsSchema, {
    title: 'cc-ci results.json',
    description: 'What one run of cc-ci found out about a recipe. Keys may be added without a new `schema`; a reader passes over those it does not know.',
  })
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DataProbe } from '../../domain/model/run.ts'
import type { JobResult } from '../../ports/engine.ts'
import type { RunContext } from './context.ts'
import { assertKept, type Markers } from './markers.ts'
import { Stopped } from './stopped.ts'
import type { Tier } from './tier.ts'

const FIRST = 'a1'

interface Case {
  that: string
  /** Files that took a marker before the upgrade. */
  before: string[]
  /** What is there after it, and the marker in it. */
  after: Record<string, string | null>
  lost?: string
}

const cases: Case[] = [
  { that: 'a database that is there with its marker is kept', before: ['a.db'], after: { 'a.db': FIRST } },
  { that: 'one that holds another marker is lost', before: ['a.db'], after: { 'a.db': 'b2' }, lost: 'a.db' },
  { that: 'a file with another name that holds the marker is the one that was there', before: ['a.db'], after: { 'new/a.db': FIRST } },
  { that: 'T26: a neighbour that was there before does not stand in for one that is gone', before: ['a.db', 'b.db'], after: { 'b.db': FIRST }, lost: 'a.db' },
  { that: 'T26: one new file does not stand in for two that are gone', before: ['a.db', 'b.db'], after: { 'c.db': FIRST }, lost: 'b.db' },
  { that: 'an empty new one beside it does not hide where a database went', before: ['a.db'], after: { '0.db': null, 'c.db': FIRST } },
  { that: 'two that have other names now are both there', before: ['a.db', 'b.db'], after: { '0.db': null, 'c.db': FIRST, 'd.db': FIRST } },
  { that: 'a new one without the marker is none that was there', before: ['a.db'], after: { 'c.db': null }, lost: 'a.db' },
]

describe('what was planted before an upgrade', () => {
  for (const { that, before, after, lost } of cases) {
    test(that, async () => {
      const engine = {
        readFile: async () => new TextEncoder().encode(FIRST),
        runJob: async (_app: unknown, { argv }: { argv: string[] }): Promise<JobResult> => {
          const file = argv.at(-2)!.replace('/volumes/data/', '')
          const answer = argv.includes('find') ? Object.keys(after).map((path) => ['/volumes/data', path]) : after[file]
          return { exitCode: 0, stdout: `cc-ci:${JSON.stringify(answer)}\n`, stderr: '' } as JobResult
        },
      }
      const recipe = { stack: { services: { app: { volumes: [{ type: 'volume', source: 'data', target: '/data' }] } }, volumes: { data: {} } }, images: [], config: { data: [] } }
      const context = { running: 'head', base: null, head: { recipe }, app: {}, deployment: null, readyAt: 0, ports: { engine, host: { checksImage: 'node' } } } as unknown as RunContext
      const tier = { signal: new AbortController().signal, step: (_name: string, _given: object, work: () => Promise<void>) => work() } as unknown as Tier
      const markers = { first: FIRST, missed: [], places: before.map((path) => ({ probe: probeOf(path), volume: 'data' })) } as unknown as Markers
      const said = await assertKept(context, tier, markers).then(() => undefined, (error: unknown) => (error instanceof Stopped ? error.reason : assert.fail(String(error))))
      assert.deepEqual(said && 'what' in said ? [said.reason, said.what] : said, lost === undefined ? undefined : ['data-lost', `${lost} in volume data`])
    })
  }
})

function probeOf(path: string): DataProbe {
  return { service: '', kind: 'sqlite', what: `${path} in volume data` }
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from '../support/virtual-clock.ts'
import { PortError } from '../../src/ports/port-error.ts'
import type { RunContext } from '../../src/workflows/run/context.ts'
import { assertKept, newMarkers, plant } from '../../src/workflows/run/markers.ts'
import { Stopped } from '../../src/workflows/run/stopped.ts'
import type { Tier } from '../../src/workflows/run/tier.ts'

/** A PostgreSQL in one volume that refuses for a while; `rows` is what it keeps. */
function database({ refusesFor }: { refusesFor: number }) {
  const clock = virtualClock()
  const rows = new Map<string, string>()
  const state = { upAt: clock.monotonic() + refusesFor, rows }
  const engine = {
    async exec(_app: unknown, _service: string, { argv }: { argv: string[] }) {
      if (clock.monotonic() < state.upAt) return { exitCode: 2, stdout: '', stderr: 'the database system is starting up', timedOut: false }
      const [name, value] = argv.slice(argv.indexOf('cc-ci') + 1)
      if (value !== undefined) rows.set(name!, value)
      return { exitCode: 0, stdout: value === undefined ? (rows.get(name!) ?? '') : '', stderr: '', timedOut: false }
    },
    writeFile: () => Promise.resolve(),
    readFile: () => Promise.reject(new PortError('not-found', 'no such file')),
    observe: () => Promise.resolve({ services: [] }),
  }
  const services = { db: { volumes: [{ type: 'volume', source: 'pg', target: '/data', read_only: false }] } }
  const recipe = { stack: { services }, images: [{ service: 'db', repository: 'postgres' }], config: { data: [] } }
  const context = {
    ports: { clock, engine, random: { bytes: (count: number) => new Uint8Array(count).fill(7) } },
    app: { stack: 'x' }, running: 'head', head: { recipe }, base: null, deployment: null,
    record: { redact: (text: string) => text },
  } as unknown as RunContext
  const step = { waits: () => {}, note: () => {} }
  const tier = { signal: new AbortController().signal, step: (_name: string, _given: object, body: (given: typeof step) => Promise<unknown>) => body(step) } as unknown as Tier
  return { context, tier, clock, state, markers: newMarkers(context) }
}

const isOfDatabase = ({ probe }: { probe: { kind: string } }) => probe.kind === 'postgres'

test('T26: a database without a health check that still comes up is asked again, and takes its marker', async () => {
  const { context, tier, clock, markers } = database({ refusesFor: 20_000 })
  await clock.until(plant(context, tier, markers, 'first').catch(() => {}))
  assert.equal(markers.places.some(isOfDatabase), true)
  assert.deepEqual(markers.missed.filter(({ what }) => what === 'postgres in db'), [])
})

test('T26: data that nobody saw before the upgrade is not called kept after it', async () => {
  const { context, tier, clock, markers, state } = database({ refusesFor: 200_000 })
  await clock.until(plant(context, tier, markers, 'first').catch(() => {}))
  assert.match(markers.missed.find(({ what }) => what === 'postgres in db')?.why ?? '', /starting up/)
  state.upAt = 0
  const stopped: unknown = await clock.until(assertKept(context, tier, markers).catch((error: unknown) => error))
  assert.ok(stopped instanceof Stopped)
  assert.deepEqual(stopped.reason.reason, 'data-unseen')
})

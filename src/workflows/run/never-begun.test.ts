import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PortError } from '../../ports/port-error.ts'
import type { JournalEntry } from '../../ports/run-records.ts'
import type { RunPorts, RunRequest } from './context.ts'
import { runRecipe } from './run.ts'

/** What stands in the journal of a run whose versions cannot be chosen because of `error`. */
async function journalAfter(error: Error): Promise<JournalEntry[]> {
  const journal: JournalEntry[] = []
  const record = { askedToEnd: async () => null, dropCheckouts: async () => {}, close: async () => {}, intend: async (entry: JournalEntry) => void journal.push(entry), event: async () => {} }
  const source = { name: 'notes', where: '/notes', resolve: async () => ({ commit: 'c'.repeat(40), dirty: false }), releases: async () => Promise.reject(error) }
  const ports = {
    clock: { now: () => 0, monotonic: () => 0, pause: (_ms: number, signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })) },
    random: { bytes: (count: number) => new Uint8Array(count) },
    sources: { open: async () => source },
    engine: { reach: async () => ({ domain: 'ci.test' }) },
    locks: { tryAcquire: async () => ({ release: async () => {} }) },
    records: { create: async () => record },
  } as unknown as RunPorts
  const never = new AbortController().signal
  await assert.rejects(runRecipe(ports, { recipe: '/notes', base: { is: 'any' }, engine: 'local' } as unknown as RunRequest, { cancel: never, abandon: never }, () => {}), error)
  return journal
}

test('what cannot be done is refused, and a mistake of ours is called one', async () => {
  const stack = 'note-000000_ci_test'
  assert.deepEqual(await journalAfter(new PortError('refused', 'more than 5000 files')), [{ do: 'gone', stack, refused: true }])
  assert.deepEqual(await journalAfter(new TypeError('x is not a function')), [{ do: 'gone', stack, mistaken: true }])
})

import assert from 'node:assert/strict'
import test from 'node:test'
import type { AppState, ServiceState, TaskState } from '../model/engine-state.ts'
import { containerEnding } from './hook-ending.ts'

const task = (more: Partial<TaskState>) => ({ id: 't', service: 'redis', state: 'running', since: 0, ...more }) as TaskState
const state = (...tasks: TaskState[]): AppState => ({ at: 9_000, services: [{ name: 'redis', tasks } as ServiceState, { name: 'app', tasks: [task({ state: 'failed', since: 6_000 })] } as ServiceState] })

const CASES: Array<{ that: string; given: AppState; gives: ReturnType<typeof containerEnding> }> = [
  { that: 'it still runs', given: state(task({})), gives: undefined },
  { that: 'it ended while the command ran, and another took its place', given: state(task({ state: 'starting', since: 6_500 }), task({ state: 'complete', since: 6_000 })), gives: 'ended' },
  { that: 'an earlier one ended before the command began', given: state(task({}), task({ state: 'failed', since: 4_000 })), gives: undefined },
  { that: 'it was killed for want of memory', given: state(task({ state: 'failed', since: 6_000, because: 'out-of-memory' })), gives: 'out-of-memory' },
  { that: 'the service is not listed', given: { at: 9_000, services: [] }, gives: undefined },
]

for (const { that, given, gives } of CASES) test(`the container of a command that failed: ${that}`, () => assert.equal(containerEnding(given, 'redis', 5_000), gives))

import type { App, SpecId } from '../../../domain/model/app.ts'
import type { ServiceState, TaskState, UpdateState } from '../../../domain/model/engine-state.ts'
import type { Parts } from './parts.ts'
import type { ServicePlan } from './service-plan.ts'
import { startTask, type Task } from './task.ts'

/** Ended tasks that are remembered, for counting exits. */
const TASKS_REMEMBERED = 20

/**
 * One service: keeps as many tasks running as wanted, each in a slot of its own, and replaces them when the template changes.
 *
 * INVARIANTS
 * - Stop first: the next task of a slot starts only after the one before it is wholly gone. Two never share the data.
 * - Changes are made one after the other, slot by slot; the newest plan wins.
 * - After `stop` nothing of the service runs, and nothing starts again.
 */
export interface Service {
  plan(): ServicePlan
  state(): ServiceState
  /** Tasks that run and are to go on running, newest first. */
  running(): Task[]
  apply(plan: ServicePlan): void
  stop(how: 'ask' | 'kill'): Promise<void>
}

interface Slot {
  index: number
  /** What it was filled with. */
  template: SpecId
  task?: Task
  /** Aborted: this slot is to become empty. */
  leave: AbortController
  empty: Promise<void>
}

export function superviseService(given: { parts: Parts; app: App; first: ServicePlan; takePort(plan: ServicePlan, slot: number): Promise<number>; portsOfAll(): Record<string, number> }): Service {
  const { parts, app } = given
  let plan = given.first
  let update: UpdateState = 'none'
  let started = 0
  let slots: Slot[] = []
  let stopping: 'ask' | 'kill' | undefined
  let changes: Promise<void> = Promise.resolve()
  /** Newest first. */
  let tasks: Task[] = []

  function fillSlot(index: number): Slot {
    const slot: Slot = { index, template: plan.template, leave: new AbortController(), empty: Promise.resolve() }
    slot.empty = keepRunning(slot)
    return slot
  }

  async function keepRunning(slot: Slot): Promise<void> {
    let own = plan
    const attempts: number[] = []
    while (!slot.leave.signal.aborted) {
      // The same template from a newer checkout is the same thing, and the older checkout may be gone.
      if (plan.template === own.template) own = plan
      const current = own
      const task = startTask({ parts, app, plan: current, takePort: () => given.takePort(current, slot.index), portsOfAll: given.portsOfAll, order: ++started, onRunning: updated })
      slot.task = task
      tasks = [task, ...tasks.filter((other, index) => index < TASKS_REMEMBERED || !isOver(other.state))]
      await task.over
      if (slot.leave.signal.aborted || !mayRestart(current, task.state, attempts)) return
      await parts.clock.pause(current.restart.delayMs, slot.leave.signal)
    }
  }

  function mayRestart({ restart }: ServicePlan, task: TaskState, attempts: number[]): boolean {
    if (task.state === 'rejected' || restart.condition === 'none') return false
    if (restart.condition === 'on-failure' && task.state === 'complete') return false
    const now = parts.clock.monotonic()
    const recent = attempts.filter((at) => restart.windowMs === undefined || now - at <= restart.windowMs)
    if (restart.maxAttempts !== undefined && recent.length >= restart.maxAttempts) return false
    attempts.push(now)
    return true
  }

  async function emptySlot(slot: Slot): Promise<void> {
    slot.leave.abort()
    await slot.task?.stop(stopping ?? 'ask')
    await slot.empty
  }

  function updated(): void {
    if (update !== 'updating') return
    const settled = slots.length === plan.wanted && slots.every(({ template, task }) => template === plan.template && task?.state.state === 'running')
    if (!settled) return
    update = 'completed'
    parts.events.say(app.stack, { service: plan.name, kind: 'updated', text: 'update completed' })
  }

  /** Brings the slots to what `plan` says now; each step looks at `plan` anew, so a later change overtakes an earlier one. */
  async function reconcile(): Promise<void> {
    for (let index = 0; index < Math.max(slots.length, plan.wanted); index++) {
      if (stopping) return
      const slot = slots[index]
      const wanted = index < plan.wanted
      if (slot && wanted && slot.template === plan.template) continue
      if (slot) await emptySlot(slot)
      if (stopping) return
      if (wanted) slots[index] = fillSlot(index)
    }
    slots = slots.slice(0, plan.wanted)
    updated()
  }

  function apply(next: ServicePlan): void {
    const isNew = next.template !== plan.template
    plan = next
    if (isNew) {
      update = 'updating'
      parts.events.say(app.stack, { service: plan.name, kind: 'updated', text: 'update started' })
    }
    changes = changes.then(reconcile)
  }

  apply(given.first)
  return {
    plan: () => plan,
    state: () => ({
      name: plan.name,
      template: plan.template,
      wanted: plan.wanted,
      mode: plan.mode,
      restart: plan.restart.condition,
      update,
      hasHealthcheck: plan.health !== undefined,
      tasks: tasks.map((task) => ({ ...task.state })),
    }),
    running: () => tasks.filter(({ state: { state, desired } }) => state === 'running' && desired === 'running'),
    apply,
    async stop(how) {
      stopping = stopping === 'kill' ? 'kill' : how
      await Promise.all(slots.map(emptySlot))
      await changes
      // A change that was under way may have filled a slot after we looked.
      await Promise.all(slots.map(emptySlot))
    },
  }
}

function isOver({ state }: TaskState): boolean {
  return state !== 'starting' && state !== 'running' && state !== 'waiting'
}

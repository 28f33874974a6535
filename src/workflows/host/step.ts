import type { Machine } from '../../ports/machine.ts'
import { isPortError } from '../../ports/port-error.ts'

/** One thing that is done to a host. Done twice it is done once: what is as it should be is left alone. */
export interface HostStep {
  /** `write /etc/cc-ci/environment` */
  is: string
  /** What there is to do, in a few words; undefined: it is as it should be. Looked at again right before it is done. */
  needed(): Promise<string | undefined>
  act(): Promise<void>
}

export interface HostChange {
  step: string
  state: 'done' | 'left as it is' | 'to do' | 'failed' | 'not begun'
  says: string
}

/** What would be done, with nothing touched. */
export async function foresee(steps: readonly HostStep[]): Promise<HostChange[]> {
  const changes: HostChange[] = []
  for (const step of steps) {
    const needed = await step.needed()
    changes.push({ step: step.is, state: needed === undefined ? 'left as it is' : 'to do', says: needed ?? '' })
  }
  return changes
}

/** Does one after the other, and stops at the first that fails, or when `signal` aborts: what was done stays done, and the same again goes on from there. */
export async function carryOut(steps: readonly HostStep[], onChange: (change: HostChange) => void, signal: AbortSignal): Promise<HostChange[]> {
  const changes: HostChange[] = []
  const tell = (change: HostChange) => {
    changes.push(change)
    onChange(change)
  }
  let failed = false
  for (const step of steps) {
    if (failed || signal.aborted) {
      tell({ step: step.is, state: 'not begun', says: '' })
      continue
    }
    try {
      const needed = await step.needed()
      if (needed !== undefined) await step.act()
      tell({ step: step.is, state: needed === undefined ? 'left as it is' : 'done', says: needed ?? '' })
    } catch (error) {
      if (!isPortError(error)) throw error
      failed = true
      tell({ step: step.is, state: 'failed', says: error.message })
    }
  }
  return changes
}

export function writeFile(machine: Machine, path: string, text: string, mode: number): HostStep {
  return {
    is: `write ${path}`,
    async needed() {
      const there = await machine.read(path)
      return there === text ? undefined : there === undefined ? 'new' : 'changed'
    },
    act: () => machine.write(path, text, mode),
  }
}

export function removePath(machine: Machine, path: string): HostStep {
  return { is: `remove ${path}`, needed: async () => ((await machine.isThere(path)) ? 'is there' : undefined), act: () => machine.remove(path) }
}

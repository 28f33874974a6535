import { PortError } from '../../../ports/port-error.ts'

/** An abort signal that worker threads can see while they are busy: memory that is shared with the thread that was told to stop. */
export interface StopFlag {
  memory: SharedArrayBuffer
  check(tried: string): void
}

export function stopFlag(memory = new SharedArrayBuffer(4)): StopFlag {
  const flag = new Int32Array(memory)
  return {
    memory,
    check(tried) {
      if (Atomics.load(flag, 0) !== 0) throw new PortError('timeout', `${tried}: ended before it was done`, { againCanHelp: false })
    },
  }
}

export function raise({ memory }: StopFlag): void {
  Atomics.store(new Int32Array(memory), 0, 1)
}

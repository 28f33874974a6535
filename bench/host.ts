import { cpus, loadavg, release, totalmem } from 'node:os'
import type { Workbench } from './workbench.ts'

/** The machine that the figures are of, and how busy it was: by this they are judged. */
export interface Host {
  engine: string
  node: string
  kernel: string
  processors: number
  processor: string
  memoryBytes: number
  /** Of the last minute, when the first and after the last bench. What is measured is part of it. */
  load: { before: number; after: number }
  /** ms UTC */
  at: number
}

export function hostOf({ facts, ports }: Workbench, loadBefore: number): Host {
  return {
    engine: facts.says,
    node: process.version,
    kernel: release(),
    processors: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryBytes: totalmem(),
    load: { before: loadBefore, after: loadNow() },
    at: ports.clock.now(),
  }
}

export function loadNow(): number {
  return Number(loadavg()[0]!.toFixed(2))
}

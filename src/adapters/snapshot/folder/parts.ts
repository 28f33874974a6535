import { PIECE } from './entry.ts'
import type { PackPlan } from './pack-plan.ts'
import { verifyRegions, type Packs } from './pack-read.ts'
import { writeRegions } from './pack-write.ts'
import { comparePieces, type Comparison } from './restore-plan.ts'
import { verifySpans, writeSpans, type Bringing } from './restore-write.ts'
import { stopFlag } from './stop-flag.ts'

/** What a thread can be asked to do a share of. */
export type Part = { stop: SharedArrayBuffer } & (
  | { part: 'write pack'; plan: PackPlan; file: string }
  | { part: 'verify'; packs: Packs; next: Int32Array }
  | { part: 'compare'; comparison: Comparison }
  | { part: 'verify spans' | 'write spans'; bringing: Bringing }
)

export function runPart(part: Part): void {
  const stop = stopFlag(part.stop)
  switch (part.part) {
    case 'write pack':
      writeRegions(part.plan, part.file, stop)
      break
    case 'verify':
      verifyRegions(part.packs, part.next, stop)
      break
    case 'compare':
      comparePieces(part.comparison, Buffer.alloc(PIECE), stop)
      break
    case 'verify spans':
      verifySpans(part.bringing, stop)
      break
    case 'write spans':
      writeSpans(part.bringing, stop)
      break
  }
}

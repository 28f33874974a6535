import type { Resource } from '../../domain/model/engine-state.ts'
import type { PoolAround } from '../../domain/model/network.ts'
import type { ControlRun } from '../../domain/model/run.ts'
import type { Versions } from './candidates.ts'
import type { Markers } from './markers.ts'
import type { TierOutcome } from './tier.ts'
import type { BackupTaken } from './tiers/backup.ts'
import type { UpgradeFacts } from './tiers/upgrade.ts'

/** Everything that the results are made of. */
export interface Done {
  startedAt: number
  outcomes: TierOutcome[]
  versions: Versions
  markers: Markers
  upgrade: UpgradeFacts | null
  taken: BackupTaken | null
  gaps: string[]
  leftovers: Resource[]
  peak: { memoryBytes: number; diskBytes: number }
  addresses: PoolAround | undefined
  /** Which version the first failing tier worked on. */
  failedAt: 'base' | 'head'
  /** Undefined: nothing asked for one. */
  control: ControlRun | undefined
}

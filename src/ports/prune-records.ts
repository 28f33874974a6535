/** What the last prune did: kept so that one that fails every day, or never comes, is seen. `read` answers null where there was none yet, or nobody can tell. */
export interface PruneRecords {
  read(): Promise<PruneRecord | null>
  /** Whole or not at all. Errors: `refused`, `unexpected` (the disk is full). */
  write(record: PruneRecord): Promise<void>
}

export interface PruneRecord {
  schema: 1
  /** ms UTC */
  at: number
  ms: number
  images: { removed: number; bytes: number }
  evidence: { runs: number; bytes: number }
  sources: { removed: number; bytes: number }
  /** What did not work, one sentence each; empty: all did. */
  troubles: string[]
}

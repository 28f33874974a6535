import type { RecordTrouble } from '../domain/model/journal.ts'
import type { MoveEntry, MoveHistory } from '../domain/model/network-move.ts'

/**
 * What we know of moves of the shared network: `network/journal.jsonl`.
 *
 * Order: `open` while the network's lock is held, `close` before it is let go. Reading alone needs no lock. `append` returns once the line is on disk and would survive
 * a power cut; the effect it announces begins after that. A record that cannot be read is answered as trouble, and never overwritten.
 *
 * Errors: `refused` (this user may not write there), `unexpected` (the disk is full).
 */
export interface NetworkMoves {
  /** Where nothing was ever moved the history is empty. */
  read(): Promise<MoveHistory | RecordTrouble>
  open(): Promise<MoveRecord | RecordTrouble>
}

export interface MoveRecord {
  /** With every line that was appended meanwhile. */
  readonly history: MoveHistory
  append(entry: MoveEntry): Promise<void>
  close(): Promise<void>
}

import type { Numbered, StepEntry, StepsTaken } from './journal.ts'
import type { DockerNetwork, Subnet } from './network.ts'

/** How the move of a network to another range ended. */
export type MoveOutcome =
  | { is: 'moved'; to: Subnet }
  /** Everything is attached to a network with the range that it had. */
  | { is: 'went-back'; to: Subnet[]; why: string }
  /** Something came before anything was touched. */
  | { is: 'untouched'; why: string }

/** A line of `network/journal.jsonl`. `of`: the network as it was when the move began. */
export type MoveEntry = { entry: 'begun'; move: string; of: DockerNetwork; to: Subnet; pid: number } | StepEntry<MoveOutcome>

export type MoveLine = Numbered<MoveEntry>

export interface OpenMove extends StepsTaken {
  id: string
  of: DockerNetwork
  to: Subnet
  /** ms UTC */
  beganAt: number
}

export interface EndedMove {
  id: string
  from: Subnet[]
  to: Subnet
  /** ms UTC */
  beganAt: number
  endedAt: number
  outcome: MoveOutcome
}

export interface MoveHistory {
  /** The number of the last line; 0 before the first. */
  lastN: number
  open: OpenMove | null
  /** Oldest first. */
  moves: EndedMove[]
}

import { z } from '../../lib/schema.ts'
import type { RecordTrouble } from './journal.ts'
import type { MoveHistory, MoveLine } from './network-move.ts'
import { lineHead, noSteps, readLines, stepLines, takeStep } from './read-journal.ts'

const outcome = z.discriminatedUnion('is', [
  z.object({ is: z.literal('moved'), to: z.string() }),
  z.object({ is: z.literal('went-back'), to: z.array(z.string()), why: z.string() }),
  z.object({ is: z.literal('untouched'), why: z.string() }),
])
const network = z.object({
  id: z.string(), name: z.string(), driver: z.string(), scope: z.string(), attachable: z.boolean(), internal: z.boolean(),
  subnets: z.array(z.string()), labels: z.record(z.string(), z.string()), options: z.record(z.string(), z.string()),
})
const moveLine = z.discriminatedUnion('entry', [
  z.object({ ...lineHead, entry: z.literal('begun'), move: z.string(), of: network, to: z.string(), pid: z.number() }),
  ...stepLines(outcome),
])

const MEND = 'Compare it with the copy in your backup. If there is none: see with docker network ls and docker service ls what is attached to which network, attach what is missing by deploying its stack again, then move this file away.'

/** `network/journal.jsonl`. */
export function readMoves(file: string, text: string): MoveHistory | RecordTrouble {
  return readLines<MoveLine, MoveHistory>(file, text, { history: noMoves(), line: moveLine as z.ZodType<MoveLine>, takeIn: takeInMove, mend: MEND })
}

export function noMoves(): MoveHistory {
  return { lastN: 0, open: null, moves: [] }
}

/** The history after one more line; a sentence where the line cannot follow. Also for whoever writes it. */
export function takeInMove(history: MoveHistory, line: MoveLine): string | undefined {
  history.lastN = line.n
  const { open } = history
  if (line.entry === 'begun') {
    if (open) return `a move begins while ${open.id} is under way`
    history.open = { id: line.move, of: line.of, to: line.to, beganAt: line.at, ...noSteps() }
    return undefined
  }
  if (!open) return `"${line.entry}" stands outside of any move`
  if (line.entry !== 'ended') {
    takeStep(open, line)
    return undefined
  }
  history.moves.push({ id: open.id, from: open.of.subnets, to: open.to, beganAt: open.beganAt, endedAt: line.at, outcome: line.outcome })
  history.open = null
  return undefined
}

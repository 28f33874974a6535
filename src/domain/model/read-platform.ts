import { plainLine, shortened } from '../../lib/plain-text.ts'
import { fit, z } from '../../lib/schema.ts'
import type { RecordTrouble } from './journal.ts'
import { type EndedOperation, FETCHED, type JournalLine, LOST, type LastGood, type LostRequests, type OpenOperation, type PlatformHistory, RESTORE_DATA, TAKE_SNAPSHOT } from './platform.ts'
import { blames, future, lineHead, misfitSays, noSteps, parsed, readLines, stepLines, takeStep } from './read-journal.ts'

/**
 * Reads an app's records. What cannot be read is never guessed at: it stops this app with the file's name and a mend, and stays where it is.
 */

const versionAt = { version: z.string(), commit: z.string(), config: z.string().optional() }
const lastGood = z.object({
  schema: z.literal(1), app: z.string(), domain: z.string(), recipe: z.string(), ...versionAt,
  images: z.record(z.string(), z.string()),
  gate: z.object({ asked: z.array(z.string()), passes: z.number(), ms: z.number() }),
  at: z.number(), adopted: z.boolean(),
})
const outcome = z.discriminatedUnion('is', [
  z.object({ is: z.literal('committed'), version: z.string() }),
  z.object({ is: z.literal('rolled-back'), to: z.string().nullable(), tried: z.string(), why: z.string(), blames, unwell: z.string().optional() }),
  z.object({ is: z.literal('stuck'), why: z.string(), next: z.string(), blames: blames.optional() }),
  z.object({ is: z.literal('untouched'), why: z.string() }),
])
const lostRequests = z.object({ url: z.string(), asked: z.number(), unanswered: z.number(), longestGapMs: z.number(), partial: z.boolean().optional() })
const journalLine = z.discriminatedUnion('entry', [
  z.object({ ...lineHead, entry: z.literal('begun'), operation: z.string(), kind: z.enum(['install', 'adopt', 'repair', 'upgrade']), domain: z.string().optional(), stateless: z.boolean(), from: lastGood.nullable(), to: z.object(versionAt), pid: z.number() }),
  ...stepLines(outcome),
  z.object({ ...lineHead, entry: z.literal('approved'), version: z.string(), lifts: z.string(), by: z.string() }),
])

const MEND_JOURNAL = 'Compare it with the copy in your backup; if there is none, move it and last_good.json away: what runs is then adopted, and its history begins anew.'
const MEND_LAST_GOOD = 'Compare it with the copy in your backup or in the last snapshot; if there is none, move it away: what runs is then adopted, once its gate passes.'

/** `last_good.json`. */
export function readLastGood(file: string, text: string): LastGood | RecordTrouble {
  const json = parsed(text)
  if (json === undefined) return { trouble: 'torn', file, says: text.trim() === '' ? 'it is empty' : `it ends or breaks in the middle: ${shortened(plainLine(text), 60)}`, mend: MEND_LAST_GOOD }
  const schema = (json as { schema?: unknown } | null)?.schema
  if (typeof schema === 'number' && schema > 1) return future(file, `its schema is ${schema}, and this cc-ci knows 1`)
  const fitted = fit<LastGood>(lastGood, json)
  if ('value' in fitted) return fitted.value
  return { trouble: 'unreadable', file, says: misfitSays(fitted.misfits), mend: MEND_LAST_GOOD }
}

/** `journal.jsonl`. */
export function readJournal(file: string, text: string): PlatformHistory | RecordTrouble {
  return readLines<JournalLine, PlatformHistory>(file, text, { history: { lastN: 0, open: null, operations: [], approvals: [] }, line: journalLine as z.ZodType<JournalLine>, takeIn, mend: MEND_JOURNAL })
}

/** What is wrong with the two together: known-good is what the journal says was committed once, or what it is about to commit. */
export function notTogether(journalFile: string, { lastGood, history }: { lastGood: LastGood | null; history: PlatformHistory }): RecordTrouble | undefined {
  if (!lastGood) return undefined
  const isOnRecord = history.operations.some(({ outcome }) => outcome.is === 'committed' && outcome.version === lastGood.version) || history.open?.to.version === lastGood.version
  if (isOnRecord) return undefined
  return { trouble: 'torn', file: journalFile, says: `it is empty, or lines of it are gone: it never says that ${lastGood.version} was committed, and last_good.json names it`, mend: MEND_JOURNAL }
}

/** The history after one more line; a sentence where the line cannot follow. Also for whoever writes it. */
export function takeIn(history: PlatformHistory, line: JournalLine): string | undefined {
  history.lastN = line.n
  const { open } = history
  switch (line.entry) {
    case 'begun':
      if (open) return `an operation begins while ${open.id} is under way`
      history.open = { id: line.operation, kind: line.kind, domain: line.domain ?? line.from?.domain, stateless: line.stateless, from: line.from, to: line.to, beganAt: line.at, ...noSteps() }
      return undefined
    case 'approved':
      history.approvals.push({ n: line.n, at: line.at, version: line.version, lifts: line.lifts, by: line.by })
      return undefined
  }
  if (!open) return `"${line.entry}" stands outside of any operation`
  if (line.entry !== 'ended') {
    takeStep(open, line)
    return undefined
  }
  history.operations.push(endedOf(open, line))
  history.open = null
  return undefined
}

function endedOf(open: OpenOperation, line: Extract<JournalLine, { entry: 'ended' }>): EndedOperation {
  const snapshot = open.done[TAKE_SNAPSHOT]?.snapshot
  const restoredBy = open.done[RESTORE_DATA]?.by
  return {
    n: line.n, id: open.id, kind: open.kind, from: open.from?.version ?? null, to: open.to.version, ...(open.to.config === undefined ? {} : { config: open.to.config }), beganAt: open.beganAt, endedAt: line.at, outcome: line.outcome,
    ...(typeof snapshot === 'string' ? { snapshot } : {}),
    ...(typeof restoredBy === 'string' ? { restoredBy } : {}),
    ...fetchedIn(open),
    ...lostIn(open),
  }
}

function fetchedIn({ done }: OpenOperation): Pick<EndedOperation, 'fetched'> {
  const told = Object.values(done).find((found) => FETCHED in found)
  const fitted = told && fit(z.record(z.string(), z.string()), told[FETCHED])
  return fitted && 'value' in fitted ? { fetched: fitted.value } : {}
}

/** Of the last step that told. What cannot be read is no reason to stop an app: nothing is decided by it. */
function lostIn({ done }: OpenOperation): Pick<EndedOperation, 'lost'> {
  const told = Object.values(done).findLast((found) => LOST in found)
  const fitted = told && fit<LostRequests>(lostRequests as z.ZodType<LostRequests>, told[LOST])
  return fitted && 'value' in fitted ? { lost: fitted.value } : {}
}

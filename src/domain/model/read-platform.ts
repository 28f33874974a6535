import { fit, z } from '../../lib/schema.ts'
import { type EndedOperation, FETCHED, type JournalLine, LOST, type LastGood, type LostRequests, type OpenOperation, type PlatformHistory, type RecordTrouble, TAKE_SNAPSHOT } from './platform.ts'

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
const blames = z.enum(['version', 'host'])
const outcome = z.discriminatedUnion('is', [
  z.object({ is: z.literal('committed'), version: z.string() }),
  z.object({ is: z.literal('rolled-back'), to: z.string().nullable(), tried: z.string(), why: z.string(), blames }),
  z.object({ is: z.literal('stuck'), why: z.string(), next: z.string() }),
  z.object({ is: z.literal('untouched'), why: z.string() }),
])
const lostRequests = z.object({ url: z.string(), asked: z.number(), unanswered: z.number(), longestGapMs: z.number(), partial: z.boolean().optional() })
const head = { v: z.literal(1), n: z.number(), at: z.number() }
const found = z.record(z.string(), z.unknown())
const journalLine = z.discriminatedUnion('entry', [
  z.object({ ...head, entry: z.literal('begun'), operation: z.string(), kind: z.enum(['install', 'adopt', 'repair', 'upgrade']), stateless: z.boolean(), from: lastGood.nullable(), to: z.object(versionAt), pid: z.number() }),
  z.object({ ...head, entry: z.literal('intend'), step: z.string() }),
  z.object({ ...head, entry: z.literal('done'), step: z.string(), found: found.optional() }),
  z.object({ ...head, entry: z.literal('turned'), why: z.string(), blames }),
  z.object({ ...head, entry: z.literal('paused'), because: z.enum(['inconclusive', 'host', 'stuck']), why: z.string(), next: z.string() }),
  z.object({ ...head, entry: z.literal('resumed'), pid: z.number() }),
  z.object({ ...head, entry: z.literal('ended'), outcome }),
  z.object({ ...head, entry: z.literal('approved'), version: z.string(), lifts: z.string(), by: z.string() }),
])

const MEND_JOURNAL = 'Compare it with the copy in your backup; if there is none, move it away: the app is then adopted as it runs, and its history begins anew.'
const MEND_LAST_GOOD = 'Compare it with the copy in your backup; if there is none, move it away: the app is then adopted as it runs, once its gate passes.'

/** `last_good.json`. */
export function readLastGood(file: string, text: string): LastGood | RecordTrouble {
  const json = parsed(text)
  if (json === undefined) return { trouble: 'torn', file, says: text.trim() === '' ? 'it is empty' : `it ends or breaks in the middle: ${text.slice(0, 60)}`, mend: MEND_LAST_GOOD }
  const schema = (json as { schema?: unknown } | null)?.schema
  if (typeof schema === 'number' && schema > 1) return future(file, `its schema is ${schema}, and this cc-ci knows 1`)
  const fitted = fit<LastGood>(lastGood, json)
  if ('value' in fitted) return fitted.value
  return { trouble: 'unreadable', file, says: fitted.misfits[0]!.message, mend: MEND_LAST_GOOD }
}

/**
 * `journal.jsonl`. A line that a death or a full disk tore is no harm where the numbers go on without a gap: what it announced had not begun.
 * Everything else that cannot be read is.
 */
export function readJournal(file: string, text: string): PlatformHistory | RecordTrouble {
  const history: PlatformHistory = { lastN: 0, open: null, operations: [], approvals: [] }
  let torn: number | undefined
  for (const [index, written] of text.split('\n').entries()) {
    if (written.trim() === '') continue
    const json = parsed(written)
    if (json === undefined) {
      torn ??= index + 1
      continue
    }
    const version = (json as { v?: unknown } | null)?.v
    if (typeof version === 'number' && version > 1) return future(`${file}:${index + 1}`, `its form is ${version}, and this cc-ci knows 1`)
    const fitted = fit<JournalLine>(journalLine as z.ZodType<JournalLine>, json)
    if (!('value' in fitted)) return { trouble: 'unreadable', file: `${file}:${index + 1}`, says: fitted.misfits[0]!.message, mend: MEND_JOURNAL }
    const line = fitted.value
    if (line.n !== history.lastN + 1) {
      return { trouble: torn === undefined ? 'unreadable' : 'torn', file: `${file}:${torn ?? index + 1}`, says: `line ${history.lastN + 1} of the journal is missing or cannot be read; what follows is line ${line.n}`, mend: MEND_JOURNAL }
    }
    torn = undefined
    const trouble = takeIn(history, line)
    if (trouble) return { trouble: 'unreadable', file: `${file}:${index + 1}`, says: trouble, mend: MEND_JOURNAL }
  }
  return history
}

/** The history after one more line; a sentence where the line cannot follow. Also for whoever writes it. */
export function takeIn(history: PlatformHistory, line: JournalLine): string | undefined {
  history.lastN = line.n
  const { open } = history
  switch (line.entry) {
    case 'begun':
      if (open) return `an operation begins while ${open.id} is under way`
      history.open = { id: line.operation, kind: line.kind, stateless: line.stateless, from: line.from, to: line.to, beganAt: line.at, turned: undefined, intended: [], done: {}, resumed: 0, paused: undefined }
      return undefined
    case 'approved':
      history.approvals.push({ n: line.n, at: line.at, version: line.version, lifts: line.lifts, by: line.by })
      return undefined
  }
  if (!open) return `"${line.entry}" stands outside of any operation`
  switch (line.entry) {
    case 'intend':
      open.intended.push(line.step)
      open.paused = undefined
      return undefined
    case 'done':
      open.done[line.step] = line.found ?? {}
      return undefined
    case 'turned':
      open.turned = { why: line.why, blames: line.blames }
      return undefined
    case 'paused':
      open.paused = { because: line.because, why: line.why, next: line.next }
      return undefined
    case 'resumed':
      open.resumed += 1
      return undefined
    case 'ended':
      history.operations.push(endedOf(open, line))
      history.open = null
      return undefined
  }
}

function endedOf(open: OpenOperation, line: Extract<JournalLine, { entry: 'ended' }>): EndedOperation {
  const snapshot = open.done[TAKE_SNAPSHOT]?.snapshot
  return {
    n: line.n, id: open.id, kind: open.kind, from: open.from?.version ?? null, to: open.to.version, ...(open.to.config === undefined ? {} : { config: open.to.config }), beganAt: open.beganAt, endedAt: line.at, outcome: line.outcome,
    ...(typeof snapshot === 'string' ? { snapshot } : {}),
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Torn or changed by hand: the caller names the place.
    return undefined
  }
}

function future(file: string, says: string): RecordTrouble {
  return { trouble: 'future', file, says, mend: 'It was written by a newer cc-ci: install that one again. Nothing of it was changed.' }
}

import { fit, type Misfit } from '../../lib/schema.ts'
import type { RunResults } from '../model/run.ts'
import { resultsSchema } from './results-schema.ts'

/** Something in a record that could not be read as it stands. What it says is taken from the blanks below instead. */
export interface RecordProblem {
  file: string
  /** `tiers.2.steps.0.ms`; empty for the document itself. */
  path: string
  message: string
  mend: string
}

/**
 * Reads a `results.json` of any age. Never throws: what is missing or wrong is filled in so that the record says less, never more
 * (a verdict that cannot be read is `unverified`, invariant 12), and each such place is named. Null only where the document is
 * no record at all. `json`: what JSON.parse gave; `file`: its name, for the problems.
 */
export function readResults(json: unknown, file = 'results.json'): { results: RunResults | null; problems: RecordProblem[] } {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) {
    return { results: null, problems: [{ file, path: '', message: 'This is no record of a run: it should be one JSON object.', mend: 'Run the recipe again; the evidence beside it can still be read.' }] }
  }
  const problems: RecordProblem[] = []
  const document = JSON.parse(JSON.stringify(json)) as Record<string, unknown>
  const { schema } = document
  if (typeof schema === 'number' && schema > 1) {
    problems.push({ file, path: 'schema', message: `This record has form ${schema}, and this cc-ci knows form 1: it was written by a newer cc-ci, and some of it may be missing here.`, mend: 'Read it with the cc-ci that wrote it, or a newer one.' })
    document.schema = 1
  }
  // Each round fills in every place that does not fit; a place that was filled in fits, so a few rounds are enough.
  for (let round = 0; round < 8; round++) {
    const read = fit(resultsSchema, document)
    if ('value' in read) return { results: read.value, problems }
    const removals = new Map<unknown[], Set<number>>()
    for (const misfit of read.misfits) {
      problems.push({ file, path: misfit.path.join('.'), message: misfit.message, mend: 'Nothing to do for an old record; otherwise run the recipe again.' })
      fillIn(document, misfit, removals)
    }
    for (const [list, gone] of removals) list.splice(0, list.length, ...list.filter((_, index) => !gone.has(index)))
  }
  return { results: { ...BLANK }, problems }
}

/** What a record says where it says nothing: as little as possible. */
const BLANK: RunResults = {
  schema: 1,
  id: 'unknown',
  recipe: 'unknown',
  source: '',
  commit: '',
  dirty: false,
  base: null,
  head: { version: null, commit: '' },
  engine: 'local',
  lane: 'cold',
  domain: '',
  partial: false,
  verdict: 'unverified',
  blame: 'none',
  level: null,
  levelReason: 'The record does not say.',
  summary: { what: 'The record does not say what happened.', why: '', whose: '', next: '' },
  tiers: [],
  deploys: { expected: 0, seen: 0 },
  upgrade: null,
  data: { probed: [], unprobed: [] },
  backup: null,
  teardown: { verdict: 'unverified', leftovers: [] },
  lint: [],
  images: [],
  peak: { memoryBytes: 0, diskBytes: 0 },
  settingsFrom: {},
  evidence: [],
  reproduce: '',
  startedAt: 0,
  endedAt: 0,
}

/** By key, for what stands deeper; an item of a list that lacks more than these is left out. */
const BLANK_PARTS: Record<string, unknown> = {
  verdict: 'unverified',
  reason: '',
  what: '',
  why: '',
  whose: '',
  next: '',
  ms: 0,
  at: 0,
  steps: [],
  evidence: [],
  lastLines: [],
  expected: 0,
  seen: 0,
  changed: [],
  orphans: [],
  probed: [],
  unprobed: [],
  notCovered: [],
  leftovers: [],
  bytes: 0,
  files: 0,
  how: '',
  pullMs: 0,
  digest: '',
  memoryBytes: 0,
  diskBytes: 0,
  about: '',
  mend: '',
  line: 0,
  column: 0,
  severity: 'warning',
  commit: '',
  version: '',
}

type Container = Record<string | number, unknown>

function fillIn(document: Record<string, unknown>, { path }: Misfit, removals: Map<unknown[], Set<number>>): void {
  const key = path.at(-1)
  if (key === undefined) return
  if (path.length === 1) {
    document[key] = structuredClone(BLANK[key as keyof RunResults])
    return
  }
  const parents: Container[] = [document]
  for (const part of path.slice(0, -1)) {
    const inner = parents.at(-1)![part]
    // Its parent was filled in on behalf of an earlier misfit.
    if (inner === null || typeof inner !== 'object') return
    parents.push(inner as Container)
  }
  const parent = parents.at(-1)!
  if (typeof key === 'string' && Object.hasOwn(BLANK_PARTS, key)) {
    parent[key] = structuredClone(BLANK_PARTS[key])
    return
  }
  // Nothing to put there: the item of the nearest list goes, or the whole key at the top.
  for (let depth = path.length - 1; depth >= 1; depth--) {
    const list = parents[depth]
    const part = path[depth]
    if (Array.isArray(list) && typeof part === 'number') {
      removals.set(list, (removals.get(list) ?? new Set()).add(part))
      return
    }
  }
  const top = path[0]!
  document[top] = structuredClone(BLANK[top as keyof RunResults])
}

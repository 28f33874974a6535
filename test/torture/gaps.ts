import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunEvent } from '../../src/domain/model/run.ts'
import type { JournalEntry } from '../../src/ports/run-records.ts'

/** Between what a run recorded last and what it would have recorded next. */
export interface Gap {
  name: string
  /** So many journal entries stand when it begins. */
  after: number
  /** ms after the process was started, and how long it was in the run that nobody killed. */
  atMs: number
  forMs: number
}

type Recorded = JournalEntry & { at: number }

export async function journalOf(folder: string): Promise<Recorded[]> {
  return await linesOf<Recorded>(join(folder, 'journal.jsonl'))
}

/** The gaps of a whole run: from its start over each entry of its journal to its end. */
export function gapsOf(journal: readonly Recorded[], given: { startedAt: number; endedAt: number }): Gap[] {
  const marks = [{ name: 'start', at: given.startedAt }, ...journal.map((entry) => ({ name: nameOf(entry), at: entry.at })), { name: 'end', at: given.endedAt }]
  return marks.slice(1).map((next, index) => {
    const from = marks[index]!
    return { name: `${from.name} → ${next.name}`, after: index, atMs: from.at - given.startedAt, forMs: Math.max(0, next.at - from.at) }
  })
}

/** What the run was doing by its own word: the last step that began and did not end. */
export async function stepUnderWay(folder: string): Promise<string | undefined> {
  let under: string | undefined
  for (const event of await linesOf<RunEvent>(join(folder, 'events.jsonl'))) {
    if (event.kind === 'step-started') under = `${event.tier}: ${event.step}`
    if (event.kind === 'step-ended') under = undefined
  }
  return under
}

function nameOf(entry: JournalEntry): string {
  switch (entry.do) {
    case 'make':
      return `make ${entry.resource.kind} ${entry.resource.name.replace(/^.*?_ci_[a-z]+_/, '')}`
    case 'deploy':
      return `deploy ${entry.what}`
    case 'tear-down':
    case 'gone':
      return entry.do
  }
}

/** The last line may be torn: its writer was killed. */
async function linesOf<T>(file: string): Promise<T[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').slice(0, -1).filter(Boolean).map((line) => JSON.parse(line) as T)
}

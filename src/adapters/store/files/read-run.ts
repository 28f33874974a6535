import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readResults } from '../../../domain/report/read-results.ts'
import type { RunResults } from '../../../domain/model/run.ts'
import type { JournalEntry, RunHeader } from '../../../ports/run-records.ts'
import { JOURNAL_FILE, RESULTS_FILE, RUN_FILE } from './names.ts'

/** One file of a run, as far as it can be read, and what is wrong with it, each with the mend. */
export interface Read<T> {
  value: T
  damaged: string[]
}

export async function readHeader(folder: string): Promise<Read<RunHeader | null>> {
  const file = join(folder, RUN_FILE)
  const read = await readJson(file)
  if ('damaged' in read) return { value: null, damaged: [read.damaged] }
  const json = read.json as Partial<RunHeader> & { app?: Partial<RunHeader['app']> }
  const { app } = json ?? {}
  if (typeof app?.stack !== 'string' || typeof app.domain !== 'string' || typeof app.run !== 'string') {
    return { value: null, damaged: [`${file} does not say which app the run made. Mend: look for the run's label on the engine; cc-ci runs clean does.`] }
  }
  return {
    value: {
      app: { stack: app.stack, domain: app.domain, run: app.run },
      recipe: asText(json.recipe),
      source: asText(json.source),
      engine: asText(json.engine),
      startedAt: typeof json.startedAt === 'number' ? json.startedAt : 0,
      pid: typeof json.pid === 'number' ? json.pid : 0,
      ...(typeof json.controlOf === 'string' ? { controlOf: json.controlOf } : {}),
    },
    damaged: [],
  }
}

/**
 * The journal, without the lines that cannot be read. A last line that was torn by a death is named, and is no harm: its effect had
 * not begun.
 */
export async function readJournal(folder: string): Promise<Read<JournalEntry[]>> {
  const file = join(folder, JOURNAL_FILE)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    return { value: [], damaged: [unreadable(file, error)] }
  }
  const entries: JournalEntry[] = []
  const damaged: string[] = []
  const lines = text.split('\n')
  lines.forEach((line, index) => {
    if (line.trim() === '') return
    const entry = entryOf(line)
    if (entry) entries.push(entry)
    else if (index === lines.length - 1) damaged.push(`${file}:${index + 1} ends in the middle of a line: the run was killed while it wrote it, before what it announces. Nothing to mend.`)
    else damaged.push(`${file}:${index + 1} is no entry that this cc-ci knows: ${line.slice(0, 80)}. Mend: compare the engine's inventory by the run's label; cc-ci runs clean does.`)
  })
  return { value: entries, damaged }
}

export async function readStoredResults(folder: string): Promise<Read<RunResults | null>> {
  const file = join(folder, RESULTS_FILE)
  const read = await readJson(file)
  if ('damaged' in read) return { value: null, damaged: read.absent ? [] : [read.damaged] }
  const { results, problems } = readResults(read.json, file)
  return { value: results, damaged: problems.map(({ path, message, mend }) => `${file}${path === '' ? '' : ` at ${path}`}: ${message} ${mend}`) }
}

/** Why the run was never begun; empty: it was. */
export function neverBegunIn(journal: readonly JournalEntry[]): { refused?: true; mistaken?: true } {
  for (const entry of journal) {
    if (entry.do !== 'gone') continue
    if (entry.mistaken) return { mistaken: true }
    if (entry.refused) return { refused: true }
  }
  return {}
}

/** Whether the last word of the journal is that everything is gone. */
export function isGone(journal: readonly JournalEntry[]): boolean {
  return journal.at(-1)?.do === 'gone'
}

async function readJson(file: string): Promise<{ json: unknown } | { damaged: string; absent: boolean }> {
  try {
    return { json: JSON.parse(await readFile(file, 'utf8')) }
  } catch (error) {
    return { damaged: unreadable(file, error), absent: (error as NodeJS.ErrnoException).code === 'ENOENT' }
  }
}

function unreadable(file: string, error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return `${file} is not there.`
  return `${file} cannot be read: ${(error as Error).message}. Mend: it may have been changed by hand; the other files of the run still stand.`
}

function entryOf(line: string): JournalEntry | undefined {
  let json: Record<string, unknown>
  try {
    const { at: _, ...entry } = JSON.parse(line)
    json = entry
  } catch {
    // Torn or changed by hand: the caller names the line.
    return undefined
  }
  const resource = json.resource as Record<string, unknown> | undefined
  switch (json.do) {
    case 'make':
      return typeof resource?.kind === 'string' && typeof resource.name === 'string' ? (json as unknown as JournalEntry) : undefined
    case 'deploy':
    case 'tear-down':
    case 'gone':
      return typeof json.stack === 'string' ? (json as unknown as JournalEntry) : undefined
    default:
      return undefined
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

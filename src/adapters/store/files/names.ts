import { join } from 'node:path'
import { PortError } from '../../../ports/port-error.ts'

/** The files of a run's folder that are ours; nobody else may write them. */
export const RUN_FILE = 'run.json'
export const JOURNAL_FILE = 'journal.jsonl'
export const EVENTS_FILE = 'events.jsonl'
export const RESULTS_FILE = 'results.json'
export const END_REQUEST_FILE = 'end-request.json'
export const EVIDENCE_FOLDER = 'evidence'
export const CHECKOUT_FOLDER = 'checkout'

const OURS = new Set([RUN_FILE, JOURNAL_FILE, EVENTS_FILE, RESULTS_FILE, END_REQUEST_FILE, EVIDENCE_FOLDER])

const LONGEST = 120

/**
 * A file's name from any text (a service's or a check's name, which a pull request chooses): letters, digits, `.`, `_` and `-`, no path,
 * not hidden, not too long. `taken`: names that stand already; what would be the second gets a number.
 */
export function safeName(name: string, taken: (name: string) => boolean): string {
  const plain = name
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.-]+|[.-]+$/g, '')
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(plain)?.[0] ?? ''
  const stem = plain.slice(0, plain.length - extension.length).slice(0, LONGEST - extension.length) || 'unnamed'
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? `${stem}${extension}` : `${stem}-${number}${extension}`
    if (!OURS.has(candidate) && !taken(candidate)) return candidate
  }
}

/** Where a run's folder is. Refuses what is no run's name, so that no path leaves the folder of runs. */
export function folderOf(runsFolder: string, id: string): string {
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/i.test(id)) throw new PortError('not-found', `There is no run “${id}”: a run's name is letters, digits and hyphens, such as note-1a2b3c.`)
  return join(runsFolder, id)
}

/** A path that `evidence` answered, made absolute; undefined for any other. */
export function evidencePath(folder: string, path: string): string | undefined {
  const name = /^evidence\/([A-Za-z0-9_][A-Za-z0-9._-]*)$/.exec(path)?.[1]
  return name === undefined ? undefined : join(folder, EVIDENCE_FOLDER, name)
}

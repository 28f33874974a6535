import type { Place, Problem } from '../model/problem.ts'
import { nearest } from '../../lib/nearest.ts'
import { Problems } from './compose/problems.ts'
import { linesOf } from './env-sample.ts'

export interface Readme {
  /** Key as written → value; empty where there is no block. */
  metadata: Record<string, string>
  /** Where the block begins; undefined: there is none. */
  place: Place | undefined
  problems: Problem[]
}

export const METADATA_KEYS = ['Category', 'Status', 'Image', 'Healthcheck', 'Backups', 'Email', 'Tests', 'SSO']

const ENTRY = /^\s*[*+-]\s+\*\*([^*]+?):?\*\*:?\s*(.*)$/

/** The list between `<!-- metadata -->` and `<!-- endmetadata -->`. */
export function readReadme({ file, text }: { file: string; text: string }): Readme {
  const problems = new Problems()
  const metadata = new Map<string, string>()
  let place: Place | undefined
  let closed = true
  for (const [index, line] of linesOf(text).entries()) {
    const at = { file, line: index + 1, column: 1 }
    if (/^\s*<!--\s*metadata\s*-->/.test(line)) {
      place ??= at
      closed = false
      continue
    }
    if (/^\s*<!--\s*endmetadata\s*-->/.test(line)) {
      if (closed) problems.warning('readme/metadata', at, 'The metadata block ends here and never began.', 'Write `<!-- metadata -->` on a line before the list.')
      closed = true
      continue
    }
    if (closed || line.trim() === '') continue
    const [, key, value] = ENTRY.exec(line) ?? []
    if (key === undefined || value === undefined) {
      problems.warning('readme/metadata', at, `\`${line.trim().slice(0, 60)}\` is no entry of the metadata.`, 'Write `* **Key**: value`.')
      continue
    }
    if (metadata.has(key)) problems.warning('readme/metadata', at, `\`${key}\` stands twice in the metadata; the second is not read.`, 'Keep one of the two.')
    else metadata.set(key, value.trim())
    const close = METADATA_KEYS.includes(key) ? undefined : nearest(key, METADATA_KEYS)
    if (close) problems.warning('readme/metadata', at, `The metadata knows no \`${key}\`.`, `Write \`${close}\`.`)
  }
  if (!closed && place) problems.warning('readme/metadata', place, 'The metadata block is never closed.', 'Write `<!-- endmetadata -->` on a line after the list.')
  return { metadata: Object.fromEntries(metadata), place, problems: problems.list }
}

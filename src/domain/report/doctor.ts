import { plainLine } from '../../lib/plain-text.ts'
import { displayWidth } from '../../lib/display-width.ts'
import type { Finding } from '../plan/doctor/finding.ts'

const MARK = { good: '✓', note: '·', trouble: '✗' }
const MEND = 'mend: '
/** Of the first two columns: a mark, and what it is about. */
const LEFT = 17

/** As a table no wider than `columns`; only a word that is longer than its line sticks out, so that a command can be copied whole. */
export function renderFindings(findings: readonly Finding[], columns = 80): string {
  return findings
    .flatMap(({ about, state, says, mend }) => {
      const lines = [...wrapped(says, columns - LEFT), ...(mend === undefined ? [] : wrapped(`${MEND}${mend}`, columns - LEFT, ' '.repeat(MEND.length)))]
      return lines.map((line, index) => `${(index === 0 ? `${MARK[state]} ${plainLine(about)}` : '').padEnd(LEFT)}${line}`)
    })
    .join('\n')
}

function wrapped(text: string, width: number, hanging = ''): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of plainLine(text).split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line)
      line = hanging + word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

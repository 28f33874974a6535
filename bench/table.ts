import { displayWidth } from '../src/lib/display-width.ts'
import type { Row } from './row.ts'

/** The rows for people: columns of equal width, what needs explaining below. */
export function tableOf(rows: readonly Row[]): string {
  const head = ['work', 'against', 'ours', 'theirs', 'unit', 'ratio', 'goal', 'met', 'n']
  const cells = rows.map((row) => [
    row.work,
    row.peer || '–',
    figure(row.ours),
    row.theirs === null ? '–' : figure(row.theirs),
    row.unit,
    row.ratio === null ? '–' : row.ratio.toFixed(row.ratio < 0.1 ? 3 : 2),
    `${row.goalFor} ≤ ${figure(row.goal)}`,
    row.met ? 'yes' : 'NO',
    row.theirN === null || row.theirN === row.n ? String(row.n) : `${row.n}, ${row.theirN}`,
  ])
  const toTheRight = new Set([2, 3, 5, 8])
  const widths = head.map((title, column) => Math.max(...[title, ...cells.map((line) => line[column]!)].map(displayWidth)))
  const lineOf = (line: string[]) => line.map((text, column) => padded(text, widths[column]!, toTheRight.has(column))).join('  ').trimEnd()
  const notes = rows.filter(({ note }) => note !== '').map(({ work, note }) => `  ${work}: ${note}`)
  return [lineOf(head), lineOf(widths.map((width) => '─'.repeat(width))), ...cells.map(lineOf), ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')
}

function padded(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(width - displayWidth(text))
  return right ? space + text : text + space
}

/** `4,213`, `0.29`. */
function figure(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 })
}

import type { ProgressLine } from '../../domain/report/progress.ts'
import { cutToWidth, displayWidth } from '../../lib/display-width.ts'
import { paint } from './paint.ts'
import type { ProgressGiven } from './view.ts'

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** ms between two pictures. */
const PACE = 120

export interface DrawnLines {
  /** These stay, above what is drawn anew. */
  keep(lines: readonly ProgressLine[]): void
  /** From now on it moves by itself. */
  begin(): void
  stop(): void
}

/**
 * On a terminal: what is done stays as lines, and below it the lines of `live` are drawn anew in place.
 *
 * INVARIANTS
 * - A drawn line is never wider than the terminal, or moving up by lines would miss the first.
 * - Nothing keeps the process alive; after `stop` the drawing is gone and no timer is left.
 */
export function drawnLines({ stream, colour, columns, every, live }: Pick<Required<ProgressGiven>, 'stream' | 'colour' | 'columns' | 'every'> & { live(): readonly ProgressLine[] }): DrawnLines {
  let picture = 0
  /** Widths of the lines that are drawn now: a terminal made narrower since then has broken them into more. */
  let drawn: number[] = []
  let stopped = false
  let cancel: (() => void) | undefined

  const width = () => Math.max(10, columns())

  const erase = () => {
    if (drawn.length === 0) return ''
    const rows = drawn.reduce((sum, columnsTaken) => sum + Math.max(1, Math.ceil(columnsTaken / width())), 0)
    drawn = []
    return `\r\u001b[${rows}A\u001b[J`
  }

  const draw = () =>
    live()
      .map((line, index) => {
        const lead = index === 0 ? `${SPINNER[picture % SPINNER.length]} ` : '  '
        const text = cutToWidth(`${lead}${indented(line)}`, width() - 1)
        drawn.push(displayWidth(text))
        return `${paint(text, line.tone, colour)}\n`
      })
      .join('')

  const keep = (lasting: readonly ProgressLine[]) => {
    const kept = lasting.map((line) => `${paint(indented(line), line.tone, colour)}\n`).join('')
    const text = `${erase()}${kept}${stopped ? '' : draw()}`
    if (text !== '') stream.write(text)
  }

  return {
    keep,
    begin() {
      if (stopped) return
      cancel ??= every(PACE, () => {
        picture += 1
        keep([])
      })
    },
    stop() {
      if (stopped) return
      stopped = true
      cancel?.()
      keep([])
    },
  }
}

function indented(line: ProgressLine): string {
  return `${'  '.repeat(line.indent)}${line.text}`
}

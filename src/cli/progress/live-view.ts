import { after, lastingLines, liveLines, type ProgressLine } from '../../domain/report/progress.ts'
import type { RunEvent } from '../../domain/model/run.ts'
import { cutToWidth, displayWidth } from '../../lib/display-width.ts'
import { paint } from './paint.ts'
import type { ProgressGiven, ProgressView } from './view.ts'

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** ms between two pictures. */
const PACE = 120

/**
 * On a terminal: what is done stays as lines, and below it a few lines are drawn anew in place.
 *
 * INVARIANTS
 * - A drawn line is never wider than the terminal, or moving up by lines would miss the first.
 * - Nothing keeps the process alive; after `stop` the drawing is gone and no timer is left.
 */
export function liveView({ stream, colour, clock, columns, every, known }: Required<ProgressGiven>): ProgressView {
  let progress = known
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

  const draw = () => {
    const lines = liveLines(progress, clock.now())
    return lines
      .map((line, index) => {
        const lead = index === 0 ? `${SPINNER[picture % SPINNER.length]} ` : '  '
        const text = cutToWidth(`${lead}${indented(line)}`, width() - 1)
        drawn.push(displayWidth(text))
        return `${paint(text, line.tone, colour)}\n`
      })
      .join('')
  }

  const redraw = (lasting: readonly ProgressLine[]) => {
    const kept = lasting.map((line) => `${paint(indented(line), line.tone, colour)}\n`).join('')
    const text = `${erase()}${kept}${stopped ? '' : draw()}`
    if (text !== '') stream.write(text)
  }

  return {
    event(event: RunEvent) {
      const lasting = lastingLines(event)
      progress = after(progress, event)
      if (!stopped && progress.tier !== null) {
        cancel ??= every(PACE, () => {
          picture += 1
          redraw([])
        })
      }
      redraw(lasting)
    },
    stop() {
      if (stopped) return
      stopped = true
      cancel?.()
      redraw([])
    },
  }
}

function indented(line: ProgressLine): string {
  return `${'  '.repeat(line.indent)}${line.text}`
}

import { after, logLines, stillLines, type ProgressLine } from '../../domain/report/progress.ts'
import { paint } from './paint.ts'
import type { ProgressGiven, ProgressView } from './view.ts'

/** ms without a line after which one says what it still waits for: other servers end what is silent for long. */
const SILENCE = 60_000

/** Where there is no terminal: every event as a line, with the time since the run began before it. */
export function plainLog({ stream, colour, clock, every, known }: Required<ProgressGiven>): ProgressView {
  let progress = known
  let spokenAt = clock.now()
  let stopped = false

  const say = (lines: readonly ProgressLine[]) => {
    if (lines.length === 0) return
    spokenAt = clock.now()
    const time = stamp(progress.startedAt === 0 ? 0 : spokenAt - progress.startedAt)
    stream.write(lines.map((line) => `${time} ${'  '.repeat(line.indent)}${paint(line.text, line.tone, colour)}\n`).join(''))
  }

  const cancel = every(SILENCE / 4, () => {
    if (clock.now() - spokenAt >= SILENCE) say(stillLines(progress, clock.now()))
  })

  return {
    event(event) {
      const lines = logLines(progress, event)
      progress = after(progress, event)
      say(lines)
    },
    stop() {
      if (stopped) return
      stopped = true
      cancel()
    },
  }
}

/** `03:07`; minutes go on above 59. */
function stamp(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}

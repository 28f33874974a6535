import { outcomeLines } from '../../domain/report/boot/outcome.ts'
import { sayDuration } from '../../domain/report/duration.ts'
import type { ProgressLine } from '../../domain/report/progress.ts'
import type { BootEvent } from '../../workflows/boot/unit.ts'
import type { Call } from '../command.ts'
import { drawnLines } from '../progress/drawn-lines.ts'
import { everyMs } from '../progress/every.ts'
import { paint } from '../progress/paint.ts'

export interface BootProgress {
  tell(event: BootEvent): void
  stop(): void
}

/** What goes on, on standard error: on a terminal what is over stays, and below it stands what is under way; elsewhere each event is a line. */
export function bootProgress({ io, services: { clock } }: Call, units: readonly string[]): BootProgress {
  const width = Math.max(0, ...units.map((unit) => unit.length))
  return io.isTerminal ? onTerminal() : asLines()

  function onTerminal(): BootProgress {
    const underWay = new Map<string, { beganAt: number; text: string }>()
    const live = () => [...underWay].map(([unit, { beganAt, text }]): ProgressLine => ({ indent: 0, tone: 'plain', text: `${unit.padEnd(width)}  ${sayDuration(clock.now() - beganAt).padStart(8)}  ${text}` }))
    const drawn = drawnLines({ stream: io.errStream, colour: io.colour, columns: io.columns, every: everyMs, live })
    return {
      tell(event) {
        drawn.begin()
        if (event.is === 'begins') underWay.set(event.unit, { beganAt: event.at, text: '' })
        if (event.is === 'says' || event.is === 'again') underWay.set(event.unit, { beganAt: underWay.get(event.unit)?.beganAt ?? clock.now(), text: event.is === 'says' ? event.text : `again, because: ${event.says}` })
        if (event.is === 'over') underWay.delete(event.outcome.unit)
        drawn.keep(event.is === 'over' ? outcomeLines(event.outcome, width) : [])
      },
      stop: drawn.stop,
    }
  }

  function asLines(): BootProgress {
    const say = (unit: string, text: string) => io.err(`${unit}: ${text}`)
    return {
      tell(event) {
        if (event.is === 'begins') say(event.unit, 'begins')
        if (event.is === 'says') say(event.unit, event.text)
        if (event.is === 'again') say(event.unit, `is tried again, because: ${event.says}`)
        if (event.is === 'over') for (const line of outcomeLines(event.outcome)) io.err(`${'  '.repeat(line.indent)}${paint(line.text, line.tone, io.colour)}`)
      },
      stop() {},
    }
  }
}

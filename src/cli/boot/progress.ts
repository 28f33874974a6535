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
    const tries = new Map<string, Tries>()
    return {
      tell(event) {
        if (event.is === 'begins') say(event.unit, 'begins')
        if (event.is === 'says' || event.is === 'again') for (const text of newIn(triesOf(event.unit), event)) say(event.unit, text)
        if (event.is === 'over') for (const line of outcomeLines(event.outcome)) io.err(`${'  '.repeat(line.indent)}${paint(line.text, line.tone, io.colour)}`)
      },
      stop() {},
    }

    function triesOf(unit: string): Tries {
      const known = tries.get(unit) ?? { said: new Set(), because: undefined }
      tries.set(unit, known)
      return known
    }
  }
}

/** What a unit said at the tries that failed. */
interface Tries {
  said: Set<string>
  because: string | undefined
}

/** A try that goes as the one before it is a number, not the same lines once more. */
function newIn(tries: Tries, event: Extract<BootEvent, { is: 'says' | 'again' }>): string[] {
  if (event.is === 'says') {
    const isNew = tries.because === undefined || !tries.said.has(event.text)
    tries.said.add(event.text)
    return isNew ? [event.text] : []
  }
  const isSame = tries.because === event.says
  tries.because = event.says
  return [isSame ? `is tried again, for the same reason (${event.tries} times so far)` : `is tried again, because: ${event.says}`]
}

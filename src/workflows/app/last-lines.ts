import { lineTakenIn, plainLine } from '../../lib/plain-text.ts'
import type { App, ServiceName } from '../../domain/model/app.ts'
import type { Deployment } from '../../domain/model/engine-state.ts'
import type { Engine } from '../../ports/engine.ts'

const LINES_SHOWN = 25

/**
 * What the services of a deployment wrote last, as it is told, and not what the version before it said when it ended. No log to be had costs the lines, not
 * the reason they belong to. `hide` keeps secrets out.
 */
export async function lastLinesOf(engine: Engine, app: App, deployment: Deployment | null, services: readonly ServiceName[], hide: (lines: string[]) => string[]): Promise<string[]> {
  const lines: string[] = []
  for (const service of services) {
    const logs = await engine.logs(app, service, { lines: LINES_SHOWN, template: deployment?.services.find(({ name }) => name === service)?.template }).catch((error: unknown) => [`(no log to be had: ${error instanceof Error ? error.message : String(error)})`])
    lines.push(...(services.length > 1 ? logs.map((line) => `${service}: ${line}`) : logs))
  }
  return hide(lines.slice(-LINES_SHOWN * 2))
}

/** Lines of a program, as they are told. A secret may be cut in two by a colour, so it is looked for before and after that is gone, and before a long line is cut. */
export function linesTakenIn(lines: readonly string[], hide: (text: string) => string): string[] {
  return lines.map((line) => lineTakenIn(hide(plainLine(hide(line)))))
}

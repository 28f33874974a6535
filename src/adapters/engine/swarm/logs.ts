import type { App, ServiceName, SpecId } from '../../../domain/model/app.ts'
import { isPortError } from '../../../ports/port-error.ts'
import type { ApiContainer } from './api.ts'
import { DOCKER_STACK, DOCKER_TASK } from './labels.ts'
import type { Parts } from './parts.ts'
import { containersOf } from './running-container.ts'
import { specIdOf } from './spec-id.ts'
import { output, readToEnd } from './streams.ts'

/** So many of a service's newest containers are asked; a crash loop leaves several dead ones. */
const MOST_CONTAINERS = 5
/** The engine writes down the two streams of a container out of the order of their times; so many lines more are read, to be sorted with them. */
const STREAMS_APART = 100

interface Line {
  /** RFC 3339 with nanoseconds, UTC, of one length: sorts as text. */
  at: string
  text: string
}

/** The last lines of the newest containers of a service, the dead ones included: what a crashed one said last is what people need. */
export async function logs(parts: Parts, app: App, service: ServiceName, { lines, template }: { lines: number; template?: SpecId }): Promise<string[]> {
  const isAsked = template === undefined ? () => true : await madeFrom(parts, app, template)
  const containers = (await containersOf(parts, app, service)).filter(isAsked).slice(0, MOST_CONTAINERS)
  const all = (await Promise.all(containers.map((container) => linesOf(parts, container, lines)))).flat()
  all.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  return all.slice(-lines).map(({ text }) => text)
}

async function madeFrom(parts: Parts, app: App, template: SpecId): Promise<(container: ApiContainer) => boolean> {
  const tasks = await parts.lists.tasks({ label: `${DOCKER_STACK}=${app.stack}` })
  const ids = new Set(tasks.filter(({ Spec }) => specIdOf(Spec) === template).map(({ ID }) => ID))
  return ({ Labels }) => ids.has(Labels?.[DOCKER_TASK] ?? '')
}

async function linesOf(parts: Parts, { Id }: ApiContainer, lines: number): Promise<Line[]> {
  const found: Line[] = []
  try {
    const { Config } = await parts.connection.call<{ Config: { Tty: boolean } }>({ to: 'inspecting a container', path: `/containers/${Id}/json` })
    const into = output({ terminal: Config.Tty, onLine: (line) => found.push(withTime(line)) })
    const query = { stdout: true, stderr: true, timestamps: true, tail: lines + STREAMS_APART }
    await readToEnd(await parts.connection.open({ to: 'reading a log', path: `/containers/${Id}/logs`, query }), into)
  } catch (error) {
    // Removed while we looked: its lines are gone with it.
    if (isPortError(error, 'not-found') || isPortError(error, 'conflict')) return found
    // A log driver that cannot be read back.
    if (isPortError(error) && /does not support reading/i.test(error.says)) return [{ at: '', text: `(no log: ${error.says})` }]
    throw error
  }
  return found
}

function withTime(line: string): Line {
  const space = line.indexOf(' ')
  return { at: line.slice(0, space), text: line.slice(space + 1) }
}

import { junitOf } from '../../domain/report/junit.ts'
import { renderPage } from '../../domain/report/page.ts'
import { isPortError } from '../../ports/port-error.ts'
import type { RunContext } from './context.ts'
import type { Done } from './done.ts'
import { probesOf } from './markers.ts'
import type { RunOutcome } from './outcome.ts'
import { composeResults } from './results.ts'

/**
 * Writes what people and programs read of a run, last of all and in one place. A run that found its host in trouble still says so where that very trouble (a
 * full disk) keeps its files from being written; any other result that cannot be written was not given (trap 41).
 */
export async function finish(context: RunContext, done: Done): Promise<RunOutcome> {
  const { ports, record } = context
  const unwritten: unknown[] = []
  const keep = <T>(work: Promise<T>) => work.catch((error: unknown) => {
    if (!isPortError(error)) throw error
    unwritten.push(error)
    return undefined
  })
  const heard = context.watch.heard()
  if (heard.length > 0) {
    const path = await keep(record.evidence('engine-events.txt', heard.map((event) => `${new Date(event.at).toISOString()} ${event.service ?? '-'} ${event.kind} ${event.text}`).join('\n')))
    if (path !== undefined) context.evidence.push({ name: 'engine-events.txt', path, about: 'what the engine reported, in order' })
  }
  const results = composeResults(context, { ...done, probed: probesOf(done.markers), endedAt: ports.clock.now() })
  await keep(record.results(results))
  await keep(record.file('junit.xml', junitOf(results)))
  const evidence = await Promise.all(results.evidence.map(async (ref) => ({ ref, content: (await record.readBack(ref.path)) ?? '' })))
  const page = await keep(record.file('report.html', renderPage({ results, evidence })))
  if (unwritten.length > 0 && results.verdict !== 'infra') throw unwritten[0]
  const reportPath = `${record.folder}/${page ?? ''}`
  context.emit({ kind: 'run-ended', at: ports.clock.now(), results, reportPath })
  return { is: 'done', results, folder: record.folder, reportPath }
}

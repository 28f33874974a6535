import { junitOf } from '../../domain/report/junit.ts'
import { renderPage } from '../../domain/report/page.ts'
import type { RunContext } from './context.ts'
import type { Done } from './done.ts'
import { probesOf } from './markers.ts'
import type { RunOutcome } from './outcome.ts'
import { composeResults } from './results.ts'

/** Writes what people and programs read of a run, last of all and in one place. */
export async function finish(context: RunContext, done: Done): Promise<RunOutcome> {
  const { ports } = context
  const heard = context.watch.heard()
  if (heard.length > 0) {
    const path = await context.record.evidence('engine-events.txt', heard.map((event) => `${new Date(event.at).toISOString()} ${event.service ?? '-'} ${event.kind} ${event.text}`).join('\n'))
    context.evidence.push({ name: 'engine-events.txt', path, about: 'what the engine reported, in order' })
  }
  const results = composeResults(context, { ...done, probed: probesOf(done.markers), endedAt: ports.clock.now() })
  await context.record.results(results)
  await context.record.file('junit.xml', junitOf(results))
  const evidence = await Promise.all(results.evidence.map(async (ref) => ({ ref, content: (await context.record.readBack(ref.path)) ?? '' })))
  const page = await context.record.file('report.html', renderPage({ results, evidence }))
  const reportPath = `${context.record.folder}/${page}`
  context.emit({ kind: 'run-ended', at: ports.clock.now(), results, reportPath })
  return { is: 'done', results, folder: context.record.folder, reportPath }
}

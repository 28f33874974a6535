import { join } from 'node:path'
import { createServer } from 'node:net'
import { fileAlerts } from '../../src/adapters/alerts/files/alerts.ts'
import { sqliteLocks } from '../../src/adapters/lock/sqlite/locks.ts'
import { fileRunRecords } from '../../src/adapters/store/files/run-records.ts'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { renderPage } from '../../src/domain/report/page.ts'
import { junitOf } from '../../src/domain/report/junit.ts'
import type { ServerContext } from '../../src/server/ports.ts'
import { temporaryFolder } from '../support/cli.ts'
import { gapsSample, greenSample, infraSample, redUpgradeSample, START, type Sample } from '../support/sample-results.ts'

export interface ServerStage extends Disposable {
  context: ServerContext
  state: string
  alerts: ReturnType<typeof fileAlerts>
}

const DOMAIN = 'ci.example.org'

/** A state folder with four runs that ended, one that died, and alerts of every kind, as a host would have them. */
export async function openServerStage(): Promise<ServerStage> {
  const folder = temporaryFolder('server')
  const state = folder.path
  const clock = systemClock()
  const records = fileRunRecords({ stateFolder: state, clock })
  const alerts = fileAlerts({ folder: join(state, 'alerts'), clock })
  const samples: Record<string, Sample> = { 'gues-1a2b3c': redUpgradeSample(), 'note-4f2a10': greenSample(), 'wiki-77aa01': infraSample(), 'book-0c0c0c': gapsSample() }
  let age = 0
  for (const [id, { results, evidence }] of Object.entries(samples)) {
    age += 1
    const record = await records.create(id, { app: { domain: `${id}.${DOMAIN}`, stack: id, run: id }, recipe: results.recipe, source: '/recipes', engine: results.engine, startedAt: START - age * 3_600_000, pid: 1 })
    for (const [path, content] of Object.entries(evidence)) await record.evidence(path.replace(/^evidence\//, ''), content)
    const stored = { ...results, evidence: results.evidence.map((ref) => ref) }
    await record.results({ ...stored, id })
    await record.file('junit.xml', junitOf(results))
    await record.file('report.html', renderPage({ results, evidence: results.evidence.map((ref) => ({ ref, content: evidence[ref.path] ?? '' })) }))
    await record.close()
  }
  await (await records.create('died-000001', { app: { domain: `died.${DOMAIN}`, stack: 'died', run: 'died-000001' }, recipe: 'calendar', source: '/recipes', engine: 'swarm', startedAt: START, pid: 1 })).close()
  const server = { listen: { address: '127.0.0.1', port: await freePort() }, domain: DOMAIN, after: [] }
  const context: ServerContext = { server, alerts, records, locks: sqliteLocks({ folder: join(state, 'locks'), clock, pid: process.pid }), clock, version: '1.2.3', stateId: 'abc', startedAt: START }
  return { context, state, alerts, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

export async function raiseAlerts({ alerts }: Pick<ServerStage, 'alerts'>): Promise<void> {
  await alerts.raise({ id: 'platform-traefik-held-major-2.0.0+4', kind: 'held', app: 'traefik', what: 'traefik waits with 2.0.0+4: 2.0.0+4 is a major release after 1.2.0+v3.6.12.', versionHeld: '2.0.0+4', versionRunning: '1.2.0+v3.6.12', lastLines: [], next: 'Read its notes, then approve it. cc-ci platform approve traefik 2.0.0+4' })
  await alerts.raise({ id: 'platform-keycloak-stuck', kind: 'stuck', app: 'keycloak', what: 'keycloak needs a person: `the snapshot` could not be restored <b>by itself</b>', lastLines: ['2026-05-12 ERROR [org.keycloak] Failed to start server in (production) mode', 'ERROR: Failed to obtain JDBC connection <script>alert(1)</script>'], next: 'See its log, then: cc-ci platform reconcile keycloak' })
  await alerts.raise({ id: 'platform-backup-source', kind: 'trouble', app: 'backup', what: 'Nobody knows whether there is a newer backup: the repository does not answer', versionRunning: '1.1.0+0.14.0', lastLines: [], next: 'Make the recipe reachable again; what runs is looked after meanwhile.' })
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

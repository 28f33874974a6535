import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { nodeProcesses } from '../src/adapters/process/node.ts'
import { environment } from '../src/settings/environment.ts'
import type { JournalLine } from '../src/domain/model/platform.ts'
import type { Told } from '../src/workflows/reconcile/told.ts'
import { publish } from '../test/rig/fixtures.ts'
import { rigEnv } from '../test/rig/index.ts'
import { checkout } from '../test/support/cli.ts'
import type { Bench, Given } from './bench.ts'
import { median } from './median.ts'
import { rowOf } from './row.ts'

const VERSIONS = ['1.0.0+1.0.0', '1.1.0+2.0.0'] as const
const DWELL = 10_000
/** How often nothing is found to do, for each time that there is something. */
const IDLE_TIMES = 5
/** Steps that wait for the engine or the app, the dwell among them. */
const WAITS = new Set(['fetch the images', 'undeploy', 'deploy', 'gate'])

/**
 * What looking after the platform costs: two apps of which nothing is newer, and the upgrade of one with its data (`notes`: undeploy, snapshot, deploy,
 * gate, commit). Each is a process of its own, its start included. The waits are the journal's: from the intent of a step to its end. Docker has
 * nothing that does the same, so the rows stand for themselves.
 */
export const reconcile: Bench = {
  name: 'reconcile',
  about: 'the platform: two apps with nothing to do, and own time of a healthy upgrade over its waits',
  times: 3,
  async run(given) {
    const folder = await mkdtemp(join(given.bench.stateFolder, 'reconcile-'))
    const platform = await openPlatform(given, folder)
    try {
      const upgrades = []
      const idle: number[] = []
      for (let turn = 0; turn < given.times; turn++) {
        given.says(`reconcile: ${turn + 1} of ${given.times}`)
        await platform.publish(VERSIONS.slice(0, 1))
        await platform.reconcile('install')
        await platform.publish(VERSIONS)
        const { ms: wall } = await platform.reconcile('upgrade', 'one')
        const waits = await platform.waits('one')
        upgrades.push({ own: wall - waits, waits })
        await platform.reconcile('upgrade', 'two')
        for (let time = 0; time < IDLE_TIMES; time++) idle.push((await platform.reconcile('nothing')).ms)
        await platform.takeAway()
      }
      const waits = Math.round(median(upgrades.map((upgrade) => upgrade.waits)))
      return [
        rowOf({ work: 'reconcile: two apps, nothing to do', ours: idle, unit: 'ms', goal: { of: 'ours', atMost: 500 } }),
        rowOf({ work: 'reconcile: own time of an upgrade over waits', ours: upgrades.map(({ own, waits }) => (100 * own) / waits), unit: '%', goal: { of: 'ours', atMost: 10 }, note: `${Math.round(median(upgrades.map(({ own }) => own)))} ms of our own, its snapshot among them, ${waits} ms of waits, ${DWELL} of them the dwell` }),
      ]
    } finally {
      await platform.takeAway()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** Two platform apps whose recipe is `notes`, at the versions that were published last. */
async function openPlatform({ bench, signal }: Given, folder: string) {
  const repository = join(folder, 'notes.git')
  const settings = join(folder, 'settings.yml')
  const state = bench.stateFolder
  const app = (name: string) => ({ recipe: `file://${repository}`, domain: `bench-${name}.ci.test`, gate: { path: '/healthz', contains: 'ok', dwell: `${DWELL / 1000}s` }, limits: { deploy: '2m', rollback: '2m', start: '10m' } })
  await writeFile(settings, stringify({ ...(parse(await readFile((await rigEnv()).settings, 'utf8')) as object), platform: { one: app('one'), two: app('two') } }))
  const processes = nodeProcesses(environment())
  const records = (name: string) => join(state, 'platform', name)

  return {
    publish: (versions: readonly string[]) => publish({ from: join(checkout, 'fixtures/recipes/notes'), versions, repository }),
    /** ms of the whole process; fails where another thing was done than `did`, for each app. */
    async reconcile(did: string, ...names: string[]): Promise<{ ms: number }> {
      const ended = await processes.run({
        argv: [join(checkout, 'cc-ci'), 'platform', 'reconcile', ...names, '--json', '--state', state],
        env: { ...processes.baseEnv(), ...bench.environment, CCCI_SETTINGS: settings },
        keepBytes: 4 * 1024 * 1024,
        graceMs: 60_000,
        signal,
      })
      signal.throwIfAborted()
      if (ended.exitCode !== 0) throw new Error(`platform reconcile ended with ${ended.exitCode}: ${ended.stderr.slice(-2_000)}`)
      for (const { app: of, result } of JSON.parse(ended.stdout) as Array<Told & { app: string }>) {
        const found = result.is === 'done' ? result.decision : result.is
        if (found !== did) throw new Error(`platform reconcile did “${found}” with ${of}, not “${did}”`)
      }
      return { ms: ended.ms }
    },
    /** ms that the steps of the last operation waited for the engine or the app. */
    async waits(name: string): Promise<number> {
      const lines = (await readFile(join(records(name), 'journal.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as JournalLine)
      const last = lines.slice(lines.findLastIndex(({ entry }) => entry === 'begun'))
      const done = last.filter((line) => line.entry === 'done' && WAITS.has(line.step))
      return done.reduce((sum, line) => sum + line.at - last.find((other) => other.entry === 'intend' && line.entry === 'done' && other.step === line.step)!.at, 0)
    },
    async takeAway(): Promise<void> {
      await bench.clear()
      for (const name of ['one', 'two']) await rm(records(name), { recursive: true, force: true })
    },
  }
}

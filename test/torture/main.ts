import { parseArgs } from 'node:util'
import { openGround } from './ground.ts'
import { type ReconcileReport, tortureReconcile } from './reconcile.ts'
import { tortureOnSwarm } from './reconcile-swarm.ts'
import { type Report, torture } from './torture.ts'

/** `npm run torture -- runs …` and `… reconcile …`: kills what is under way at drawn moments, and sees what becomes of it. */

const usage = `npm run torture -- runs [--engine scripted|swarm] [--kills N] [--seed S] [--json]

  Starts real runs, two at a time, ends them by kill -9 at moments drawn by the seed, and lets \`runs clean\` remove what they left; some of
  those are killed, too. Every gap between two entries of a run's journal is hit. Then everything must be as it was before: containers, services,
  networks, volumes, secrets, configs, processes, temporary folders, checkouts; no run is shown as running, and every lock is free.

npm run torture -- reconcile [--engine scripted|swarm] [--kills N] [--seed S] [--json]

  Kills reconciles of a platform app, by kill -9: an install, an adoption, a repair, upgrades with data and without, good releases and bad ones; at each end of
  every gap between two lines of the journal first, then at drawn lines and at drawn instants. Those that go on with it are killed now and then, too. After each
  restart: a complete known-good, the app answers as it or as the latest release, with the data that belongs to it, nothing open, no lock left, nothing deployed
  twice, and what failed was told. On swarm: upgrades of a real app with data and without, at drawn lines and instants; every note that was ever written to it has
  to be there.

  --engine   scripted (default: needs nothing) or swarm (a host of its own in a network namespace, from what the test rig built; as root)
  --kills N  default 100
  --seed S   default 1
  --json     the report as one document on standard output; progress goes to standard error

Exit code 0: as it should be. 1: something was left, or a gap was never hit.
`

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { engine: { type: 'string', default: 'scripted' }, kills: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  })
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  const [kills, seed] = [Number(values.kills), Number(values.seed)]
  const { engine } = values
  const what = positionals.join(' ')
  if ((what !== 'runs' && what !== 'reconcile') || (engine !== 'scripted' && engine !== 'swarm') || !Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
    process.stderr.write(usage)
    return 2
  }
  if (what === 'reconcile') {
    const report = await (engine === 'swarm' ? tortureOnSwarm : tortureReconcile)({ kills, seed, says: (line) => process.stderr.write(`torture: ${line}\n`) })
    process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : reconcileWords(report))
    return report.troubles.length === 0 ? 0 : 1
  }
  await using ground = await openGround(engine)
  const report = await torture(ground, { kills, seed, shows: 60, says: (line) => process.stderr.write(`torture: ${line}\n`) })
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : words(report))
  return report.troubles.length === 0 ? 0 : 1
}

function histogram(counts: Record<string, number>): string[] {
  const most = Math.max(...Object.values(counts), 1)
  return Object.entries(counts).map(([name, count]) => `  ${String(count).padStart(5)}  ${name.padEnd(44)} ${'#'.repeat(Math.ceil((count / most) * 40))}`.trimEnd())
}

function reconcileWords(report: ReconcileReport): string {
  return [
    `${report.kills} kills on ${report.engine} (seed ${report.seed}) in ${Math.round(report.ms / 1000)} s, ${report.resumed} of them of processes that went on with what a killed one had begun`,
    ...Object.entries(report.gaps).flatMap(([kind, gaps]) => ['', `${kind}: kills by gap between two lines of the journal`, ...histogram(gaps)]),
    '',
    ...(report.troubles.length === 0 ? ['After each restart everything was as it should be.'] : [`${report.troubles.length} troubles:`, ...report.troubles.map((trouble) => `  ${trouble}`)]),
    '',
  ].join('\n')
}

function words(report: Report): string {
  return [
    `${report.kills} kills on ${report.engine} (seed ${report.seed}) in ${Math.round(report.ms / 1000)} s`,
    '',
    'Kills by gap between two entries of the journal:',
    ...histogram(report.gaps),
    '',
    'Kills by the step that was under way:',
    ...histogram(report.steps),
    '',
    `${report.cleans.ran} times runs clean, and ${report.cleans.killed} more that were killed; ${report.cleans.removed} runs removed; ${report.shown} shown.`,
    ...(report.troubles.length === 0 ? ['Nothing is left, no run is shown as running, every lock is free.'] : [`${report.troubles.length} troubles:`, ...report.troubles.map((trouble) => `  ${trouble}`)]),
    '',
  ].join('\n')
}

process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`torture: ${error.stack ?? error.message}\n`)
  return 1
})

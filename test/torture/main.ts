import { parseArgs } from 'node:util'
import { openGround } from './ground.ts'
import { type Report, torture } from './torture.ts'

/** `npm run torture -- runs …`: kills real runs at drawn moments, cleans up after them, and sees that nothing is left. */

const usage = `npm run torture -- runs [--engine scripted|swarm] [--kills N] [--seed S] [--json]

  Starts real runs, two at a time, ends them by kill -9 at moments drawn by the seed, and lets \`runs clean\` remove what they left; some of
  those are killed, too. Every gap between two entries of a run's journal is hit. Then everything must be as it was before: containers, services,
  networks, volumes, secrets, configs, processes, temporary folders, checkouts; no run is shown as running, and every lock is free.

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
  if (positionals.join(' ') !== 'runs' || (engine !== 'scripted' && engine !== 'swarm') || !Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
    process.stderr.write(usage)
    return 2
  }
  await using ground = await openGround(engine)
  const report = await torture(ground, { kills, seed, shows: 60, says: (line) => process.stderr.write(`torture: ${line}\n`) })
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : words(report))
  return report.troubles.length === 0 ? 0 : 1
}

function words(report: Report): string {
  const most = Math.max(...Object.values(report.gaps), 1)
  const bar = (count: number) => '#'.repeat(Math.ceil((count / most) * 40))
  const lines = (counts: Record<string, number>) => Object.entries(counts).map(([name, count]) => `  ${String(count).padStart(5)}  ${name.padEnd(44)} ${bar(count)}`.trimEnd())
  return [
    `${report.kills} kills on ${report.engine} (seed ${report.seed}) in ${Math.round(report.ms / 1000)} s`,
    '',
    'Kills by gap between two entries of the journal:',
    ...lines(report.gaps),
    '',
    'Kills by the step that was under way:',
    ...lines(report.steps),
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

/**
 * `npm run bench -- [NAME…]`: what we do against Docker's own tools, on the rig's engine, side by side in one run. Ends with 0 when
 * everything could be measured, whether a goal was met or not: the table says which.
 */
import { parseArgs } from 'node:util'
import { stopOnSignal } from '../test/setup/stop-on-signal.ts'
import { BENCHES } from './benches.ts'
import { hostOf, loadNow } from './host.ts'
import type { Row } from './row.ts'
import { benchSnapshots } from './snapshot.ts'
import { tableOf } from './table.ts'
import { drawRun } from './waterfall.ts'
import { openWorkbench } from './workbench.ts'

const HELP = `npm run bench -- [NAME…] [--times N] [--json]

Measures what we do against Docker's own tools, one after the other in the same run, on the engine of the test rig (which is brought up).
Without a name: everything, about a quarter of an hour. Medians; how to read the table: docs/bench.md.

${BENCHES.map(({ name, about, times }) => `  ${name.padEnd(12)}${about} (${times} times)`).join('\n')}

  waterfall [RESULTS]  draws where the time of one run went into docs/run-waterfall.svg: of a new run of the example on Swarm, or of a results.json

  snapshot [OPTION…]   snapshots against tar, cp, rsync, restic and borg: half an hour and 10 GB, so it is not part of everything; has a --help of its own

  --times N   how often each side is measured
  --json      one document on standard output: host and rows; progress always goes to standard error
  --help      this

Examples
  npm run bench -- deploy remove
  npm run -s bench -- read --times 9 --json
  npm run bench -- waterfall .cc-ci/runs/note-4f2a10/results.json
`

const says = (line: string) => void process.stderr.write(`bench: ${line}\n`)

async function main(): Promise<number> {
  const signal = stopOnSignal()
  if (process.argv[2] === 'snapshot') return await benchSnapshots(process.argv.slice(3), { signal, says })
  const asked = understand(process.argv.slice(2))
  if ('usage' in asked) {
    process.stderr.write(`bench: ${asked.usage}\n`)
    return 2
  }
  if (asked.help) {
    process.stdout.write(HELP)
    return 0
  }
  if (asked.names[0] === 'waterfall') {
    await drawRun({ from: asked.names[1], signal, says })
    return 0
  }
  const loadBefore = loadNow()
  const bench = await openWorkbench(signal)
  try {
    const rows: Row[] = []
    for (const one of BENCHES.filter(({ name }) => asked.names.length === 0 || asked.names.includes(name))) {
      rows.push(...(await one.run({ bench, times: asked.times ?? one.times, signal, says })))
    }
    const host = hostOf(bench, loadBefore)
    if (asked.json) process.stdout.write(`${JSON.stringify({ host, rows }, null, 2)}\n`)
    else process.stdout.write(`${tableOf(rows)}\n\n${host.engine}; ${host.processors} processors, load ${host.load.before} before and ${host.load.after} after\n`)
    return 0
  } finally {
    if (signal.aborted) says('ended; removing what is up')
    await bench.close()
  }
}

function understand(argv: string[]): { usage: string } | { help: boolean; json: boolean; names: string[]; times: number | undefined } {
  try {
    const { values, positionals: names } = parseArgs({ args: argv, allowPositionals: true, options: { help: { type: 'boolean', short: 'h', default: false }, json: { type: 'boolean', default: false }, times: { type: 'string' } } })
    const times = values.times === undefined ? undefined : Number(values.times)
    if (times !== undefined && !(Number.isInteger(times) && times > 0)) return { usage: `--times takes a whole number from 1 on, not "${values.times}"` }
    const unknown = names[0] === 'waterfall' ? names.slice(2) : names.filter((name) => !BENCHES.some((bench) => bench.name === name))
    if (unknown.length > 0) return { usage: `there is no bench ${unknown.join(', ')}; there are ${BENCHES.map(({ name }) => name).join(', ')}, waterfall and snapshot` }
    return { help: values.help, json: values.json, names, times }
  } catch (error) {
    return { usage: (error as Error).message }
  }
}

try {
  const code = await main()
  process.exitCode ??= code
} catch (error) {
  // After a signal the code is the signal's own.
  if (process.exitCode === undefined) {
    says(error instanceof Error ? (error.stack ?? error.message) : String(error))
    process.exitCode = 1
  }
}

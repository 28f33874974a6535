/**
 * `npm run scenarios`: plays numbered scenarios (the folders beside this file) and says which came out as they should.
 *
 *   npm run scenarios                         those for the local and the scripted engine
 *   npm run scenarios -- --engine swarm       those for one engine
 *   npm run scenarios -- NAME…                only those with one of the words in their name
 *   npm run scenarios -- --list               says what there is
 *   npm run scenarios -- --json               one document on standard output
 *   npm run scenarios -- --show NAME          what a run says, as `expect` of its scenario.yml
 *
 * Exit code 0: all as expected; 1: not; 2: there is no such scenario.
 */
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { openHostWithoutDocker } from './host.ts'
import { outcomeOf } from './judge.ts'
import { type Played, play } from './play.ts'
import { ENGINES, readScenarios, type Scenario, type ScenarioEngine } from './scenario.ts'
import { openSwarmHost } from './swarm-host.ts'

/**
 * How many at once, each engine beside the others. Most of a run is waiting; more of them only make health checks late.
 * The scripted engine has a clock of its own and waits for nothing: few are enough, from the beginning, beside those that wait.
 */
const AT_ONCE: Record<ScenarioEngine, number> = { swarm: 3, local: 14, scripted: 4 }

interface Turn {
  scenario: Scenario
  engine: ScenarioEngine
}

const { values: options, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { engine: { type: 'string', multiple: true, default: ['local', 'scripted'] }, list: { type: 'boolean' }, json: { type: 'boolean' }, show: { type: 'boolean' } },
})
const scenarios = await readScenarios()
const unknown = options.engine.filter((engine) => !(ENGINES as readonly string[]).includes(engine))
const turns = options.engine.flatMap((engine) =>
  scenarios
    .filter(({ name, engines }) => engines.includes(engine as ScenarioEngine) && (words.length === 0 || words.some((word) => name.includes(word))))
    .map((scenario): Turn => ({ scenario, engine: engine as ScenarioEngine })))

if (unknown.length > 0 || turns.length === 0) {
  console.error(unknown.length > 0 ? `there is no engine ${unknown.join(', ')}; there are ${ENGINES.join(', ')}` : `no scenario for ${options.engine.join(' or ')} is called ${words.join(' or ')}; --list says what there is`)
  process.exitCode = 2
} else if (options.list) {
  for (const { name, engines, says } of new Set(turns.map(({ scenario }) => scenario))) console.log(`${name.padEnd(32)} ${engines.join(', ').padEnd(24)} ${says}`)
} else {
  await playAll()
}

async function playAll(): Promise<void> {
  const began = performance.now()
  const rows = (await Promise.all(ENGINES.map((engine) => inTurn(turns.filter((turn) => turn.engine === engine), AT_ONCE[engine]))))
    .flat()
    .toSorted((a, b) => a.scenario.name.localeCompare(b.scenario.name))
  const wrong = rows.filter(({ played }) => played.differences.length > 0)
  if (options.json) console.log(JSON.stringify(rows.map(asRow), null, 2))
  else if (!options.show) for (const row of rows) console.log(asLine(row))
  console.error(`${rows.length - wrong.length} of ${rows.length} as expected, in ${((performance.now() - began) / 1000).toFixed(1)} s`)
  process.exitCode = wrong.length > 0 ? 1 : 0
}

async function inTurn(waiting: Turn[], atOnce: number): Promise<Array<Turn & { played: Played }>> {
  const rows: Array<Turn & { played: Played }> = []
  const next = async (): Promise<void> => {
    for (let turn = waiting.shift(); turn; turn = waiting.shift()) {
      const played = await play(turn.scenario, turn.engine, turn.engine === 'swarm' ? openSwarmHost : openHostWithoutDocker)
      rows.push({ ...turn, played })
      tell({ ...turn, played })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  return rows
}

function tell({ scenario, engine, played }: Turn & { played: Played }): void {
  console.error(`${played.differences.length === 0 ? 'ok    ' : 'DIFFERS'} ${seconds(played)} ${engine} ${scenario.name}`)
  for (const difference of played.differences) console.error(`    ${difference.replaceAll('\n', '\n      ')}`)
  if (options.show) console.log(stringify({ [`${scenario.name} on ${engine}`]: played.results && outcomeOf(played.results, played.code) }, { lineWidth: 0 }))
}

function asRow({ scenario, engine, played }: Turn & { played: Played }) {
  const { verdict, blame, level } = played.results ?? {}
  return { name: scenario.name, engine, expected: played.differences.length === 0, verdict, blame, level, code: played.code, says: played.results?.summary.what, ms: Math.round(played.ms), differences: played.differences }
}

function asLine(row: Turn & { played: Played }): string {
  const { name, engine, expected, verdict = 'refused', blame = '', level, code } = asRow(row)
  return [expected ? 'ok     ' : 'DIFFERS', name.padEnd(32), engine.padEnd(8), verdict.padEnd(14), blame.padEnd(7), `level ${level ?? '-'}`, `exit ${code}`.padEnd(8), seconds(row.played)].join('  ')
}

function seconds({ ms }: Played): string {
  return `${(ms / 1000).toFixed(1).padStart(6)} s`
}

import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeProcesses } from '../src/adapters/process/node.ts'
import { analyse } from '../src/domain/boot/analyse.ts'
import { environment } from '../src/settings/environment.ts'
import { checkout } from '../test/support/cli.ts'
import type { Bench, Given } from './bench.ts'
import { drawBoot, graphOf, writeBoot } from './boot-units.ts'
import { type Row, rowOf } from './row.ts'

const UNITS = 10_000
const GATES = 3_000
/** systemd-analyze verify takes minutes for so many; longer than this is not waited for. */
const PEER_LIMIT_MS = 180_000

/**
 * Ten thousand units and three thousand gates: the command as people call it, its start and all reading included, against `systemd-analyze verify` of the same
 * files, which looks at the order of units and knows nothing of gates. Then the analysis alone, and how it grows.
 */
export const bootCheck: Bench = {
  name: 'boot-check',
  about: `${UNITS} units and ${GATES} gates checked, against systemd-analyze verify`,
  times: 3,
  async run(given) {
    return [...(await asCommand(given)), ...analysisAlone(given)]
  },
}

async function asCommand({ bench, times, signal, says }: Given): Promise<Row[]> {
  const folder = await mkdtemp(join(bench.stateFolder, 'boot-'))
  const processes = nodeProcesses(environment())
  const run = async (argv: [string, ...string[]], env: Record<string, string>, timeoutMs: number) => {
    const ended = await processes.run({ argv, env: { ...processes.baseEnv(), ...env }, timeoutMs, signal })
    signal.throwIfAborted()
    return ended
  }
  try {
    const { units, probes } = await writeBoot(drawBoot(UNITS, GATES), folder)
    const ours: number[] = []
    for (let time = 0; time < times; time += 1) {
      const ended = await run([join(checkout, 'cc-ci'), 'boot', 'check', join(folder, 'units'), ...probes.flatMap((file) => ['--probes', file]), '--state', folder], {}, PEER_LIMIT_MS)
      if (ended.exitCode !== 0) throw new Error(`boot check: ${ended.stdout}${ended.stderr}`)
      ours.push(ended.ms)
      says(`boot-check ours ${Math.round(ended.ms)} ms`)
    }
    // Once: it takes so long that chance does not matter.
    const peer = await run(['systemd-analyze', 'verify', '--man=no', ...units], { SYSTEMD_UNIT_PATH: `${join(folder, 'units')}:` }, PEER_LIMIT_MS)
    says(`boot-check theirs ${Math.round(peer.ms)} ms`)
    const note = peer.exitCode === 0 ? '' : `systemd-analyze did not end in time: at least ${PEER_LIMIT_MS / 1000} s`
    return [rowOf({ work: `boot check, ${UNITS} units, ${GATES} gates`, peer: 'systemd-analyze verify', ours, theirs: [peer.ms], unit: 'ms', goal: { of: 'ratio', atMost: 1 }, note })]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** In processor time, so that a busy machine says the same. */
function analysisAlone({ times, says }: Given): Row[] {
  const per = (units: number) => {
    const graph = graphOf(drawBoot(units, Math.floor(0.3 * units)))
    return Array.from({ length: times + 2 }, () => {
      const before = process.cpuUsage()
      const { findings } = analyse(graph)
      if (findings.length > 0) throw new Error(`a sound boot of ${units} units was refused`)
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    }).slice(2)
  }
  const [small, middle, large] = [1_000, UNITS, 100_000].map((units) => ({ units, ms: per(units) }))
  for (const { units, ms } of [small!, middle!, large!]) says(`boot-check analysis of ${units}: ${ms.map((one) => one.toFixed(0)).join(', ')} ms`)
  const perUnit = ({ units, ms }: { units: number; ms: number[] }) => Math.min(...ms) / units
  return [
    rowOf({ work: `analysis alone, ${UNITS} units, ${GATES} gates`, ours: middle!.ms, unit: 'ms', goal: { of: 'ours', atMost: 250 }, note: 'processor time' }),
    rowOf({ work: 'analysis, per unit of 100,000 as of 1,000', ours: [(100 * perUnit(large!)) / perUnit(small!)], unit: '%', goal: { of: 'ours', atMost: 200 }, note: 'processor time; 100 % is linear; what does not fit the processor\'s cache costs more' }),
  ]
}

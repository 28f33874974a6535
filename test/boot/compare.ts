import { analyse, type Finding, placeOf } from '../../src/domain/boot/analyse.ts'
import { eventsOf } from '../../src/domain/boot/events.ts'
import { apply, fixesFor } from '../../src/domain/boot/fixes.ts'
import { generateBoot } from './generate.ts'
import { simulate } from './simulate.ts'

/** What a comparison over many seeds has seen. */
export interface Compared {
  graphs: number
  deadlocked: number
  racing: number
  /** Kind of edge → in how many graphs it occurs, and in how many it lies on a way that was refused. */
  kinds: Map<string, { graphs: number; refused: number }>
  fixes: number
  /** What did not agree: each names its seed. */
  differences: string[]
}

/** Holds the analysis, and every fix that it offers, against brute force on the boots of these seeds. */
export function compare(seeds: { from: number; count: number }): Compared {
  const seen: Compared = { graphs: 0, deadlocked: 0, racing: 0, kinds: new Map(), fixes: 0, differences: [] }
  for (let seed = seeds.from; seed < seeds.from + seeds.count; seed += 1) compareOne(seed, seen)
  return seen
}

function compareOne(seed: number, seen: Compared): void {
  const graph = generateBoot(seed)
  const analysis = analyse(graph)
  const truth = simulate(graph)
  const racing = [...new Set(analysis.findings.filter(({ finds }) => finds === 'unordered').map(({ unit }) => unit))].toSorted()
  seen.graphs += 1
  if (truth.stuck.length > 0) seen.deadlocked += 1
  if (truth.racing.length > 0) seen.racing += 1
  if (String(analysis.standStill.toSorted()) !== String(truth.stuck)) seen.differences.push(`seed ${seed}: ${analysis.standStill.toSorted()} stand still, in truth ${truth.stuck}`)
  if (String(racing) !== String(truth.racing)) seen.differences.push(`seed ${seed}: ${racing} lean on the unordered, in truth ${truth.racing}`)
  if (truth.stuck.length > 0 !== analysis.findings.some(({ finds }) => finds === 'deadlock' || finds === 'order-cycle' || finds === 'never')) seen.differences.push(`seed ${seed}: what stands still and what is said of it do not go together`)
  countKinds(seen, { inGraph: new Set(eventsOf(graph).why.map(({ because }) => because)), refused: new Set(analysis.findings.flatMap((finding) => ('way' in finding ? finding.way.map(({ because }) => because.because) : []))) })
  for (const finding of analysis.findings) if ('way' in finding && finding.way.some(({ because }) => !because.because.endsWith('-first') && placeOf(because) === undefined)) seen.differences.push(`seed ${seed}: a wait that comes from nowhere`)
  for (const [finding, fixes] of fixesFor(graph, analysis)) {
    for (const { changes } of fixes) {
      seen.fixes += 1
      const after = simulate(apply(graph, changes))
      const bad = wrongWith(finding, { before: truth, after })
      if (bad !== undefined) seen.differences.push(`seed ${seed}: ${JSON.stringify(changes)} for ${finding.finds} of ${finding.unit}: ${bad}`)
      for (const change of changes) if ('unit' in change && (apply(graph, changes).units.find(({ name }) => name === change.unit)?.gate?.asks.length ?? 0) < (graph.units.find(({ name }) => name === change.unit)?.gate?.asks.length ?? 0) && !changes.some((one) => one.do === 'ask-own' && one.insteadOf.length > 0)) seen.differences.push(`seed ${seed}: ${change.unit} loses its gate`)
    }
  }
}

function wrongWith(finding: Finding, { before, after }: { before: ReturnType<typeof simulate>; after: ReturnType<typeof simulate> }): string | undefined {
  const tied = finding.finds === 'deadlock' || finding.finds === 'order-cycle' ? finding.knot : [finding.unit]
  const stillTied = tied.filter((unit) => after.stuck.includes(unit))
  if (stillTied.length > 0) return `${stillTied} still stand still`
  const newlyStuck = after.stuck.filter((unit) => !before.stuck.includes(unit))
  if (newlyStuck.length > 0) return `${newlyStuck} stand still now`
  return undefined
}

function countKinds(seen: Compared, { inGraph, refused }: { inGraph: Set<string>; refused: Set<string> }): void {
  for (const kind of inGraph) {
    const count = seen.kinds.get(kind) ?? { graphs: 0, refused: 0 }
    seen.kinds.set(kind, { graphs: count.graphs + 1, refused: count.refused + (refused.has(kind) ? 1 : 0) })
  }
}

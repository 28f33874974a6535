import type { Problem } from '../model/problem.ts'
import { analyse } from './analyse.ts'
import { Answers } from './answers.ts'
import { isLookedAt } from './events.ts'
import type { Ask, AskAtStart, BootGraph, BootUnit, UnitName } from './graph.ts'

/**
 * Warns of what a unit's own commands wait for when it starts, and no gate says: what nobody of this boot is known to answer, and what is answered by a unit that
 * nothing orders before it. What ties the boot up is the analysis' to find.
 */
export function warnOfUngated(graph: BootGraph): Problem[] {
  if (graph.units.every(({ asksAtStart }) => asksAtStart.length === 0)) return []
  const answers = new Answers(graph)
  const byName = new Map(graph.units.map((unit) => [unit.name, unit]))
  const isSeen = (unit: BootUnit, asked: AskAtStart) => isLookedAt(unit, asked, { answering: (url) => answers.of(url), unitNamed: (name) => byName.get(name) })
  const unseen = graph.units.flatMap((unit) => unit.asksAtStart.filter((asked) => !isSaid(unit, asked.ask) && !isSeen(unit, asked) && !isHarmless(unit, { asked, answers, byName })).map((asked) => warning(unit, asked)))
  return [...unseen, ...leaningOnTheUnordered(graph, isSeen)]
}

/** What is seen is looked at as if a gate asked it. */
function leaningOnTheUnordered(graph: BootGraph, isSeen: (unit: BootUnit, asked: AskAtStart) => boolean): Problem[] {
  const asAGate = new Map<Ask, AskAtStart>()
  const units = graph.units.map((unit) => {
    const seen = unit.asksAtStart.filter((asked) => asked.does === 'asks' && isSeen(unit, asked) && !isSaid(unit, asked.ask))
    for (const asked of seen) asAGate.set(asked.ask, asked)
    return seen.length === 0 ? unit : { ...unit, gate: { place: unit.place, ...unit.gate, asks: [...(unit.gate?.asks ?? []), ...seen.map(({ ask }) => ask)] } }
  })
  if (asAGate.size === 0) return []
  return analyse({ ...graph, units }).findings.flatMap((finding) => {
    if (finding.finds !== 'unordered') return []
    const first = finding.way.map(({ because }) => because).find((because) => because.because === 'gate')
    const asked = first && asAGate.get(first.ask)
    return asked ? [{ ...asked.ask.place, rule: RULE, severity: 'warning' as const, message: `${finding.unit} ${doesIn(asked)} when it starts, which leans on ${finding.needs}, and nothing orders ${finding.needs} before it: it passes only where both happen to start side by side.`, mend: `Order ${finding.unit} after ${finding.needs}, or let it ask its own signal.` }] : []
  })
}

function isSaid({ gate }: BootUnit, ask: Ask): boolean {
  return gate?.asks.some((one) => (one.kind === 'url' ? ask.kind === 'url' && hostOf(one.url) === hostOf(ask.url) : ask.kind === 'unit' && one.unit === ask.unit)) ?? false
}

/** Its own signal, somebody elsewhere, or one that it comes after anyway. */
function isHarmless(unit: BootUnit, { asked: { ask }, answers, byName }: { asked: AskAtStart; answers: Answers; byName: ReadonlyMap<UnitName, BootUnit> }): boolean {
  if (ask.kind === 'unit') return ask.unit === unit.name || comesAfter(unit, ask.unit, byName)
  const answering = answers.of(ask.url)
  return answering.by === 'itself' || answering.by === 'no-url' || (answering.by === 'others' && answering.name === undefined) || (answering.by === 'listener' && answering.unit.name === unit.name)
}

/** Over whatever chain. */
function comesAfter(unit: BootUnit, name: UnitName, byName: ReadonlyMap<UnitName, BootUnit>): boolean {
  const met = new Set<UnitName>([unit.name])
  for (const one of met) {
    const { order = [] } = byName.get(one) ?? {}
    for (const edge of order) if (edge.kind === 'after' || edge.kind === 'optional') met.add(edge.unit)
  }
  return met.has(name) || (byName.get(name)?.order.some((edge) => edge.kind === 'before' && met.has(edge.unit)) ?? false)
}

const RULE = 'boot/ungated'

function warning({ name }: BootUnit, asked: AskAtStart): Problem {
  const { ask } = asked
  const gate = ask.kind === 'url' ? JSON.stringify(ask.url) : `{ up: [${ask.unit}] }`
  return { ...ask.place, rule: RULE, severity: 'warning', message: `${name} ${doesIn(asked)} when it starts, and no gate says so: what that leans on is not looked at.`, mend: `Write it in the probes: units: { ${name}: { gate: ${gate} } }` }
}

function doesIn({ ask, does }: AskAtStart): string {
  if (ask.kind === 'url') return `asks ${ask.url}`
  return does === 'starts' ? `starts ${ask.unit} and waits for it` : `looks whether ${ask.unit} is up`
}

function hostOf(url: string): string | undefined {
  return URL.parse(url)?.host
}

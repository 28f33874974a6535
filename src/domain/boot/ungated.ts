import type { Problem } from '../model/problem.ts'
import { Answers } from './answers.ts'
import type { Ask, BootGraph, BootUnit } from './graph.ts'

/** Warns of what a unit's own commands wait for when it starts, and no gate says: it is as hidden as a gate, and nothing follows from it here. */
export function warnOfUngated(graph: BootGraph): Problem[] {
  if (graph.units.every(({ asksAtStart }) => asksAtStart.length === 0)) return []
  const answers = new Answers(graph)
  return graph.units.flatMap((unit) => unit.asksAtStart.filter((ask) => !isSaid(unit, ask) && !isHarmless(unit, { ask, answers })).map((ask) => warning(unit, ask)))
}

function isSaid({ gate }: BootUnit, ask: Ask): boolean {
  return gate?.asks.some((one) => (one.kind === 'url' ? ask.kind === 'url' && hostOf(one.url) === hostOf(ask.url) : ask.kind === 'unit' && one.unit === ask.unit)) ?? false
}

/** Its own signal, somebody elsewhere, or one that it comes after anyway. */
function isHarmless({ name, order }: BootUnit, { ask, answers }: { ask: Ask; answers: Answers }): boolean {
  if (ask.kind === 'unit') return ask.unit === name || order.some(({ kind, unit }) => unit === ask.unit && (kind === 'after' || kind === 'optional'))
  const answering = answers.of(ask.url)
  return answering.by === 'itself' || answering.by === 'no-url' || (answering.by === 'others' && answering.name === undefined) || (answering.by === 'listener' && answering.unit.name === name)
}

function warning({ name }: BootUnit, ask: Ask): Problem {
  const [does, gate] = ask.kind === 'url' ? [`asks ${ask.url}`, JSON.stringify(ask.url)] : [`starts ${ask.unit} and waits for it`, `{ up: [${ask.unit}] }`]
  return { ...ask.place, rule: 'boot/ungated', severity: 'warning', message: `${name} ${does} when it starts, and no gate says so: what that leans on is not looked at.`, mend: `Write it in the probes: units: { ${name}: { gate: ${gate} } }` }
}

function hostOf(url: string): string | undefined {
  return URL.parse(url)?.host
}

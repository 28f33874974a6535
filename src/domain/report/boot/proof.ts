import { plainLine } from '../../../lib/plain-text.ts'
import type { BootSeen, GateProof } from '../../boot/prove/proof.ts'
import { sayDuration } from '../duration.ts'

/** A proof as it is kept and given with `--json`. */
export interface BootProof {
  schema: 1
  verdict: 'proved' | 'not-proved'
  /** ms UTC */
  at: number
  tookMs: number
  gates: GateProof[]
  /** Where hosts' journals, the page and this document are. */
  evidence: string
  /** Names of hosts that were kept. */
  kept: string[]
}

export const GATES = {
  old: 'The gate of old: the proxy waits for a page of a unit that is ordered after it',
  new: 'Our gate: the proxy waits for its own version, and for the routes that were there before',
} as const

export function isProved(gates: readonly GateProof[]): boolean {
  return gates.length > 0 && gates.every(({ claims }) => claims.length > 0 && claims.every(({ holds }) => holds))
}

export function renderProof(proof: BootProof): string {
  return [
    ...proof.gates.flatMap((gate) => [
      `${GATES[gate.gate]}.`,
      ...gate.boots.flatMap(renderBoot),
      ...gate.claims.map(({ says, holds, saw }) => `  ${holds ? '✓' : '✗'} ${says}: ${plainLine(saw)}`),
      '',
    ]),
    `${proof.verdict === 'proved' ? 'Proved' : 'Not proved'} in ${sayDuration(proof.tookMs)}. Evidence: ${proof.evidence}${proof.kept.length > 0 ? `. Kept until the next proof: ${proof.kept.join(', ')}` : ''}`,
  ].join('\n')
}

function renderBoot({ title, units, lookedMs }: BootSeen): string[] {
  const width = Math.max(0, ...units.map(({ unit }) => unit.length))
  const at = (ms: number | null) => (ms === null ? '' : `${(ms / 1_000).toFixed(1)} s`).padStart(9)
  return [`  ${title}, looked at for ${sayDuration(lookedMs)}`, ...units.filter(({ state }) => state !== 'off').map(({ unit, state, beganMs, endedMs }) => `    ${unit.padEnd(width)}  began ${at(beganMs)}  ${state.padEnd(10)} ${at(endedMs)}`.trimEnd())]
}

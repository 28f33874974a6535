import type { GateVerdict } from '../model/gate.ts'
import { sayMet } from '../plan/gate.ts'
import { sayDuration } from './duration.ts'
import { sayReason } from './words.ts'

/** Why a gate did not pass, in one or two sentences; what it was, where it did. */
export function sayGate(verdict: GateVerdict): string {
  switch (verdict.is) {
    case 'going-on':
      return `waiting for ${verdict.for}`
    case 'pass':
      return `${verdict.passes} good answers over ${sayDuration(verdict.ms)}`
    case 'inconclusive':
      return `nobody could look: ${verdict.says}`
    case 'fail':
      return sayFailure(verdict.why)
  }
}

function sayFailure(why: Extract<GateVerdict, { is: 'fail' }>['why']): string {
  switch (why.kind) {
    case 'identity': {
      const said = sayReason(why.reason)
      return `${said.what} ${said.why}`.trim()
    }
    case 'behaviour':
      return `${why.answer.probe.url} does not answer ${why.answer.probe.says}: ${sayMet(why.answer.met)}.`
    case 'routes':
      return `It no longer leads to apps that answered before: ${why.lost.map(({ probe, met }) => `${probe.url} (${sayMet(met)})`).join(', ')}.`
    case 'deadline':
      return why.limitMs > 0 ? `Gave up after ${sayDuration(why.limitMs)} of waiting for ${why.waitedFor}.` : `At the commit it was no longer as it should be: it waits for ${why.waitedFor}.`
  }
}

import { type Command, UsageError } from '../command.ts'
import { carryOut } from './carry-out.ts'
import { refuseUnknown, unitsHere, withAll } from './choose.ts'
import { toBringUp } from './works.ts'

export const bootUp: Command = {
  name: 'boot up',
  summary: 'bring this host up, side by side as far as the order allows; what is up is left alone',
  usage: '[UNIT…] [--only UNIT…] [--skip UNIT…] [--wait]',
  options: {
    only: { type: 'list', value: 'UNIT', says: 'these alone, though they need others: those are somebody else\'s to bring up' },
    skip: { type: 'list', value: 'UNIT', says: 'leave these as they are; who needs them begins all the same' },
    wait: { type: 'boolean', says: 'wait for another boot up or down that is under way; without it: leave' },
  },
  words: { least: 0, most: 1_000 },
  examples: ['cc-ci boot up', 'cc-ci boot up keycloak', 'cc-ci boot up --only networks', 'cc-ci boot up --skip server --json'],
  interrupted: 'nothing new begins; what is under way comes to its end or goes back. Once more leaves it where it is.',
  abandoned: 'Left where it is: the next cc-ci boot up goes on with it.',
  async run(call) {
    const all = unitsHere(call)
    const [only, skip] = [call.list('only'), call.list('skip')]
    for (const named of [only, skip]) refuseUnknown(all, named)
    if (only.length > 0 && call.words.length > 0) throw new UsageError('boot up takes either UNIT… with all that they need, or --only UNIT… without.')
    const units = only.length > 0 ? all.filter(({ name }) => only.includes(name)) : withAll(all, call.words, ({ requires }) => requires)
    return await carryOut(call, {
      does: 'up',
      units: units.map((unit) => toBringUp(call, unit)),
      leftOut: new Set(skip),
      // Several may each bring up one of their own, as systemd lets them.
      lock: only.length > 0 ? `boot ${only.toSorted().join(' ')}` : 'boot',
      waitMs: call.flag('wait') ? all.reduce((sum, { limitMs, graceMs }) => sum + limitMs + graceMs, 0) : 0,
      tells: only.length === 0,
    })
  },
}

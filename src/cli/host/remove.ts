import { KEPT, removeSteps } from '../../workflows/host/install.ts'
import { type Command, UsageError } from '../command.ts'
import { changeHost } from './change.ts'

export const hostRemove: Command = {
  name: 'host remove',
  summary: 'takes cc-ci off this host; apps go on running, data and settings stay',
  usage: '[--dry-run]',
  options: { 'dry-run': { type: 'boolean', says: 'say what would be done, and do nothing' } },
  words: { least: 0, most: 0 },
  examples: ['cc-ci host remove --dry-run', 'cc-ci host remove'],
  bearsMistakenSettings: true,
  interrupted: 'ending after the step that is under way. The same again goes on from there.',
  async run(call) {
    const { machine } = call.services
    if (!machine.isRoot()) throw new UsageError('Nothing was removed. This changes the system: run it as root.')
    return await changeHost(call, {
      why: 'host remove',
      steps: () => removeSteps(machine),
      done: [`cc-ci is off this host; the apps that it brought up go on running, and nobody looks after them. Kept: ${KEPT.map(([path, is]) => `${path} (${is})`).join(', ')}.`],
    })
  },
}

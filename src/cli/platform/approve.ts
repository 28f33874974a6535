import { userInfo } from 'node:os'
import { approve } from '../../workflows/reconcile/approve.ts'
import { type Command, EXIT, UsageError } from '../command.ts'
import { appNamed, onPlatform } from './app.ts'

export const platformApprove: Command = {
  name: 'platform approve',
  summary: 'lift the hold on one version of a platform app, on record',
  usage: 'APP VERSION [--by NAME]',
  options: { by: { type: 'string', value: 'NAME', says: 'who approves; default: the user who calls' } },
  words: { least: 2, most: 2 },
  examples: ['cc-ci platform approve traefik 3.0.0+v3.6.12'],
  async run(call) {
    const { io, services } = call
    const app = appNamed(call, call.words[0]!)
    return onPlatform(call, async (ports) => {
      const approved = await approve(ports, app, { version: call.words[1]!, by: call.text('by') ?? userInfo().username, signal: services.signals.cancel })
      if (approved.is === 'refused') throw new UsageError(approved.why)
      if (call.json) io.out(JSON.stringify({ app: app.name, ...approved }, null, 2))
      else io.out(`${app.name}: approved ${approved.version} by ${approved.by}: ${approved.says}.${approved.stillHeld === undefined ? ` The next reconcile goes on: ${services.programName} platform reconcile ${app.name}` : ` It is still held: ${approved.stillHeld}.`}`)
      return EXIT.pass
    })
  },
}

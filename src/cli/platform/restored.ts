import { userInfo } from 'node:os'
import { restored } from '../../workflows/reconcile/restored.ts'
import { type Command, EXIT, UsageError } from '../command.ts'
import { appNamed, onPlatform } from './app.ts'

export const platformRestored: Command = {
  name: 'platform restored',
  summary: 'say that you put the data of a platform app back by hand, on record',
  usage: 'APP VERSION [--by NAME]',
  options: { by: { type: 'string', value: 'NAME', says: 'who did it; default: the user who calls' } },
  words: { least: 2, most: 2 },
  examples: ['cc-ci platform restored keycloak 1.0.0+25.0.6'],
  async run(call) {
    const { io, services } = call
    const app = appNamed(call, call.words[0]!)
    return onPlatform(call, async (ports) => {
      const told = await restored(ports, app, { version: call.words[1]!, by: call.text('by') ?? userInfo().username })
      if (told.is === 'refused') throw new UsageError(told.why)
      if (call.json) io.out(JSON.stringify({ app: app.name, ...told }, null, 2))
      else io.out(`${app.name}: the data of ${told.version} was put back by ${told.by}. Nothing compares it with the snapshot any more. Go on with: ${services.programName} platform reconcile ${app.name}`)
      return EXIT.pass
    })
  },
}

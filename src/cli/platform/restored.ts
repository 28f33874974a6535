import { restored } from '../../workflows/reconcile/restored.ts'
import type { Command } from '../command.ts'
import { onRecord } from './on-record.ts'

export const platformRestored: Command = {
  name: 'platform restored',
  summary: 'say that you put the data of a platform app back by hand, on record',
  usage: 'APP VERSION [--by NAME]',
  options: { by: { type: 'string', value: 'NAME', says: 'who did it; default: the user who calls' } },
  words: { least: 2, most: 2 },
  examples: ['cc-ci platform restored keycloak 1.0.0+25.0.6'],
  run: (call) => onRecord(call, restored, ({ name }, { version, by }) => `${name}: the data of ${version} was put back by ${by}. Nothing compares it with the snapshot any more. Go on with: ${call.services.commandLine(`platform reconcile ${name}`)}`),
}

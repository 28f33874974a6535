import { approve } from '../../workflows/reconcile/approve.ts'
import type { Command } from '../command.ts'
import { onRecord } from './on-record.ts'

export const platformApprove: Command = {
  name: 'platform approve',
  summary: 'lift the hold on one version of a platform app, on record',
  usage: 'APP VERSION [--by NAME]',
  options: { by: { type: 'string', value: 'NAME', says: 'who approves; default: the user who calls' } },
  words: { least: 2, most: 2 },
  examples: ['cc-ci platform approve traefik 3.0.0+v3.6.12'],
  run: (call) => onRecord(
    call,
    (ports, app, given) => approve(ports, app, { ...given, signal: call.services.signals.cancel }),
    ({ name }, { version, by, says, stillHeld }) => `${name}: approved ${version} by ${by}: ${says}.${stillHeld === undefined ? ` The next reconcile goes on: ${call.services.commandLine(`platform reconcile ${name}`)}` : ` It is still held: ${stillHeld}.`}`,
  ),
}

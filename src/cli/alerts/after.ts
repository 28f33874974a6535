import { isPortError } from '../../ports/port-error.ts'
import { relay } from '../../workflows/alerts/relay.ts'
import type { Call } from '../command.ts'
import { sayRelayed } from './words.ts'

/**
 * Tells what a command had to tell. It comes after the command's result and changes nothing of it: a channel that is down, or even a mistake of ours in
 * telling, is said on standard error and no more (invariant 12).
 */
export async function relayAfter({ io, services }: Pick<Call, 'io' | 'services'>): Promise<void> {
  try {
    for (const line of sayRelayed(await relay(services.relayPorts, { signal: services.signals.cancel }))) io.err(`alerts: ${line}`)
  } catch (error) {
    io.err(`alerts: they could not be brought to their channels: ${isPortError(error) ? error.message : `a mistake in cc-ci, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`}`)
  }
}

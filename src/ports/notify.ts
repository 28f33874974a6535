import type { AlertMessage } from '../domain/model/alert.ts'

/**
 * A channel to people: a webhook, a phone, a mailbox, a room.
 *
 * `send` resolves once the other side has said that it took the message, and ends by itself within its deadline. Safe to repeat: a message sent twice
 * carries the same id both times, and where the other side can tell by that, people see it once.
 *
 * Errors, all without a secret in them (an address may be one): `unreachable` and `limited` (try later; `retryAfterMs` where it said when), `timeout` and
 * `unexpected` (nobody knows whether it arrived), `refused` (it does not take us as we are set up: token, certificate, address), `unsupported` (it takes
 * messages, but not this one).
 */
export interface Notify {
  send(message: AlertMessage, signal: AbortSignal): Promise<void>
}

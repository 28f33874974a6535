import { createHash } from 'node:crypto'
import { shortenedToBytes } from '../../../lib/plain-text.ts'
import type { AlertMessage } from '../../../domain/model/alert.ts'
import type { Notify } from '../../../ports/notify.ts'
import { postJson } from './post.ts'

/** A longer message becomes a file that is attached (ntfy's documentation, "Message size"). */
const MOST_BYTES = 4_000

/**
 * A server that speaks as ntfy does: JSON by POST to its root. `sequence_id` is the same each time the message is sent: from ntfy 2.16 on a second one
 * takes the place of the first, earlier ones show both. The topic is a secret where the server has no users: whoever knows it can read and write.
 */
export function ntfy(given: { url: string; topic: string; token: string | undefined; timeoutMs: number }): Notify {
  const { url, topic, token, timeoutMs } = given
  return {
    async send(message, signal) {
      await postJson({
        whom: 'The ntfy server', method: 'POST', url, timeoutMs, signal,
        secrets: [topic, ...(token === undefined ? [] : [token])],
        headers: { 'idempotency-key': message.id, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
        body: {
          topic,
          title: `${message.title} (${message.from})`,
          message: shortenedToBytes(message.text, MOST_BYTES),
          priority: priorityOf(message),
          tags: [message.telling === 'resolved' ? 'white_check_mark' : message.alert.kind === 'stuck' ? 'rotating_light' : 'warning'],
          sequence_id: createHash('sha256').update(message.id).digest('hex').slice(0, 32),
        },
      })
    },
  }
}

/** 1 to 5, 3 is the usual one. */
function priorityOf({ telling, alert }: AlertMessage): number {
  if (telling === 'resolved') return 3
  return { stuck: 5, failed: 4, trouble: 4, held: 3, notice: 2 }[alert.kind]
}

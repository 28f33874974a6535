import { shortenedToBytes } from '../../../lib/plain-text.ts'
import type { Notify } from '../../../ports/notify.ts'
import { postJson } from './post.ts'

/** An event may have 64 KiB with all that is around it. */
const MOST_BYTES = 30_000

/**
 * A message in a room (Matrix client-server API, "PUT /rooms/{roomId}/send"). The message's id is the transaction's: for as long as the home server
 * remembers it (Synapse: a day), a second sending answers with the first event and is no second message. The account has to be in the room already.
 */
export function matrix(given: { url: string; room: string; token: string; timeoutMs: number }): Notify {
  const { room, token, timeoutMs } = given
  const base = given.url.replace(/\/+$/, '')
  return {
    async send(message, signal) {
      const { id, event, telling, title, text } = message
      await postJson({
        whom: 'The Matrix home server', method: 'PUT', timeoutMs, signal, secrets: [token],
        url: `${base}/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${encodeURIComponent(id)}`,
        headers: { authorization: `Bearer ${token}` },
        body: { msgtype: telling === 'raised' ? 'm.text' : 'm.notice', body: shortenedToBytes(`${title}\n${text}`, MOST_BYTES), 'cc-ci.alert': { id, event, status: telling } },
      })
    },
  }
}

import { parseHttpAddress } from '../../../lib/http-address.ts'
import type { Notify } from '../../../ports/notify.ts'
import { PortError } from '../../../ports/port-error.ts'
import { postJson } from './post.ts'

/**
 * A JSON document by POST. `Idempotency-Key` and `id` are the same each time the message is sent. The address is a secret: whoever knows it can write there.
 */
export function webhook(given: { url: string; timeoutMs: number }): Notify {
  return {
    async send({ id, event, telling, from, at, title, text, alert }, signal) {
      const { address, authorization, secrets } = partsOf(given.url)
      const { raisedAt, ended, ...rest } = alert
      await postJson({
        whom: 'The webhook', method: 'POST', url: address, secrets, timeoutMs: given.timeoutMs, signal,
        headers: { 'idempotency-key': id, ...authorization },
        body: {
          schema: 1, id, event, status: telling, from, at: new Date(at).toISOString(), title, text,
          alert: { ...rest, raisedAt: new Date(raisedAt).toISOString(), ...(ended?.how === 'resolved' ? { resolvedAt: new Date(ended.at).toISOString(), says: ended.says } : {}) },
        },
      })
    },
  }
}

/** From this length on a part of an address is taken for a secret of its own. */
const SHORTEST_PART = 8

/** `fetch` takes no user and password in an address; and which part of it is the secret, nobody says. */
function partsOf(url: string): { address: string; authorization: Record<string, string>; secrets: string[] } {
  const read = parseHttpAddress(url)
  if (!read) throw new PortError('refused', 'The address of the webhook is none for HTTP; a % in its user or password is written %25. See to its url_file.')
  const { url: parsed, username, password } = read
  const { pathname, search, searchParams } = parsed
  parsed.username = ''
  parsed.password = ''
  const parts = [url, parsed.href, pathname + search, pathname, search, ...pathname.split('/'), ...searchParams.values(), password]
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  return { address: parsed.href, authorization: username === '' ? {} : { authorization: `Basic ${basic}` }, secrets: [...parts.filter((part) => part.length >= SHORTEST_PART), ...(username === '' ? [] : [basic])] }
}

import type { Notify } from '../../../ports/notify.ts'
import { postJson } from './post.ts'

/**
 * A JSON document by POST. `Idempotency-Key` and `id` are the same each time the message is sent. The address is a secret: whoever knows it can write there.
 */
export function webhook(given: { url: string; timeoutMs: number }): Notify {
  const { address, authorization, secrets } = partsOf(given.url)
  return {
    async send({ id, event, telling, from, at, title, text, alert }, signal) {
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
  const parsed = new URL(url)
  const { username, password, pathname, search, searchParams } = parsed
  parsed.username = ''
  parsed.password = ''
  const parts = [url, parsed.href, pathname + search, pathname, search, ...pathname.split('/'), ...searchParams.values(), decodeURIComponent(password)]
  const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  return { address: parsed.href, authorization: username === '' ? {} : { authorization: `Basic ${basic}` }, secrets: [...parts.filter((part) => part.length >= SHORTEST_PART), ...(username === '' ? [] : [basic])] }
}

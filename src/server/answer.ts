/** What is answered to one request. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array
}

/**
 * On every answer. Nothing of ours runs a script, asks anybody else for anything or may stand in a frame; a browser takes nothing for something else than it is
 * said to be, and tells nobody where its reader came from. What is served changes with the next run, so that nobody keeps it.
 */
const SAFE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
}

const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export function answer(status: number, type: string, body: string | Uint8Array, { styles, more = {} }: { /** Which style sheets may be used; default: none. */ styles?: string; more?: Record<string, string> } = {}): Answer {
  return { status, headers: { ...SAFE, 'content-security-policy': `${NOTHING}${styles === undefined ? '' : `; img-src data:; style-src ${styles}`}`, 'content-type': type, ...more }, body }
}

export function json(value: unknown, status = 200): Answer {
  return answer(status, 'application/json; charset=utf-8', `${JSON.stringify(value, null, 2)}\n`)
}

/** A sentence for people, where there is no page. */
export function plain(status: number, says: string, more: Record<string, string> = {}): Answer {
  return answer(status, 'text/plain; charset=utf-8', `${says}\n`, { more })
}

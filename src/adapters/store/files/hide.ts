import { HIDDEN, redactedJson, redactor, redactorOfBytes } from '../../../lib/redact.ts'

/** Everything that a run's record writes goes through here (invariant 13). */
export interface Hider {
  hide(secrets: Iterable<string>): void
  text(text: string): string
  bytes(bytes: Uint8Array): Uint8Array
  /** As one line of JSON, or over several lines. */
  json(value: unknown, indent?: number): string
}

export function newHider(): Hider {
  const secrets = new Set<string>()
  let redact = redactor([])
  let redactBytes = redactorOfBytes([])
  const text = (given: string) => redact(withoutUrlPasswords(given))
  return {
    hide(more) {
      for (const secret of more) secrets.add(secret)
      redact = redactor(secrets)
      redactBytes = redactorOfBytes(secrets)
    },
    text,
    bytes: (bytes) => redactBytes(bytes),
    json: (value, indent) => JSON.stringify(redactedJson(value, text, { keep: isOurs, isMap: (key) => key === 'settingsFrom' }), null, indent),
  }
}

/** `https://user:password@host`: a password that nobody told us of. A name alone stays where no token can be meant (`ssh://git@host`). */
function withoutUrlPasswords(text: string): string {
  return text.includes('://') ? text.replace(/\b((?:https?:\/\/)[^\s/@?#"'<>]+|(?:[a-z][a-z0-9+.-]*:\/\/)[^\s/@?#:"'<>]*:[^\s/@?#"'<>]+)@/gi, (whole) => `${whole.slice(0, whole.indexOf('//') + 2)}${HIDDEN}@`) : text
}

/**
 * Words of ours in a record: a secret that happens to be `pass` must not make a verdict unreadable, and one that is a part of a name
 * must not hide what has to be cleaned up. None of these are ever made from a secret.
 */
const OUR_WORDS: Record<string, ReadonlySet<string> | 'any'> = {
  verdict: new Set(['pass', 'fail', 'blocked', 'infra', 'not-applicable', 'unverified']),
  blame: new Set(['change', 'recipe', 'host', 'cc-ci', 'none']),
  engine: new Set(['local', 'swarm', 'scripted']),
  lane: new Set(['cold', 'quick']),
  severity: new Set(['error', 'warning']),
  tier: new Set(['install', 'upgrade', 'backup', 'restore', 'custom', 'teardown', 'lint']),
  name: new Set(['install', 'upgrade', 'backup', 'restore', 'custom', 'teardown', 'lint']),
  do: 'any',
  kind: 'any',
  id: 'any',
  run: 'any',
  stack: 'any',
  domain: 'any',
  commit: 'any',
  digest: 'any',
  path: 'any',
}

function isOurs(text: string, key: string): boolean {
  const words = Object.hasOwn(OUR_WORDS, key) ? OUR_WORDS[key]! : undefined
  return words === 'any' ? /^[A-Za-z0-9._:/-]{1,100}$/.test(text) : (words?.has(text) ?? false)
}

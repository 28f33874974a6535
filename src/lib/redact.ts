/** What stands where a secret stood. */
export const HIDDEN = '[hidden]'

/**
 * Secrets shorter than this are not looked for: hiding every `a` would leave nothing to read and hide nothing. Whoever takes
 * secrets in must refuse such short ones, or say that they cannot be hidden: {@link canHide}.
 */
export const SHORTEST_SECRET = 4

/** Lines of a secret of several lines are also looked for one by one, from this length on: logs are written line by line. */
const SHORTEST_LINE = 8

/** Base64 and hex that a tool broke into lines are found from this length on. */
const SHORTEST_WRAPPED = 16

export function canHide(secret: string): boolean {
  return secret.length >= SHORTEST_SECRET && secret.trim() !== ''
}

/** Hides the secrets it was made for, in every form in which {@link formsOf} knows them. */
export type Redactor = (text: string) => string

/**
 * Finds every form of every secret and puts {@link HIDDEN} in its place; what overlaps or touches becomes one. Text without
 * any secret comes back as it is. Applying it twice changes nothing more.
 */
export function redactor(secrets: Iterable<string>): Redactor {
  const forms = [...new Set([...secrets].filter(canHide).flatMap(formsOf))]
  const wrappable = forms.filter((form) => form.length >= SHORTEST_WRAPPED && /^[A-Za-z0-9+/_=-]+$/.test(form))
  return (text) => {
    if (forms.length === 0) return text
    const found = findAll(text, forms)
    if (wrappable.length > 0 && text.includes('\n')) found.push(...findWrapped(text, wrappable))
    return found.length === 0 ? text : withHidden(text, found)
  }
}

/** The same for bytes of any kind: only what is found is changed. */
export function redactorOfBytes(secrets: Iterable<string>): (bytes: Uint8Array) => Uint8Array {
  // One character per byte, so that nothing but the secret changes, whatever the bytes mean.
  const redact = redactor([...secrets].filter(canHide).map((secret) => Buffer.from(secret, 'utf8').toString('latin1')))
  const escaped = redactor(secrets)
  return (bytes) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
    const hidden = escaped(redact(text))
    return hidden === text ? bytes : Buffer.from(hidden, 'latin1')
  }
}

/**
 * Every string in a value of JSON redacted, keys of maps too; numbers stay, so that what comes out is still JSON. `keep`: this string,
 * under this key, is a word of ours. `isMap`: the object under this key has names as keys, not fields of ours.
 */
export function redactedJson<T>(value: T, redact: (text: string) => string, given: { keep(text: string, key: string): boolean; isMap(key: string): boolean }): T {
  const walk = (part: unknown, key: string): unknown => {
    if (typeof part === 'string') return given.keep(part, key) ? part : redact(part)
    if (Array.isArray(part)) return part.map((item) => walk(item, key))
    if (part === null || typeof part !== 'object') return part
    const isMap = given.isMap(key)
    return Object.fromEntries(Object.entries(part).map(([name, item]) => [isMap ? redact(name) : name, walk(item, name)]))
  }
  return walk(value, '') as T
}

/** Every way in which a secret may be written down: as it is, in base64 at each alignment, URL-, JSON-, HTML- and shell-escaped, in hex. */
export function formsOf(secret: string): string[] {
  const plain = new Set([secret, secret.trim()])
  for (const line of secret.split(/\r?\n/)) {
    if (line.trim().length >= SHORTEST_LINE && !/^-+(BEGIN|END) [A-Z ]+-+$/.test(line.trim())) plain.add(line.trim())
  }
  const forms = new Set<string>()
  for (const text of plain) {
    if (!canHide(text)) continue
    for (const form of [text, ...base64Forms(text), ...hexForms(text), ...urlForms(text), ...jsonForms(text), ...htmlForms(text), text.replaceAll("'", String.raw`'\''`)]) {
      if (canHide(form)) forms.add(form)
    }
  }
  return [...forms]
}

/**
 * In base64 a text looks different after 0, 1 or 2 bytes before it. At each alignment those characters are taken that depend on
 * the secret's bytes alone; they stand in the encoding of whatever holds the secret.
 */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8')
  const forms: string[] = []
  for (const before of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url')
    const from = before === 0 ? 0 : before + 1
    const to = Math.floor(((before + bytes.length) * 8) / 6)
    const form = encoded.slice(from, to)
    forms.push(form, form.replaceAll('-', '+').replaceAll('_', '/'))
  }
  // With its last, half-filled character and padding, when the secret was encoded alone.
  forms.push(bytes.toString('base64'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'))
  return forms.flatMap((form) => [form, encodeURIComponent(form), form.replaceAll('/', String.raw`\/`)])
}

function hexForms(text: string): string[] {
  const hex = Buffer.from(text, 'utf8').toString('hex')
  return [hex, hex.toUpperCase()]
}

function urlForms(text: string): string[] {
  const wellFormed = text.toWellFormed()
  const lenient = encodeURIComponent(wellFormed)
  const strict = lenient.replace(/[!'()*~_.-]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  const rfc3986 = lenient.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
  const path = encodeURI(wellFormed)
  const query = new URLSearchParams([['', wellFormed]]).toString().slice(1)
  const all = Buffer.from(wellFormed, 'utf8').toString('hex').replace(/../g, '%$&')
  const escapes = [lenient, strict, rfc3986, path, query, lenient.replaceAll('%20', '+'), all]
  return escapes.flatMap((form) => [form, form.replace(/%[0-9A-Fa-f]{2}/g, (code) => code.toLowerCase()), form.replace(/%[0-9A-Fa-f]{2}/g, (code) => code.toUpperCase())])
}

function jsonForms(text: string): string[] {
  const inside = (value: string) => JSON.stringify(value).slice(1, -1)
  const once = inside(text)
  const slashed = once.replaceAll('/', String.raw`\/`)
  const ascii = once.replace(/[\u0080-\uffff]/g, unicodeEscape)
  // Go escapes these three in JSON, for the sake of HTML.
  const go = once.replace(/[<>&]/g, unicodeEscape)
  const php = slashed.replace(/[\u0080-\uffff]/g, unicodeEscape)
  const forms = [once, slashed, ascii, go, php]
  return [...forms, ...forms.map(inside)].flatMap((form) => [form, form.replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`)])
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function htmlForms(text: string): string[] {
  const base = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const double = [base, base.replaceAll('"', '&quot;'), base.replaceAll('"', '&#34;')]
  return double.flatMap((form) => [form, form.replaceAll("'", '&#39;'), form.replaceAll("'", '&#x27;'), form.replaceAll("'", '&apos;')])
}

interface Span {
  from: number
  to: number
}

function findAll(text: string, forms: readonly string[]): Span[] {
  const found: Span[] = []
  for (const form of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) found.push({ from: at, to: at + form.length })
  }
  return found
}

/** Looks through line breaks, and the blanks and quotes around them, as base64 and PEM are wrapped. */
function findWrapped(text: string, forms: readonly string[]): Span[] {
  const places: number[] = []
  let joined = ''
  let last = 0
  for (const { index, 0: gap } of text.matchAll(/[ \t]*\r?\n[ \t]*/g)) {
    joined += text.slice(last, index)
    for (let at = last; at < index; at++) places.push(at)
    last = index + gap.length
  }
  joined += text.slice(last)
  for (let at = last; at < text.length; at++) places.push(at)
  return findAll(joined, forms).map(({ from, to }) => ({ from: places[from]!, to: places[to - 1]! + 1 }))
}

function withHidden(text: string, found: Span[]): string {
  found.sort((a, b) => a.from - b.from)
  let out = ''
  let end = 0
  let open = false
  for (const { from, to } of found) {
    if (open && from <= end) {
      end = Math.max(end, to)
      continue
    }
    out += text.slice(end, from) + HIDDEN
    open = true
    end = to
  }
  return out + text.slice(end)
}

import assert from 'node:assert/strict'
import test from 'node:test'
import { canHide, formsOf, HIDDEN, redactedJson, redactor, redactorOfBytes } from './redact.ts'

const SECRET = `p@ss/w0rd+"quo'te"&<ü> 100%`

test('a secret is hidden as it is, and the rest stays', () => {
  const redact = redactor(['hunter22'])
  assert.equal(redact('user=a password=hunter22; next'), `user=a password=${HIDDEN}; next`)
  assert.equal(redact('nothing here'), 'nothing here')
})

test('every way in which tools write a secret down is hidden', async (t) => {
  const redact = redactor([SECRET])
  const bytes = Buffer.from(SECRET, 'utf8')
  const base64 = (before: string, after: string) => Buffer.from(before + SECRET + after, 'utf8').toString('base64')
  const forms: Record<string, string> = {
    plain: SECRET,
    'base64 alone': bytes.toString('base64'),
    'base64 after one byte': base64('x', ''),
    'base64 after two bytes': base64('xy', ''),
    'base64 after three bytes, with more behind': base64('xyz', 'more'),
    'base64 of user:password': base64('admin:', ''),
    base64url: bytes.toString('base64url'),
    'base64url after one byte': Buffer.from(`x${SECRET}y`, 'utf8').toString('base64url'),
    'base64 in lines of 16': bytes.toString('base64').replace(/.{16}/g, '$&\n  '),
    'URL, as a component': encodeURIComponent(SECRET),
    'URL, in small letters': encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase()),
    'URL, strict': encodeURIComponent(SECRET).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    'a form': new URLSearchParams({ p: SECRET }).toString().slice(2),
    'a URL': new URL(`http://x/?p=${encodeURIComponent(SECRET)}`).search,
    JSON: JSON.stringify(SECRET),
    'JSON in JSON': JSON.stringify(JSON.stringify({ p: SECRET })),
    'JSON from Go': JSON.stringify(SECRET).replace(/[<>&]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    hex: bytes.toString('hex'),
    'hex in capitals': bytes.toString('hex').toUpperCase(),
    HTML: SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    'HTML, text only': SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    shell: `'${SECRET.replaceAll("'", String.raw`'\''`)}'`,
  }
  for (const [name, form] of Object.entries(forms)) {
    await t.test(name, () => {
      const hidden = redact(`before ${form} after`)
      assert.ok(hidden.includes(HIDDEN), 'it was found')
      // At most the characters that its neighbours share remain: two at either end of a base64.
      assert.match(hidden, /^before .{0,12}\[hidden\].{0,12} after$/s)
    })
  }
})

test('secrets that overlap or touch are hidden whole, whichever is longer', () => {
  assert.equal(redactor(['abcdef', 'defghi'])('xabcdefghix'), `x${HIDDEN}x`)
  assert.equal(redactor(['pass', 'password'])('password'), HIDDEN)
  assert.equal(redactor(['aaaa'])('aaaaaaaaaa'), HIDDEN)
  assert.equal(redactor(['aaaabbbb', 'ccccdddd'])('aaaabbbbccccdddd'), HIDDEN)
})

test('what is too short to hide is left alone, and said so', () => {
  assert.equal(canHide('abc'), false)
  assert.equal(canHide('      '), false)
  assert.equal(canHide('abcd'), true)
  assert.equal(redactor(['', 'a', 'abc'])('abc abc'), 'abc abc')
})

test('characters that mean something in a pattern mean nothing here', () => {
  assert.equal(redactor(['a.*(b'])('a.*(b axxb $&'), `${HIDDEN} axxb $&`)
})

test('a secret of several lines is hidden line by line, too, but not its armour', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n'
  const redact = redactor([key])
  assert.equal(redact('log: hkiG9w0BAQEFAASC'), `log: ${HIDDEN}`)
  assert.equal(redact('-----BEGIN PRIVATE KEY-----'), '-----BEGIN PRIVATE KEY-----')
  assert.equal(redact(`x\n${key}y`), `x\n${HIDDEN}y`)
})

test('hiding twice changes nothing more', () => {
  const redact = redactor([SECRET, 'hidden-value'])
  const once = redact(`${SECRET} hidden-value ${Buffer.from(SECRET).toString('hex')}`)
  assert.equal(redact(once), once)
})

test('bytes that are no text lose the secret and nothing else', () => {
  const redact = redactorOfBytes(['grüße-1234'])
  const bytes = Buffer.concat([Buffer.from([0, 255, 254]), Buffer.from('grüße-1234', 'utf8'), Buffer.from([128, 0])])
  assert.deepEqual(Buffer.from(redact(bytes)), Buffer.concat([Buffer.from([0, 255, 254]), Buffer.from(HIDDEN), Buffer.from([128, 0])]))
  const clean = Buffer.from([1, 2, 3, 200])
  assert.equal(redact(clean), clean)
  assert.equal(Buffer.from(redact(Buffer.from(Buffer.from('x grüße-1234 y', 'utf8').toString('base64')))).includes('[hidden]'), true)
})

test('a value of JSON stays one: strings and names are hidden; numbers, fields and our own words stay', () => {
  const redact = redactor(['4711', 'pass', 'says'])
  const given = { verdict: 'pass', ms: 4711, says: 'pass 4711', list: ['4711', null, true], map: { '4711': 1 } }
  const kept = redactedJson(given, redact, { keep: (text, key) => key === 'verdict' && text === 'pass', isMap: (key) => key === 'map' })
  assert.deepEqual(kept, { verdict: 'pass', ms: 4711, says: `${HIDDEN} ${HIDDEN}`, list: [HIDDEN, null, true], map: { [HIDDEN]: 1 } })
})

test('a megabyte of log with a dozen secrets is hidden in well under a second per pass', () => {
  const redact = redactor(Array.from({ length: 12 }, (_, index) => `secret-number-${index}-${'x'.repeat(20)}`))
  const log = `${'2026-01-01 12:00:00 some line of an ordinary log\n'.repeat(20_000)}secret-number-7-${'x'.repeat(20)}`
  const from = performance.now()
  assert.ok(redact(log).endsWith(HIDDEN))
  assert.ok(performance.now() - from < 2000, `${performance.now() - from} ms`)
})

test('forms are few and never shorter than what can be hidden', () => {
  const forms = formsOf('abcd')
  assert.ok(forms.every(canHide))
  assert.ok(forms.length < 40, String(forms.length))
})

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { gzipSync } from 'node:zlib'
import { redactor } from '../../src/lib/redact.ts'
import { scanFolders, scanText } from './secret-scan.ts'

const SECRET = `k"ey/+&<ü'> 50%-abc`

const WRITTEN: Record<string, string> = {
  plain: SECRET,
  base64: Buffer.from(`ab${SECRET}cd`).toString('base64'),
  'base64 wrapped': Buffer.from(`a${SECRET}`.repeat(4)).toString('base64').replace(/.{20}/g, '$&\n'),
  base64url: Buffer.from(`x${SECRET}`).toString('base64url'),
  url: encodeURIComponent(SECRET),
  form: new URLSearchParams({ a: SECRET }).toString(),
  json: JSON.stringify({ a: SECRET }),
  'json in json': JSON.stringify({ a: JSON.stringify({ a: SECRET }) }),
  html: SECRET.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  hex: Buffer.from(SECRET).toString('hex').toUpperCase(),
  'base64 in json': JSON.stringify({ auth: `Basic ${Buffer.from(`admin:${SECRET}`).toString('base64')}` }),
}

test('the scan finds a secret however it was written, and the redactor hides all of these from it', async (t) => {
  for (const [form, text] of Object.entries(WRITTEN)) {
    await t.test(form, () => {
      const around = `line one\n… ${text} …\nline three`
      assert.ok(scanText('x', around, ['other-secret', SECRET]).some(({ secret }) => secret === 1), 'found')
      assert.deepEqual(scanText('x', redactor([SECRET])(around), ['other-secret', SECRET]), [], 'hidden')
    })
  }
})

test('random secrets in random surroundings are hidden from the scan in each form', () => {
  let seed = 42
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed % below
  }
  const alphabet = 'abcXYZ019-_+/=%&<>"\'\\ äß€😀.:;@#$!*()~'
  const letters = [...alphabet]
  const text = (length: number) => Array.from({ length }, () => letters[random(letters.length)]).join('')
  const write: Array<(value: string) => string> = [
    (value) => value,
    (value) => Buffer.from(value).toString('base64'),
    (value) => Buffer.from(value).toString('base64url'),
    (value) => Buffer.from(value).toString('hex'),
    (value) => encodeURIComponent(value),
    (value) => new URLSearchParams({ v: value }).toString(),
    (value) => JSON.stringify(value),
    (value) => JSON.stringify(JSON.stringify(value)),
  ]
  for (let round = 0; round < 300; round++) {
    const secret = `${text(7 + random(30)).trim()}x9Qz`
    const written = write[round % write.length]!(text(random(9)) + secret + text(random(9)))
    assert.deepEqual(scanText('x', redactor([secret])(written), [secret]), [], `round ${round}`)
  }
})

test('files, packed files and their names are looked at', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'cc-ci-scan-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'log-swordfish1.txt'), 'clean')
  await writeFile(join(folder, 'packed.gz'), gzipSync('has swordfish1 in it'))
  await writeFile(join(folder, 'clean.txt'), 'clean')
  const found = await scanFolders([folder], ['swordfish1'])
  assert.deepEqual(found.map(({ file, form }) => [file.replace(folder, ''), form]).sort(), [
    ['/packed.gz', 'gzip'],
    [`name of /log-swordfish1.txt`, 'plain'],
  ])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareVersions, isVersion, parseVersion, sortReleases } from './version.ts'

const versions: Array<[text: string, numbers: string, app: string]> = [
  ['1.0.0+1.14.3', '1.0.0', '1.14.3'],
  ['2.0.1+1.0.6-social-amd64', '2.0.1', '1.0.6-social-amd64'],
  ['10.7.1+26.6.2', '10.7.1', '26.6.2'],
  ['0.0.1', '0.0.1', ''],
  ['3.1.0+v2.0.0', '3.1.0', 'v2.0.0'],
  ['1.0.0+2.0+build', '1.0.0', '2.0+build'],
]
for (const [text, numbers, app] of versions) {
  test(`${text} is a version`, () => {
    const parsed = parseVersion(text)
    assert.ok(isVersion(parsed))
    assert.equal(`${parsed.major}.${parsed.minor}.${parsed.patch}`, numbers)
    assert.equal(parsed.app, app)
    assert.equal(parsed.text, text)
  })
}

const others: Array<[text: string, why: string]> = [
  ['', 'it is empty'],
  ['v1.0.0+1', 'it begins with a v'],
  ['latest', 'the part before `+` is not made of three numbers'],
  ['1.0+1.14', 'the part before `+` has 2 numbers, not three'],
  ['1.2.3.4+1', 'the part before `+` has 4 numbers, not three'],
  ['1.0.0+', 'nothing follows the `+`'],
  ['01.0.0+1', 'a number begins with 0'],
  ['1.0.0_2', 'the app\'s version follows a `_`, the form from before 2022; a `+` belongs there'],
  ['1.0.0-rc1+1', 'the part before `+` is not made of three numbers'],
  ['1.0.0 +1', 'it holds a blank'],
  ['1.0.0+a/b', 'the part after `+` holds characters that a version may not have'],
  ['1.0.0+../../etc', 'the part after `+` holds characters that a version may not have'],
  ['99999999999.0.0+1', 'a number is too long'],
]
for (const [text, why] of others) test(`"${text}" is none: ${why}`, () => assert.deepEqual(parseVersion(text), { why }))

test('versions are ordered by the part before the +, by number and not by text', () => {
  const version = (text: string) => {
    const parsed = parseVersion(text)
    assert.ok(isVersion(parsed))
    return { version: parsed, commit: 'c'.repeat(40) }
  }
  const sorted = sortReleases(['10.0.0+1', '2.0.0+9', '1.0.0+2.10', '1.0.0+2.9', '1.10.0+1', '1.9.0+5', '1.9.10+0'].map(version))
  assert.deepEqual(sorted.map((release) => release.version.text), ['1.0.0+2.9', '1.0.0+2.10', '1.9.0+5', '1.9.10+0', '1.10.0+1', '2.0.0+9', '10.0.0+1'])
  assert.equal(compareVersions(version('1.0.0+1').version, version('1.0.0+9').version), 0)
})

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { seeded } from '../support/seeded.ts'
import { readCommonYaml } from '../../src/lib/common-yaml.ts'
import { readWithLibrary } from '../../src/lib/yaml.ts'
import type { YamlEntry, YamlValue } from '../../src/lib/yaml-values.ts'

/** A value with where each part of it stands: everything that readers of a file can ask. */
function told(value: YamlValue, entryOf: (container: object, key: string | number) => YamlEntry | undefined): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? `${value}n` : value
  const parts = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return { is: Array.isArray(value) ? 'list' : 'map', parts: parts.map(([key, part]) => ({ key, at: entryOf(value, key), part: told(part, entryOf) })) }
}

/** Whether the fast reader took it; where it did, it must be what the library says. */
function isReadAlike(text: string): boolean {
  const ours = readCommonYaml(text)
  if (!ours) return false
  const theirs = readWithLibrary(text)
  assert.deepEqual(theirs.problems, [], text)
  assert.deepEqual(told(ours.value, (container, key) => ours.entries.get(container)?.get(key)), told(theirs.value, theirs.entryOf), text)
  return true
}

const SCALARS = ['a', 'b.service', '12', '0o17', '1_000', 'true', '~', '-1', '"quoted: # text"', "'it is'", 'https://a.test/x?y=1#z', 'a b  c', 'a:b', 'x#y', '5m', '12345678901234567890', '$VAR', '${VAR}', 'a, b', '"{"', '2024-01-31', '*x', '&x y', '!!str 1', '- z', 'a: b', 'x #y', "'it''s'", '"\\n"', '|', '`', '...', 'é', '', '[', '=', '<<', 'a:']

test('on drawn texts everything is as the library reads it, places included; most of them are read', () => {
  const random = seeded(1)
  const one = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]!
  /** Now and then one that is not common. */
  const scalar = () => (random() < 0.97 ? SCALARS[Math.floor(random() * 20)]! : one(SCALARS))
  const key = (index: number) => (random() < 0.9 ? `${one(['a', 'b-c', 'x_y.z', 'on', '"quoted"', "'single'", 'K'])}`.replace(/(["']?)$/, `${index}$1`) : one(['true', '1', 'same', '"', 'a b', '__proto__', '<<']))
  const flow = (depth: number): string => {
    if (depth > 2 || random() < 0.5) return scalar()
    const parts = Array.from({ length: Math.floor(random() * 3) }, (_, index) => index)
    const comma = one([', ', ',', ' , '])
    return random() < 0.5 ? `{${one(['', ' '])}${parts.map((index) => `${key(index)}: ${flow(depth + 1)}`).join(comma)}${one(['', ' '])}}` : `[${parts.map(() => flow(depth + 1)).join(comma)}]`
  }
  const tail = () => (random() < 0.1 ? one([' # why', '  ', '\n', '\n# why', '\n   # why', ' #']) : '')
  const block = (indent: number, depth: number): string[] => {
    const pad = ' '.repeat(random() < 0.99 ? indent : indent + 1)
    const isList = random() < 0.3
    return Array.from({ length: 1 + Math.floor(random() * 3) }).flatMap((_, index) => {
      if (isList && random() < 0.3) return [`${pad}- ${key(0)}: ${flow(0)}${tail()}`, `${pad}  ${key(1)}: ${flow(0)}`]
      if (isList) return [`${pad}- ${flow(0)}${tail()}`]
      if (depth < 3 && random() < 0.4) return [`${pad}${key(index)}:${tail()}`, ...block(indent + one([0, 1, 2, 4]), depth + 1)]
      return [`${pad}${key(index)}: ${flow(0)}${tail()}`]
    })
  }
  let read = 0
  let refused = 0
  for (let drawn = 0; drawn < 3_000; drawn += 1) {
    let text = `${block(0, 0).join('\n')}${random() < 0.8 ? '\n' : ''}`
    // Slips of the hand: what is only nearly common is where the two could part.
    if (random() < 0.3) {
      const at = Math.floor(random() * text.length)
      text = text.slice(0, at) + one(['', ' ', '\n', ':', '#', '-', '"', "'", '{', ']', ',', '\t', '  ', '- ', ': ', ' #', '&a ', '|']) + text.slice(at + (random() < 0.5 ? 1 : 0))
    }
    if (isReadAlike(text)) read += 1
    else refused += 1
  }
  assert.ok(read > 1_000 && refused > 300, `${read} read, ${refused} left to the library`)
})

test('what it leaves to the library: mistakes, and what people seldom write', () => {
  for (const text of ['', '# only a comment\n', 'a: 1\na: 2\n', 'a: &x 1\nb: *x\n', 'a: |\n  b\n', 'a:\n', 'a: b\n  c\n', 'a: b: c\n', 'a:\n    b: 1\n  c: 2\n', ' a: 1\n', 'a: "x\\n"\n', "a: 'it''s'\n", 'a:\t1\n', 'a: é\n', 'a: 2024-01-31\n', '---\na: 1\n', 'a: [b\n', 'a: [b: c]\n', '1: a\n', '__proto__: a\n', '<<: {a: 1}\n', '- - a\n', 'text\n', 'a: 1\r\n']) {
    assert.equal(readCommonYaml(text), undefined, JSON.stringify(text))
  }
})

test('files of this repository that it reads, it reads as the library does', () => {
  const root = join(import.meta.dirname, '..', '..')
  const files = ['fixtures', 'platform', 'docs'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(root, folder, path))).filter((path) => /\.ya?ml$/.test(path))
  const read = files.filter((file) => isReadAlike(readFileSync(file, 'utf8')))
  assert.ok(read.length > 10, `${read.length} of ${files.length}`)
})

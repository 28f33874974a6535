import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseImageReference } from './image-reference.ts'

const digest = `sha256:${'0a'.repeat(32)}`

const names: Array<[text: string, expected: [registry: string, repository: string, tag: string | null, digest: string | null]]> = [
  ['postgres', ['docker.io', 'library/postgres', null, null]],
  ['postgres:15', ['docker.io', 'library/postgres', '15', null]],
  ['docker.io/postgres:15', ['docker.io', 'library/postgres', '15', null]],
  ['index.docker.io/library/postgres', ['docker.io', 'library/postgres', null, null]],
  ['ccci/notes:1.0.0', ['docker.io', 'ccci/notes', '1.0.0', null]],
  ['localhost/notes', ['localhost', 'notes', null, null]],
  ['localhost:5000/a/b:v1', ['localhost:5000', 'a/b', 'v1', null]],
  ['git.example.org/group/app:1.2-alpine', ['git.example.org', 'group/app', '1.2-alpine', null]],
  [`app@${digest}`, ['docker.io', 'library/app', null, digest]],
  [`ghcr.io/a/b:1@${digest}`, ['ghcr.io', 'a/b', '1', digest]],
  ['[::1]:5000/a', ['[::1]:5000', 'a', null, null]],
  ['a__b/c-d.e', ['docker.io', 'a__b/c-d.e', null, null]],
]
for (const [text, [registry, repository, tag, found]] of names) {
  test(text, () => assert.deepEqual(parseImageReference(text), { registry, repository, tag, digest: found }))
}

const refused: Array<[text: string, why: string]> = [
  ['', 'it is empty'],
  ['a b', 'it holds a blank'],
  ['Postgres:15', '`Postgres` has capitals, and a name has none'],
  ['postgres:', 'nothing follows the colon'],
  ['postgres:a/b', '`postgres:a` is no registry'],
  ['postgres:-1', '`-1` is no tag'],
  [':15', 'it has no name'],
  ['a//b', 'it has an empty part between two slashes'],
  ['a/-b', '`-b` may not stand in a name'],
  ['app@sha256:12', 'what follows `@` is no digest (`sha256:` and 64 hex digits)'],
  ['f'.repeat(64), 'it is an image id, not a name'],
  ['exa_mple.org/a', '`exa_mple.org` is no registry'],
]
for (const [text, why] of refused) test(`"${text}" is refused: ${why}`, () => assert.deepEqual(parseImageReference(text), { why }))

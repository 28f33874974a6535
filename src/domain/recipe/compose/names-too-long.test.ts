import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { namesTooLong } from './names-too-long.ts'
import { readCompose } from './read.ts'

const STACK = 'note-3f9c21_ci_example_org'

function longNames(text: string): string[] {
  const reading = readCompose({ files: [{ path: 'compose.yml', text }], env: { STACK_NAME: STACK }, proxyNetwork: 'proxy' })
  return namesTooLong(reading, STACK).map(({ line, column, message, mend }) => `${line}:${column} ${message} ${mend}`)
}

describe('T36: a name that passes the engine\'s limit is said before anything is created', () => {
  const room = 64 - STACK.length - 1
  const secret = (length: number) => `secrets:\n  s:\n    external: true\n    name: \${STACK_NAME}_${'x'.repeat(length)}\n`

  test('a secret of 64 characters passes, one of 65 does not', () => {
    assert.deepEqual(longNames(secret(room)), [])
    assert.deepEqual(longNames(secret(room + 1)), [
      `4:11 The secret \`s\` would be called \`${STACK}_${'x'.repeat(room + 1)}\`, which has 65 characters; 64 are allowed. Shorten it by 1 character; the stack's name takes 26 of them, so that 37 are left after the underscore.`,
    ])
  })

  test('without a name of its own a config is called by its key', () => {
    assert.equal(longNames(`configs:\n  ${'c'.repeat(room)}: {file: c}\n`).length, 0)
    assert.equal(longNames(`configs:\n  ${'c'.repeat(room + 1)}: {file: c}\n`).length, 1)
  })

  test('services and networks are DNS labels: 63', () => {
    assert.equal(longNames(`services:\n  ${'s'.repeat(room - 1)}: {image: x}\nnetworks:\n  ${'n'.repeat(room - 1)}:\n`).length, 0)
    assert.equal(longNames(`services:\n  ${'s'.repeat(room)}: {image: x}\nnetworks:\n  ${'n'.repeat(room)}:\n`).length, 2)
  })

  test('a volume is a folder: 255', () => {
    assert.equal(longNames(`volumes:\n  ${'v'.repeat(200)}:\n`).length, 0)
    assert.equal(longNames(`volumes:\n  ${'v'.repeat(240)}:\n`).length, 1)
  })
})

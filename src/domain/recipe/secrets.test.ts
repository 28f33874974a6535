import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEnvSample } from './env-sample.ts'
import { composed } from './samples.ts'
import { readSecrets, versionVariable } from './secrets.ts'

const text = `services:
  app:
    image: a:1
secrets:
  admin_token:
    external: true
    name: \${STACK_NAME}_admin_token_\${SECRET_ADMIN_TOKEN_VERSION}
  ssl_key:
    external: true
    name: \${STACK_NAME}_ssl_key_\${SECRET_WILDCARD_KEY_VERSION:-v1}
  plain:
    external: true
    name: "\${STACK_NAME}_plain"
  words: { external: true, name: "\${STACK_NAME}_words_\${SECRET_WORDS_VERSION}" }
  of-a-file:
    file: ./x
`
const sampleText = 'SECRET_ADMIN_TOKEN_VERSION=v2 # length=32 charset=hex\nSECRET_WILDCARD_KEY_VERSION=v1 # generate=false\nSECRET_WORDS_VERSION=v1\n'

function read(stackName: string) {
  const env = { STACK_NAME: stackName }
  const sample = readEnvSample({ file: '.env.sample', text: sampleText, given: env })
  const { stack, placeOf } = composed(text, { ...sample.values, ...env })
  return readSecrets({ stack, placeOf, textOf: () => text, sample, stackName })
}

test('external secrets with their modifiers, found through the variable in the name', () => {
  const { secrets, problems } = read('note-1_ci')
  const file = 'compose.yml'
  assert.deepEqual(secrets, [
    { key: 'admin_token', name: 'note-1_ci_admin_token_v2', generate: true, length: 32, charset: 'hex', place: { file, line: 7, column: 11 } },
    { key: 'ssl_key', name: 'note-1_ci_ssl_key_v1', generate: false, place: { file, line: 10, column: 11 } },
    { key: 'plain', name: 'note-1_ci_plain', generate: true, place: { file, line: 13, column: 11 } },
    { key: 'words', name: 'note-1_ci_words_v1', generate: true, place: { file, line: 14, column: 34 } },
  ])
  assert.deepEqual(problems.map((problem) => `${problem.rule} ${problem.mend}`), ['secrets/no-version Write `name: ${STACK_NAME}_plain_${SECRET_PLAIN_VERSION}`.'])
})

test('the variable of a version', () => {
  assert.equal(versionVariable('${STACK_NAME}_x_${SECRET_X_VERSION}'), 'SECRET_X_VERSION')
  assert.equal(versionVariable('$STACK_NAME_x'), 'STACK_NAME_x')
  assert.equal(versionVariable('${STACK_NAME}_x_v1'), undefined)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecipeFile, RecipeVersion } from '../model/recipe.ts'
import { isVersion, parseVersion } from '../recipe/version.ts'
import { asksForManualSteps, noteIn, noteThatHolds } from './release-notes.ts'

const asks = [
  'ATTENTION: this is the first release and contains a couple of breaking changes in comparison to the recipe before.',
  'There are a lot of secrets, keys and passwords moved to docker secrets, and the .env.sample was completely restructured.',
  'It is recommended to start your env file from scratch from the new template.',
  'The search backend was removed. If you want to use one switch to sonic. See readme on how to use it.',
  'This release needs a manual migration of the database.',
  'You must run `abra app cmd keycloak.example.org db migrate` after the upgrade.',
  'Before upgrading, dump the database.',
  'Please insert a new secret: abra app secret insert …',
  'Operators need to set NEW_SMTP_HOST in their app config.',
  'The volume `data` has been renamed to `app_data`.',
  'Generate the secret hmac_key first.',
  'Upgrade to 2.1.0 first, see the docs.',
  'WARNING: the config traefik_yml changed.',
  'No manual steps for most of you. Those who use LDAP have to change their settings.',
  'Postgres 13 to 16: the data is not migrated automatically, export and import the database.',
  'New environment variables for SMTP.',
  'BREAKING: drops support for HTTP.',
]
for (const note of asks) test(`asks a person: ${note.slice(0, 60)}`, () => assert.notEqual(asksForManualSteps(note), undefined))

const plain = [
  '',
  'Traefik 3.6.12: security fixes.',
  'chore: publish 1.2.0+3.0.1 release',
  'Updates Keycloak to 26.0.8. No manual steps required.',
  'Updates the image. There is nothing to do.',
  'Faster start, smaller image.',
  'The database migrates automatically.',
  'Fixes the health check on slow hosts.',
  'No breaking changes.',
]
for (const note of plain) test(`asks nobody: ${note.slice(0, 60) || '(empty)'}`, () => assert.equal(asksForManualSteps(note), undefined))

test('the sentence that asks is what is shown', () => {
  assert.equal(asksForManualSteps('Traefik 3.6. You must set FOO_BAR in the env file. Enjoy.'), 'You must set FOO_BAR in the env file.')
})

const version = (text: string) => {
  const parsed = parseVersion(text)
  assert.ok(isVersion(parsed))
  return parsed as RecipeVersion
}
const file = (text: string | Uint8Array): RecipeFile => ({ kind: 'file', bytes: Buffer.from(text), executable: false })

test('a note is found under its name, nearly its name, and not under another', () => {
  const files = new Map<string, RecipeFile>([
    ['release/1.1.0+2', file('exactly')], ['release/1.2.0.md', file('nearly')], ['release/1.3.0+9', file('another app version')],
    ['release/1.4.0+4', { kind: 'symlink', target: '/etc/passwd' }], ['release/1.5.0+5', file(Buffer.from([0xff, 0xfe, 0x00]))],
  ])
  const note = (text: string) => noteIn({ files }, version(text))
  assert.deepEqual(note('1.1.0+2'), { is: 'text', text: 'exactly' })
  assert.deepEqual(note('1.2.0+3'), { is: 'text', text: 'nearly' })
  assert.deepEqual(note('1.3.0+3'), { is: 'none' })
  assert.deepEqual(note('1.4.0+4'), { is: 'unreadable', why: 'release/1.4.0+4 is a symbolic link, and links are not followed' })
  assert.deepEqual(note('1.5.0+5'), { is: 'unreadable', why: 'release/1.5.0+5 is no text' })
})

test('any release on the way holds, the first one is named, and one that cannot be read holds too', () => {
  assert.equal(noteThatHolds([{ version: '1.1.0', note: { is: 'none' } }, { version: '1.2.0', note: { is: 'text', text: 'Faster.' } }]), undefined)
  assert.deepEqual(noteThatHolds([{ version: '1.1.0', note: { is: 'text', text: 'You must do it by hand.' } }, { version: '1.2.0', note: { is: 'none' } }]), { release: '1.1.0', says: 'You must do it by hand.', unreadable: false })
  assert.deepEqual(noteThatHolds([{ version: '1.1.0', note: { is: 'unreadable', why: 'no text' } }]), { release: '1.1.0', says: 'no text', unreadable: true })
})

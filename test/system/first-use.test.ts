/**
 * time limit: 420 s, because it installs everything from nothing.
 *
 * A stranger clones us, is not root, has an empty home and no Docker, and types the one command of the README.
 */
import assert from 'node:assert/strict'
import { chmodSync, existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { before, test } from 'node:test'
import { freshCheckout } from '../setup/fresh-checkout.ts'
import { type Ended, makeStranger } from '../setup/stranger.ts'
import { fiveGreenTiers } from '../setup/tried.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const stranger = makeStranger()
const checkout = stranger.folder('cc-ci')
let first: Ended

before(async () => {
  freshCheckout(ROOT, checkout)
  stranger.owns(checkout)
  first = await stranger.run(['./cc-ci', 'try'], checkout)
})

test('`./cc-ci try` in a fresh clone is green and says where the report is', () => {
  assert.equal(first.code, 0, first.out + first.err)
  fiveGreenTiers({ state: path.join(checkout, '.cc-ci'), cwd: checkout, said: first })
})

test('the set-up says what it does, with its seconds, on standard error', () => {
  const lines = first.err.split('\n').filter((line) => line.startsWith('cc-ci: ')).slice(0, 3)
  assert.deepEqual(lines.map((line) => line.replace(/in \d+ s/, 'in N s')), [
    `cc-ci: setting up ${checkout}: about 360 MB of packages, Node 24 among them; this happens once`,
    'cc-ci: packages …',
    'cc-ci: packages: done in N s',
  ])
})

test('nothing was touched but the checkout, its state and one cache directory', () => {
  assert.deepEqual(readdirSync(stranger.home), ['.cache'])
  assert.deepEqual(readdirSync(path.join(stranger.home, '.cache')), ['cc-ci'])
  assert.deepEqual(readdirSync(stranger.scratch), [])
  const known = new Set(['.cache', '.cc-ci', 'node_modules', ...readdirSync(ROOT)])
  assert.deepEqual(readdirSync(checkout).filter((name) => !known.has(name)), [])
})

test('the second start sets nothing up and is green again', async () => {
  const second = await stranger.run(['./cc-ci', 'try'], checkout)
  assert.equal(second.code, 0, second.out + second.err)
  assert.doesNotMatch(second.err, /setting up/)
})

test('the version is the one of the package, whoever says it', async () => {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string }
  const byLauncher = await stranger.run(['./cc-ci', '--version'], checkout)
  const byMain = await stranger.run([path.join(checkout, 'node_modules/.bin/node'), 'src/wiring/main.ts', '--version'], checkout)
  assert.deepEqual(byLauncher, { code: 0, out: `${version}\n`, err: '' })
  assert.equal(byMain.out, byLauncher.out)
})

test('a checkout of somebody else is left alone, with a sentence', async () => {
  assert.equal(process.getuid?.(), 0, 'this test needs to be root, to own a checkout that the stranger does not')
  const theirs = path.join(path.dirname(checkout), 'theirs')
  freshCheckout(ROOT, theirs)
  chmodSync(theirs, 0o755)
  const refused = await stranger.run(['./cc-ci', 'try'], theirs)
  assert.deepEqual(refused, { code: 2, out: '', err: `cc-ci: cannot write to ${theirs}; start once as the user who owns it, or clone cc-ci to a folder of your own.\n` })
  assert.equal(existsSync(path.join(theirs, 'node_modules')), false)
  assert.deepEqual(globSync('.cache/*', { cwd: theirs }), [])
})

/**
 * time limit: 420 s, because it packs, and installs the package twice.
 *
 * The package, made with `npm pack` and installed elsewhere: Node strips no types under node_modules, so what is packed is compiled.
 */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { before, test } from 'node:test'
import { freshCheckout } from '../setup/fresh-checkout.ts'
import { makeStranger } from '../setup/stranger.ts'
import { fiveGreenTiers } from '../setup/tried.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string }
const stranger = makeStranger()
const elsewhere = stranger.folder('elsewhere')
let packed: string[]
let tarball: string

before(() => {
  const source = mkdtempSync(path.join(realpathSync(tmpdir()), 'source-'))
  freshCheckout(ROOT, source)
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(source, 'node_modules'))
  const answer = execFileSync('npm', ['pack', '--json', '--loglevel=error'], { cwd: source, encoding: 'utf8' })
  // What `prepack` prints comes before it.
  const [made] = JSON.parse(answer.slice(answer.indexOf('[\n'))) as [{ filename: string, files: { path: string }[] }]
  packed = made.files.map((file) => file.path)
  tarball = path.join(source, made.filename)
})

test('the package holds the compiled form, the launcher and the example recipe, and no sources or tests', () => {
  for (const wanted of ['cc-ci', 'package.json', 'dist/wiring/main.js']) assert.ok(packed.includes(wanted), `${wanted} is missing`)
  assert.ok(packed.some((file) => file.startsWith('fixtures/recipes/notes/')))
  assert.deepEqual(packed.filter((file) => /^(src|test|node_modules)\/|\.test\.[jt]s$|\.ts$/.test(file)), [])
})

test('installed elsewhere, twice, `cc-ci try` is green', async () => {
  writeFileSync(path.join(elsewhere, 'package.json'), '{ "private": true }\n')
  writeFileSync(path.join(elsewhere, 'cc-ci.tgz'), readFileSync(tarball))
  stranger.owns(elsewhere)
  for (const round of ['first', 'second']) {
    const installed = await stranger.run(['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', './cc-ci.tgz'], elsewhere, { npm_config_cache: path.join(stranger.home, '.cache/cc-ci/npm') })
    assert.equal(installed.code, 0, `${round} npm install: ${installed.err}`)
  }
  const said = await stranger.run(['node_modules/.bin/cc-ci', '--version'], elsewhere)
  assert.deepEqual(said, { code: 0, out: `${version}\n`, err: '' })

  const tried = await stranger.run(['node_modules/.bin/cc-ci', 'try'], elsewhere)
  assert.equal(tried.code, 0, tried.out + tried.err)
  fiveGreenTiers({ state: path.join(elsewhere, '.cc-ci'), cwd: elsewhere, said: tried })
})

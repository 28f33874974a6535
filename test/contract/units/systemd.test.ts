import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkout, cli, temporaryFolder } from '../../support/cli.ts'

/** Needs systemd-analyze (Debian: systemd). Docker's own unit is not on every machine that tests: one that stands for it lies beside ours. */
test('T12: systemd accepts the units that are rendered from our settings, and rendering again changes no byte', async () => {
  using folder = temporaryFolder('render')
  const out = join(folder.path, 'units')
  const render = () => cli(['boot', 'render', '--to', 'systemd', '--settings', 'fixtures/boot/settings/seed-fixed.yml', '--state', join(folder.path, 'state'), '--out', out, '--program', join(checkout, 'cc-ci')], { env: { CCCI_CACHE: join(folder.path, 'cache') } })
  const first = await render()
  assert.equal(first.code, 0, first.err)
  const read = () => Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')]))
  const before = read()
  assert.deepEqual(Object.keys(before).toSorted(), ['cc-ci-dashboard.service', 'cc-ci-networks.service', 'cc-ci-prune.service', 'cc-ci-prune.timer', 'cc-ci-reconcile.service', 'cc-ci-reconcile.timer', 'cc-ci-swarm.service', 'cc-ci-traefik.service', 'cc-ci.target'])
  await render()
  assert.deepEqual(read(), before)
  writeFileSync(join(out, 'docker.service'), '[Service]\nExecStart=/bin/true\n')
  const verified = spawnSync('systemd-analyze', ['verify', '--man=no', ...Object.keys(before).map((name) => join(out, name))], { encoding: 'utf8', env: { PATH: process.env.PATH, SYSTEMD_UNIT_PATH: `${out}:` } })
  assert.equal(verified.error, undefined, 'systemd-analyze is missing: apt-get install systemd')
  assert.deepEqual([verified.status, verified.stdout, verified.stderr], [0, '', ''])
  const checked = await cli(['boot', 'check', out, '--state', join(folder.path, 'state')])
  assert.equal(checked.code, 0, checked.out)
})

test('T1: a boot that would not come up is not rendered', async () => {
  using folder = temporaryFolder('render')
  const ended = await cli(['boot', 'render', '--to', 'systemd', '--settings', 'fixtures/boot/settings/seed-deadlock.yml', '--state', folder.path], { env: { CCCI_CACHE: join(folder.path, 'cache') } })
  assert.deepEqual([ended.code, ended.out], [2, ''])
  assert.match(ended.err, /see cc-ci boot check\. Nothing was rendered\./)
})

test('nothing is written over that cc-ci did not render, and a user is a name', async () => {
  using folder = temporaryFolder('render')
  const render = async (...args: string[]) => await cli(['boot', 'render', '--settings', 'fixtures/boot/settings/seed-fixed.yml', '--state', join(folder.path, 'state'), ...args], { env: { CCCI_CACHE: join(folder.path, 'cache') } })
  for (const [to, name] of [['systemd', 'cc-ci-traefik.service'], ['nix', 'cc-ci.nix']] as const) {
    const out = join(folder.path, to)
    mkdirSync(out)
    writeFileSync(join(out, name), '# mine\n')
    const ended = await render('--to', to, '--out', out)
    assert.deepEqual(ended, { code: 2, out: '', err: `${join(out, name)}: not rendered by cc-ci, and left as it is. Move it away, or name another folder with --out. Nothing was written.\n` })
    assert.deepEqual([readdirSync(out), readFileSync(join(out, name), 'utf8')], [[name], '# mine\n'])
    rmSync(join(out, name))
    assert.deepEqual([(await render('--to', to, '--out', out)).code, (await render('--to', to, '--out', out)).code], [0, 0])
  }
  for (const user of ['x\nExecStartPre=/bin/evil', 'ops\n', 'a b;c', '-ops', '%u']) {
    const ended = await render('--to', 'systemd', `--user=${user}`)
    assert.deepEqual(ended, { code: 2, out: '', err: `--user takes the name of a user, in letters, digits, "_", "-" and ".", not ${JSON.stringify(user)}.\n` })
  }
  assert.match((await render('--to', 'systemd', '--user', 'ops_1')).out, /^User=ops_1$/m)
})

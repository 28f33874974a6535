/**
 * time limit: 900 s, because a whole host is made, and the program is copied there several times
 * optional parts: image:host
 *
 * cc-ci is put on a throw-away host and taken off again.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { packageProgram } from '../../src/adapters/program/package/program.ts'
import { ENVIRONMENT } from '../../src/domain/boot/install/layout.ts'
import type { ThrowawayHost } from '../../src/ports/throwaway-hosts.ts'
import { hostImage } from '../rig/images/catalogue.ts'
import { checkout } from '../support/cli.ts'
import { type HostsStage, openHostsStage } from './hosts-stage.ts'

const { signal } = new AbortController()

async function on(host: ThrowawayHost, ...argv: [string, ...string[]]): Promise<string> {
  const { code, out, err } = await host.run(argv, { signal, timeoutMs: 120_000 })
  assert.equal(code, 0, `${argv.join(' ')}: ${err || out}`)
  return out.trim()
}

async function write(host: ThrowawayHost, path: string, text: string): Promise<void> {
  const { code, err } = await host.run(['/bin/sh', '-euc', 'mkdir -p "$(dirname "$1")"; cat > "$1"', 'write', path], { signal, timeoutMs: 30_000, stdin: text })
  assert.equal(code, 0, err)
}

describe('host install and host remove', () => {
  let stage: HostsStage
  let host: ThrowawayHost
  const bare = () => on(host, 'find', '/usr/local', '/etc/cc-ci', '/etc/systemd/system', '/var/lib/cc-ci', '-name', '*cc-ci*')
  const SETTINGS = 'domain: ci.example.org\nserver: {}\n'

  before(async () => {
    stage = await openHostsStage({ parts: [] })
    host = await stage.hosts.make({ name: 'cc-ci-test-install', image: await stage.hosts.image({ named: hostImage }, signal) })
    await host.start(signal)
    const program = stage.within('program')
    await packageProgram(checkout).copyTo(program)
    await host.put(program, '/opt/cc-ci')
    await write(host, '/opt/settings.yml', SETTINGS)
  })
  after(async () => await stage?.[Symbol.asyncDispose]())

  test('--dry-run touches nothing', async () => {
    const before = await host.run(['find', '/usr/local', '/etc', '/var/lib/cc-ci', '-newer', '/opt/settings.yml'], { signal, timeoutMs: 10_000 })
    const out = await on(host, '/opt/cc-ci/cc-ci', 'host', 'install', '--dry-run', '--settings', '/opt/settings.yml', '--state', '/tmp/state')
    assert.match(out, /→ write \/etc\/systemd\/system\/cc-ci\.target \(new\)/)
    const after = await host.run(['find', '/usr/local', '/etc', '/var/lib/cc-ci', '-newer', '/opt/settings.yml'], { signal, timeoutMs: 10_000 })
    assert.deepEqual(after.out, before.out)
  })

  test('installed, it runs without what it came from, systemd accepts its units, and installing again does nothing', async () => {
    await on(host, '/opt/cc-ci/cc-ci', 'host', 'install', '--settings', '/opt/settings.yml', '--state', '/tmp/state')
    assert.equal(await on(host, 'cat', '/etc/cc-ci/settings.yml'), SETTINGS.trim())
    assert.equal(await on(host, 'systemctl', 'is-enabled', 'cc-ci.target'), 'enabled')
    assert.equal(await on(host, '/bin/sh', '-c', 'systemd-analyze verify --man=no /etc/systemd/system/cc-ci* 2>&1'), '')
    const again = JSON.parse(await on(host, '/opt/cc-ci/cc-ci', 'host', 'install', '--settings', '/opt/settings.yml', '--state', '/tmp/state', '--json')) as { changes: Array<{ state: string }> }
    assert.deepEqual([...new Set(again.changes.map(({ state }) => state))], ['left as it is'])
    await on(host, 'mv', '/opt/cc-ci', '/opt/elsewhere')
    assert.equal(await on(host, 'cc-ci', 'settings', 'check'), await on(host, '/usr/local/bin/cc-ci', 'settings', 'check', '--settings', '/etc/cc-ci/settings.yml'))
  })

  test('T13: of two installations at once one is done, the other is refused, and what is there is whole', async () => {
    const script = `
      cd /opt/elsewhere
      for state in a b c; do
        (./cc-ci host install --settings /etc/cc-ci/settings.yml --state /tmp/$state > /run/said-$state 2>&1; echo $? > /run/code-$state) &
      done
      wait
      cat /run/code-?`
    await on(host, 'rm', '-rf', '/usr/local/lib/cc-ci')
    const codes = (await on(host, '/bin/sh', '-c', script)).split('\n')
    assert.ok(codes.includes('0') && codes.every((code) => code === '0' || code === '3'), codes.join(' '))
    assert.equal(await on(host, 'diff', '-rq', '/opt/elsewhere/node_modules', '/usr/local/lib/cc-ci/current/node_modules'), '')
    assert.deepEqual((await on(host, 'ls', '-A', '/usr/local/lib/cc-ci')).split('\n').length, 2)
  })

  test('T40: a person, a unit and a timer start it in the same environment', async () => {
    await write(host, '/usr/local/sbin/git', '#!/bin/sh\nenv | grep -v ^_= | sort > /run/seen-$(cat /run/who)\nexec /usr/bin/git "$@"\n')
    await on(host, '/bin/sh', '-euc', 'chmod +x /usr/local/sbin/git; cp -r /opt/elsewhere/fixtures/recipes/notes/1.0.0+1.0.0 /srv/recipe')
    const command = 'cc-ci recipe check /srv/recipe --json'
    const as = async (who: string, ...argv: [string, ...string[]]) => {
      await on(host, '/bin/sh', '-c', `echo ${who} > /run/who`)
      const { code, out, err } = await host.run(argv, { signal, timeoutMs: 120_000 })
      assert.equal(code, 0, `${who}: ${err || out}`)
      return (await on(host, 'cat', `/run/seen-${who}`)).split('\n').filter((line) => !/^(PWD|OLDPWD|SHLVL|GIT_[A-Z_]+|INVOCATION_ID|JOURNAL_STREAM)=/.test(line))
    }
    const person = await as('person', 'env', 'DOCKER_HOST=tcp://elsewhere:2375', 'HTTP_PROXY=http://proxy', 'PATH=/usr/bin:/bin', 'CCCI_STATE=/tmp/other', 'LANG=de_DE.UTF-8', '/bin/sh', '-c', `/usr/local/bin/${command}`)
    const service = `[Service]\nType=oneshot\nExecStart=/usr/local/bin/${command}\n`
    await write(host, '/run/systemd/system/seen.service', service)
    await write(host, '/run/systemd/system/seen-later.service', service)
    await write(host, '/run/systemd/system/seen-later.timer', '[Timer]\nOnActiveSec=1us\nAccuracySec=1us\n')
    await on(host, 'systemctl', 'daemon-reload')
    const unit = await as('unit', 'systemctl', 'start', 'seen.service')
    // Asked to start once more, systemd joins the start that the timer began, and answers when that is over.
    const timer = await as('timer', '/bin/sh', '-euc', 'systemctl start seen-later.timer; systemctl start seen-later.service')
    assert.deepEqual([unit, timer], [person, person])
    assert.ok(person.includes(`PATH=${ENVIRONMENT.PATH}`), person.join('\n'))
    assert.equal(person.some((line) => /elsewhere|proxy|other|de_DE/.test(line)), false)
  })

  test('a newer one takes its place and leaves settings and records; taken off, nothing of it is left but these', async () => {
    const before = await on(host, 'readlink', '/usr/local/lib/cc-ci/current')
    await on(host, '/bin/sh', '-euc', 'echo "- newer" >> /opt/elsewhere/CHANGELOG.md; mkdir -p /var/lib/cc-ci/platform; echo kept > /var/lib/cc-ci/platform/mark')
    await on(host, '/opt/elsewhere/cc-ci', 'host', 'install', '--settings', '/etc/cc-ci/settings.yml', '--state', '/tmp/state')
    assert.notEqual(await on(host, 'readlink', '/usr/local/lib/cc-ci/current'), before)
    assert.equal(await on(host, 'cat', '/etc/cc-ci/settings.yml'), SETTINGS.trim())
    await write(host, '/etc/cc-ci/settings.yml', 'domian: ci.example.org\n')
    const said = await on(host, 'cc-ci', 'host', 'remove')
    assert.match(said, /Kept: \/etc\/cc-ci \(settings\), \/var\/lib\/cc-ci \(records/)
    assert.deepEqual((await bare()).split('\n').sort(), ['/etc/cc-ci', '/var/lib/cc-ci'])
    assert.deepEqual([await on(host, 'cat', '/etc/cc-ci/settings.yml'), await on(host, 'cat', '/var/lib/cc-ci/platform/mark')], ['domian: ci.example.org', 'kept'], 'whatever the settings say, it is taken off, and they stay')
    assert.equal(await on(host, 'systemctl', '--failed', '--no-legend'), '')
  })
})

/**
 * time limit: 600 s, because whole hosts are made and booted, some of them several times
 * optional parts: image:host
 *
 * A throw-away host: cc-ci is put on it and taken off again, and its boot is proved.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parse, stringify } from 'yaml'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { nodeProcesses } from '../../src/adapters/process/node.ts'
import { packageProgram } from '../../src/adapters/program/package/program.ts'
import { dockerThrowawayHosts } from '../../src/adapters/throwaway-hosts/docker/hosts.ts'
import { ENVIRONMENT } from '../../src/domain/boot/install/layout.ts'
import type { BootProof } from '../../src/domain/report/boot/proof.ts'
import type { ThrowawayHost, ThrowawayHosts } from '../../src/ports/throwaway-hosts.ts'
import { hostImage } from '../rig/images/catalogue.ts'
import { openOwnHost, type OwnHost } from '../rig/own-host.ts'
import { checkout, cli, start, temporaryFolder } from '../support/cli.ts'

let machine: OwnHost
let hosts: ThrowawayHosts
const folder = temporaryFolder('host')
const settingsFile = join(folder.path, 'settings.yml')
const { signal } = new AbortController()

before(async () => {
  machine = await openOwnHost({ parts: ['registry', 'engine', 'settings', 'image:host', 'image:traefik', 'image:busybox'] })
  const settings = parse(readFileSync(machine.env.CCCI_SETTINGS!, 'utf8')) as { docker: { client: string; host: string } }
  writeFileSync(settingsFile, stringify({ ...settings, images: { host: hostImage } }))
  hosts = dockerThrowawayHosts({ processes: nodeProcesses(process.env), clientPath: settings.docker.client, dockerHost: settings.docker.host, clock: systemClock() })
})
after(async () => {
  for (const name of (await hosts?.list()) ?? []) await hosts.remove(name)
  await machine?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

async function on(host: ThrowawayHost, ...argv: [string, ...string[]]): Promise<string> {
  const { code, out, err } = await host.run(argv, { signal, timeoutMs: 120_000 })
  assert.equal(code, 0, `${argv.join(' ')}: ${err || out}`)
  return out.trim()
}

describe('host install and host remove', () => {
  let host: ThrowawayHost
  const NAME = 'cc-ci-test-install'
  const bare = () => on(host, 'find', '/usr/local', '/etc/cc-ci', '/etc/systemd/system', '/var/lib/cc-ci', '-name', '*cc-ci*')
  const SETTINGS = 'domain: ci.example.org\n'

  before(async () => {
    host = await hosts.make({ name: NAME, image: await hosts.image({ named: hostImage }, signal) })
    await host.start(signal)
    const program = join(folder.path, 'program')
    await packageProgram(checkout).copyTo(program)
    await host.put(program, '/opt/cc-ci')
    await host.run(['/bin/sh', '-c', 'cat > /opt/settings.yml'], { signal, timeoutMs: 10_000, stdin: SETTINGS })
  })
  after(async () => await hosts.remove(NAME))

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
    const again = JSON.parse(await on(host, '/opt/cc-ci/cc-ci', 'host', 'install', '--settings', '/etc/cc-ci/settings.yml', '--state', '/tmp/state', '--json')) as { changes: Array<{ state: string }> }
    assert.deepEqual([...new Set(again.changes.map(({ state }) => state))], ['left as it is'])
    await on(host, 'mv', '/opt/cc-ci', '/opt/elsewhere')
    assert.equal(await on(host, 'cc-ci', 'settings', 'check'), await on(host, '/usr/local/bin/cc-ci', 'settings', 'check', '--settings', '/etc/cc-ci/settings.yml'))
  })

  test('T40: a person, a unit and a timer start it in the same environment', async () => {
    await host.run(['/bin/sh', '-euc', "printf '#!/bin/sh\\nenv | grep -v ^_= | sort > /run/seen-$(cat /run/who)\\nexec /usr/bin/git \"$@\"\\n' > /usr/local/sbin/git; chmod +x /usr/local/sbin/git; cp -r /opt/elsewhere/fixtures/recipes/notes/1.0.0+1.0.0 /srv/recipe"], { signal, timeoutMs: 10_000 })
    const command = 'cc-ci recipe check /srv/recipe --json'
    const as = async (who: string, ...argv: [string, ...string[]]) => {
      await on(host, '/bin/sh', '-c', `echo ${who} > /run/who`)
      await host.run(argv, { signal, timeoutMs: 60_000 })
      return (await on(host, 'cat', `/run/seen-${who}`)).split('\n').filter((line) => !/^(PWD|OLDPWD|SHLVL|GIT_[A-Z_]+|INVOCATION_ID|JOURNAL_STREAM)=/.test(line))
    }
    const person = await as('person', 'env', 'DOCKER_HOST=tcp://elsewhere:2375', 'HTTP_PROXY=http://proxy', 'PATH=/usr/bin:/bin', 'CCCI_STATE=/tmp/other', 'LANG=de_DE.UTF-8', '/bin/sh', '-c', `/usr/local/bin/${command}`)
    const unit = await as('unit', 'systemd-run', '--quiet', '--wait', '/usr/local/bin/cc-ci', ...command.split(' ').slice(1))
    const timer = await as('timer', '/bin/sh', '-euc', `systemd-run --quiet --on-active=1us --timer-property=AccuracySec=1us --unit=seen /usr/local/bin/${command}; while ! test -s /run/seen-timer; do sleep 0.1; done; while systemctl --quiet is-active seen.service; do sleep 0.1; done`)
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
    const said = await on(host, 'cc-ci', 'host', 'remove')
    assert.match(said, /Kept: \/etc\/cc-ci \(settings\), \/var\/lib\/cc-ci \(records/)
    assert.deepEqual((await bare()).split('\n').sort(), ['/etc/cc-ci', '/var/lib/cc-ci'])
    assert.deepEqual([await on(host, 'cat', '/etc/cc-ci/settings.yml'), await on(host, 'cat', '/var/lib/cc-ci/platform/mark')], [SETTINGS.trim(), 'kept'])
    assert.equal(await on(host, 'systemctl', '--failed', '--no-legend'), '')
  })
})

describe('boot prove', () => {
  const prove = (...args: string[]) => ['boot', 'prove', ...args, '--settings', settingsFile, '--state', join(folder.path, 'state')]

  test('T1: the gate of old stands still where the check said, ours comes up from nothing, rolls back on that very boot, and deploys nothing again', async (t) => {
    const page = join(folder.path, 'page.html')
    const { code, out, err } = await cli(prove('--json', '--page', page), { env: machine.env })
    assert.notEqual(out.trim(), '', err)
    const proof = JSON.parse(out) as BootProof
    for (const { gate, boots, claims } of proof.gates) {
      for (const { title, units } of boots) t.diagnostic(`${gate}: ${title}: ${units.filter(({ state }) => state !== 'off').map(({ unit, state, beganMs, endedMs }) => `${unit} ${beganMs} ${state} ${endedMs}`).join(', ')}`)
      for (const { says, holds, saw } of claims) t.diagnostic(`${gate}: ${holds ? '✓' : '✗'} ${says}: ${saw}`)
    }
    assert.deepEqual(proof.gates.flatMap(({ claims }) => claims.filter(({ holds }) => !holds)), [], err)
    assert.deepEqual([code, proof.verdict, proof.gates.map(({ gate, boots }) => `${gate} ${boots.length}`)], [0, 'proved', ['old 1', 'new 3']])
    const text = readFileSync(page, 'utf8')
    for (const wanted of ['<svg', 'The boot is proved', 'cc-ci-traefik.service can never come up', 'boot with the registry down']) assert.ok(text.includes(wanted), wanted)
    assert.equal(/(src|href)=/.test(text), false)
    assert.deepEqual([(await readdir(join(proof.evidence))).sort(), await hosts.list()], [['new', 'old', 'page.html', 'proof.json'], []])
  })

  test('ended by Ctrl-C it leaves no host behind', async () => {
    const proving = start(prove('--gate', 'new'), { env: machine.env })
    await proving.says('bringing images to its registry')
    assert.equal((await hosts.list()).length, 1)
    proving.kill('SIGINT')
    assert.equal((await proving.ended).code, 130)
    const left = [...(await hosts.list()), ...(await machine.docker('volume', 'ls', '--quiet', '--filter', 'label=cc-ci.throwaway-host')).split('\n'), ...(await machine.docker('network', 'ls', '--quiet', '--filter', 'label=cc-ci.throwaway-host')).split('\n')]
    assert.deepEqual(left.filter(Boolean), [])
  })
})

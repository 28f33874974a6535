import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandText, ENVIRONMENT, environmentText, LAYOUT } from '../../src/domain/boot/install/layout.ts'
import { temporaryFolder } from '../support/cli.ts'

test('T40: the command of an installed host begins with the same environment, whoever starts it', () => {
  using folder = temporaryFolder('command')
  const current = join(folder.path, 'current')
  mkdirSync(current)
  writeFileSync(join(current, 'cc-ci'), '#!/bin/sh\n/usr/bin/env | /usr/bin/sort\n')
  chmodSync(join(current, 'cc-ci'), 0o755)
  writeFileSync(join(folder.path, 'environment'), environmentText())
  const command = join(folder.path, 'cc-ci')
  // The same text, in a folder of ours and for whoever runs the tests.
  writeFileSync(command, commandText().replaceAll(LAYOUT.environment, join(folder.path, 'environment')).replaceAll(LAYOUT.library, folder.path).replace('"$(id -u)"', '0'))
  const started = (env: Record<string, string>) => {
    const { status, stdout, stderr } = spawnSync('/bin/sh', [command], { env, encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    return stdout.split('\n').filter((line) => line !== '' && !/^(PWD|OLDPWD|SHLVL|_)=/.test(line))
  }
  const systemd = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'de_DE.UTF-8' }
  const person = { PATH: '/root/bin:/usr/bin:/bin', HOME: '/home/someone', DOCKER_HOST: 'tcp://elsewhere:2375', HTTP_PROXY: 'http://proxy', NODE_OPTIONS: '--max-old-space-size=9', CCCI_STATE: '/tmp/other', CCCI_SCRIPTED: '/tmp/socket', XDG_CACHE_HOME: '/tmp/c' }
  const wanted = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`).sort()
  for (const env of [systemd, person, {}, { PATH: '' }] as Array<Record<string, string>>) assert.deepEqual(started(env), wanted, JSON.stringify(env))
  assert.deepEqual(started({ ...person, TERM: 'xterm $(reboot) "x"', NO_COLOR: '' }), [...wanted, 'NO_COLOR=', 'TERM=xterm $(reboot) "x"'].sort())
})

import assert from 'node:assert/strict'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { nodeProcesses } from '../../src/adapters/process/node.ts'
import { gitSources } from '../../src/adapters/source/git/sources.ts'
import type { Call } from '../../src/cli/command.ts'
import { bootFinding } from '../../src/cli/operate/doctor/boot.ts'
import { cli, temporaryFolder } from '../support/cli.ts'

test('the doctor says which recipes it fetches before it does, and what their boot comes to', async () => {
  using folder = temporaryFolder('doctor')
  const env = { CCCI_CACHE: join(folder.path, 'cache'), DOCKER_HOST: `unix://${folder.path}/absent.sock` }
  const ended = await cli(['doctor', '--settings', 'fixtures/boot/settings/seed-deadlock.yml', '--state', folder.path, '--json'], { env })
  assert.equal(ended.err, 'Fetching recipes, for 30 s at most: traefik, dashboard\n')
  const findings = JSON.parse(ended.out) as Array<{ about: string }>
  assert.deepEqual(findings.filter(({ about }) => about === 'boot'), [{ about: 'boot', state: 'trouble', says: 'the platform apps would not come up from nothing: 1 fault', mend: 'cc-ci boot check' }])
})

test('a server that takes the call and never answers costs the doctor its limit and no more', async () => {
  using folder = temporaryFolder('doctor')
  await using server = createServer((socket) => void socket.resume().on('error', () => {})).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const recipe = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notes.git`
  const clock = systemClock()
  const said: string[] = []
  const call = {
    words: [],
    io: { err: (text: string) => said.push(text) },
    services: {
      clock,
      settings: { file: join(import.meta.dirname, '..', '..', 'fixtures', 'boot', 'settings', 'seed-fixed.yml'), platform: [{ name: 'notes', recipe, after: [], limits: {} }] },
      signals: { cancel: new AbortController().signal },
      sources: gitSources({ processes: nodeProcesses(process.env), cacheFolder: folder.path, clock }),
    },
  } as unknown as Call
  assert.deepEqual(await bootFinding(call, 500), [{ about: 'boot', state: 'note', says: 'nobody can say whether it would come up: the recipes were not there within 0.5 s', mend: 'cc-ci boot check, which waits longer' }])
  assert.deepEqual(said, ['Fetching recipes, for 0.5 s at most: notes'])
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { processTable, psTable } from '../../../src/adapters/engine/local/process-table.ts'
import { nodeProcesses } from '../../../src/adapters/process/node.ts'
import type { Processes } from '../../../src/ports/process.ts'

const processes = nodeProcesses(process.env)

for (const [name, table] of Object.entries({ "this system's": processTable(processes), 'that of ps': psTable(processes) })) {
  test(`the process table (${name}): a process has a start, a group and memory, and is gone when it ended`, async (t) => {
    const child = spawn('cat', { detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    t.after(() => child.kill('SIGKILL'))
    // What has just begun may not have its memory yet.
    child.stdin.write('loaded\n')
    await once(child.stdout, 'data')
    const started = await table.startOf(child.pid!)
    assert.ok(started)
    assert.equal(await table.startOf(child.pid!), started)
    assert.deepEqual(await table.inGroup(child.pid!), [child.pid])
    assert.ok((await table.memoryOf([child.pid!])) > 10_000)
    child.kill('SIGKILL')
    await ended
    assert.equal(await table.startOf(child.pid!), undefined)
    assert.deepEqual(await table.inGroup(child.pid!), [])
    assert.equal(await table.memoryOf([child.pid!]), 0)
  })
}

test('marks are read from what ps prints on macOS', async () => {
  const printed = [
    '  501     1   501   1234 S    Fri Nov 21 05:04:00 2025     /usr/local/bin/node app/server.mjs PATH=/bin CC_CI_STATE=here CC_CI_RUN=note-1 CC_CI_STACK=note-1_test HOME=/x',
    '  502     1   502   1234 Ss   Fri Nov  7 05:04:00 2025     sleep 60 CC_CI_STATE=elsewhere CC_CI_RUN=note-2 CC_CI_STACK=note-2_test',
    '  503   501   501      0 Z    Fri Nov 21 05:04:00 2025     (node)',
    '  504   501   501    900 R+   Fri Nov 21 05:04:01 2025     sh -c x CC_CI_RUN=note-1',
  ].join('\n')
  const fake: Processes = { ...processes, run: async () => ({ exitCode: 0, signal: null, stdout: printed, stderr: '', timedOut: false, ms: 1 }) }
  assert.deepEqual(await psTable(fake).marked('here'), [{ pid: 501, group: 501, run: 'note-1', stack: 'note-1_test' }])
  assert.deepEqual(await psTable(fake).inGroup(501), [501, 504])
  assert.equal(await psTable(fake).memoryOf([501, 502]), 2 * 1234 * 1024)
})

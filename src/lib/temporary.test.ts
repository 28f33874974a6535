import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isLiving, statOf } from './proc-fs.ts'
import { removeDeadTemporaries, temporaryName } from './temporary.ts'

/** Makes a folder under a temporary name in the folder it is given, starts a program that works there, says its pid, and waits to be killed. */
const MAKER = `
  import { spawn } from 'node:child_process'
  import { mkdirSync } from 'node:fs'
  import { join } from 'node:path'
  const { temporaryName } = await import(${JSON.stringify(join(import.meta.dirname, 'temporary.ts'))})
  const folder = join(process.argv[1], temporaryName('work'))
  mkdirSync(join(folder, 'inner'), { recursive: true })
  const worker = spawn('sleep', ['600'], { env: { WORKS_IN: folder }, detached: true, stdio: 'ignore' })
  console.log(worker.pid)
  setInterval(() => {}, 1000)
`

async function startMaker(folder: string): Promise<{ worker: number; kill(): Promise<void> }> {
  const maker = spawn(process.execPath, ['--input-type=module', '--eval', MAKER, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(maker.stdout, 'data')) as [Buffer]
  return {
    worker: Number(said),
    async kill() {
      const gone = once(maker, 'exit')
      maker.kill('SIGKILL')
      await gone
    },
  }
}

test('T29: what a killed process left under a temporary name is removed, with the program that still works there; what a living one has stays', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-temporary-'))
  const [dead, living] = await Promise.all([startMaker(folder), startMaker(folder)])
  try {
    writeFileSync(join(folder, `${temporaryName('.unfinished')}-ours.json`), '')
    await dead.kill()
    const removed = await removeDeadTemporaries(folder)
    assert.equal(removed.length, 1)
    assert.equal(existsSync(removed[0]!), false)
    assert.equal(isLiving(statOf(dead.worker)), false, 'its program was ended')
    assert.equal(isLiving(statOf(living.worker)), true)
    assert.equal(readdirSync(folder).length, 2)
    assert.deepEqual(await removeDeadTemporaries(folder), [])
  } finally {
    await living.kill()
    await removeDeadTemporaries(folder)
    rmSync(folder, { recursive: true })
  }
})

test('T29: names that are not of this machine\'s making, or of another pid namespace, are nobody\'s to judge; those of an earlier boot are dead', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-temporary-'))
  try {
    const ours = /~([0-9a-f]+)\.(\d+)\./.exec(temporaryName('x'))!
    const named = (boot: string, namespace: string) => `work~${boot}.${namespace}.4194304.1.00112233`
    const [elsewhere, earlier] = [named(ours[1]!, '1'), named('0123456789abcdef0123456789abcdef', ours[2]!)]
    for (const name of ['work', 'work~1', elsewhere, earlier]) mkdirSync(join(folder, name))
    assert.deepEqual(await removeDeadTemporaries(folder), [join(folder, earlier)])
    assert.deepEqual(await removeDeadTemporaries(join(folder, 'absent')), [])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

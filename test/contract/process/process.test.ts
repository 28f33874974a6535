import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { nodeProcesses } from '../../../src/adapters/process/node.ts'
import { isPortError } from '../../../src/ports/port-error.ts'

const processes = nodeProcesses(process.env)
const script = (code: string): [string, ...string[]] => [process.execPath, '-e', code]

/** Dead and not yet reaped is dead. */
function isAlive(pid: number): boolean {
  const seen = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()
  return seen !== '' && !seen.startsWith('Z')
}

test('T41: a failed command says so: its exit code, its output and its errors arrive', async () => {
  const done = await processes.run({ argv: script('console.log("out"); console.error("err"); process.exit(7)') })
  assert.deepEqual({ ...done, ms: 0 }, { exitCode: 7, signal: null, stdout: 'out\n', stderr: 'err\n', timedOut: false, ms: 0 })
})

test('a program that is not there is not-found, with the program and the place named', async () => {
  await assert.rejects(processes.run({ argv: ['no-such-program-here'] }), (error) => isPortError(error, 'not-found') && error.message.includes('no-such-program-here'))
  await assert.rejects(processes.run({ argv: script(''), cwd: '/no/such/folder' }), (error) => isPortError(error, 'not-found') && error.message.includes('/no/such/folder'))
  await assert.rejects(processes.run({ argv: ['/etc/passwd'] }), (error) => isPortError(error, 'refused'))
})

test('T11: a child gets exactly the environment given; the base holds no proxy and no secret of ours', async () => {
  const given = await processes.run({ argv: script('console.log(JSON.stringify(process.env))'), env: { A: '1' } })
  assert.deepEqual(JSON.parse(given.stdout), { A: '1' })
  const base = nodeProcesses({ PATH: '/bin', HOME: '/h', HTTP_PROXY: 'http://proxy', TOKEN: 'hush' }).baseEnv()
  assert.deepEqual(base, { PATH: base.PATH, HOME: '/h' })
})

const usual = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

test('T40: programs are looked for in the same folders wherever we were started from', () => {
  const pathOf = (PATH: string | undefined) => nodeProcesses({ PATH }).baseEnv().PATH
  assert.equal(pathOf(undefined), usual)
  assert.equal(pathOf(''), usual)
  assert.equal(pathOf('/opt/docker/bin:/usr/bin:/bin'), '/opt/docker/bin:/usr/bin:/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin')
  assert.equal(nodeProcesses({}).baseEnv().HOME, homedir())
})

test('T40: an entry of PATH that is empty or relative is not the folder that a child runs in', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'cc-ci-path-'))
  t.after(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'bin'))
  for (const place of [folder, join(folder, 'bin')]) await writeFile(join(place, 'id'), '#!/bin/sh\necho of the recipe\n', { mode: 0o755 })
  for (const PATH of [':/usr/bin:/bin', '/usr/bin::/bin', '.:/usr/bin:/bin', 'bin:/usr/bin:/bin', '']) {
    const own = nodeProcesses({ PATH })
    for (const argv of [['id', '-u'], ['sh', '-c', 'id -u'], ['env', 'id', '-u']] as Array<[string, ...string[]]>) {
      assert.equal((await own.run({ argv, cwd: folder })).stdout, `${process.getuid!()}\n`, `PATH=${PATH} ${argv.join(' ')}`)
    }
  }
})

test('standard input is handed over whole, also to a child that does not read it', async () => {
  const text = 'x'.repeat(500_000)
  const counted = await processes.run({ argv: script('let n=0;process.stdin.on("data",d=>n+=d.length).on("end",()=>console.log(n))'), stdin: text })
  assert.equal(counted.stdout, '500000\n')
  assert.equal((await processes.run({ argv: script('process.exit(0)'), stdin: text })).exitCode, 0)
})

test('a child and all its descendants are ended at the time-out, also those that ignore TERM', async () => {
  const grandchild = 'process.on("SIGTERM",()=>{});console.log(process.pid);setInterval(()=>{},1000)'
  const leader = `process.on("SIGTERM",()=>{});require("child_process").spawn(process.execPath,["-e",${JSON.stringify(grandchild)}],{stdio:"inherit"});setInterval(()=>{},1000)`
  const done = await processes.run({ argv: script(leader), timeoutMs: 700, graceMs: 100 })
  assert.equal(done.timedOut, true)
  assert.equal(done.exitCode, null)
  assert.equal(done.signal, 'SIGKILL')
  assert.match(done.stdout, /^\d+\n$/)
  assert.equal(isAlive(Number(done.stdout)), false)
})

test('what a leader leaves behind in its group ends with it', async () => {
  const leader = 'const c=require("child_process").spawn(process.execPath,["-e","setInterval(()=>{},1000)"],{stdio:"inherit"});console.log(c.pid);process.exit(3)'
  const done = await processes.run({ argv: script(leader) })
  assert.equal(done.exitCode, 3)
  assert.equal(isAlive(Number(done.stdout)), false)
})

test('abort ends the child; an abort from before starts nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cc-ci-process-'))
  try {
    const controller = new AbortController()
    const child = processes.start({
      argv: script('console.log("up");setInterval(()=>{},1000)'),
      signal: controller.signal,
      onLine: () => controller.abort(),
    })
    assert.equal((await child.finished).signal, 'SIGTERM')
    const mark = join(folder, 'started')
    const never = await processes.run({ argv: ['touch', mark], signal: AbortSignal.abort() })
    assert.equal(never.exitCode, null)
    await assert.rejects(readFile(mark))
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('stop asks first: a child that cleans up on TERM gets to do it', async () => {
  const child = processes.start({ argv: script('process.on("SIGTERM",()=>{console.log("bye");process.exit(0)});console.log("up");setInterval(()=>{},1000)'), onLine: (line) => line === 'up' && ready() })
  let ready = () => {}
  await new Promise<void>((resolve) => (ready = resolve))
  const done = await child.stop()
  assert.deepEqual([done.exitCode, done.stdout], [0, 'up\nbye\n'])
})

test('stop asks with the signal that it is given, also when another was sent before', async () => {
  const code = 'let asked = [];for (const s of ["SIGTERM","SIGINT","SIGHUP"]) process.on(s, () => { asked.push(s); console.log(s); if (asked.length > 1) process.exit(0) });console.log("up");setInterval(()=>{},1000)'
  let said = (_line: string) => {}
  const next = () => new Promise<string>((resolve) => (said = resolve))
  const up = next()
  const child = processes.start({ argv: script(code), onLine: (line) => said(line) })
  await up
  const first = next()
  void child.stop(20_000, 'SIGINT')
  assert.equal(await first, 'SIGINT')
  void child.stop(20_000, 'SIGINT')
  const done = await child.stop(20_000, 'SIGHUP')
  assert.deepEqual([done.exitCode, done.stdout], [0, 'up\nSIGINT\nSIGHUP\n'])
})

test('T29: once a child is over, stop signals nobody: its process id may be somebody else\'s by then', async (t) => {
  const child = processes.start({ argv: script('') })
  await child.finished
  const { mock } = t.mock.method(process, 'kill', () => true)
  await Promise.all([child.stop(10_000, 'SIGINT'), child.stop(10_000), child.stop(0)])
  assert.deepEqual(mock.calls.map((call) => call.arguments), [])
})

test('T41: a group that we may not ask is killed all the same', async (t) => {
  const child = processes.start({ argv: script('setTimeout(()=>{},5000)') })
  const kill = process.kill.bind(process)
  t.mock.method(process, 'kill', (pid: number, signal: NodeJS.Signals | 0) => {
    if (signal === 'SIGINT') throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' })
    return kill(pid, signal)
  })
  assert.equal((await child.stop(50, 'SIGINT')).signal, 'SIGKILL')
})

test('of much output the head and the tail are kept, and what is missing is said', async () => {
  const done = await processes.run({ argv: script('process.stdout.write("é".repeat(5000)+"END")'), keepBytes: 101 })
  assert.equal(done.stdout, `${'é'.repeat(25)}\n… 9902 bytes left out …\n${'é'.repeat(23)}END`)
})

test('lines arrive as they are written, with their stream, the last one without a line end too', async () => {
  const lines: string[] = []
  await processes.run({ argv: script('console.log("a");console.error("b");process.stdout.write("é\\r\\nlast")'), onLine: (line, stream) => lines.push(`${stream} ${line}`) })
  assert.deepEqual(lines.sort(), ['stderr b', 'stdout a', 'stdout last', 'stdout é'])
})

test('a daemon that left the group and holds the streams does not hold us', async () => {
  const leader = 'const c=require("child_process").spawn(process.execPath,["-e","setInterval(()=>{},1000)"],{stdio:"inherit",detached:true});console.log(c.pid);process.exit(0)'
  const done = await processes.run({ argv: script(leader) })
  process.kill(Number(done.stdout), 'SIGKILL')
  assert.equal(done.exitCode, 0)
})

test('a launched program goes on by itself, writes into its log, says how it ended, and ends when it is asked to', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'cc-ci-launch-'))
  t.after(() => rm(folder, { recursive: true }))
  const log = join(folder, 'log')
  await writeFile(log, 'before\n')
  const lives = processes.launch({ argv: script('process.on("SIGTERM", () => process.exit(3)); console.log("up"); setInterval(() => {}, 1000)'), env: {}, log })
  while (!(await readFile(log, 'utf8')).includes('up')) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(lives.ended(), null)
  lives.askToEnd()
  while (lives.ended() === null) await new Promise((resolve) => setTimeout(resolve, 20))
  lives.askToEnd()
  assert.deepEqual([lives.ended(), await readFile(log, 'utf8')], ['exit code 3', 'before\nup\n'])
  assert.throws(() => processes.launch({ argv: ['no-such-program-here'], log }), (error) => isPortError(error, 'not-found'))
})

/**
 * time limit: 300 s, because three runs are made for the commands to speak about.
 *
 * What a person or a script sees of the command line around a run: what goes where, what is said, which exit code.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Problem } from '../../src/domain/model/problem.ts'
import type { RunResults } from '../../src/domain/model/run.ts'
import type { ErrorDocument } from '../../src/domain/report/error-document.ts'
import { makeScenarioRecipe } from '../scenario/make-recipe.ts'
import { readScenario } from '../scenario/scenario.ts'
import { checkout, cli, type Ended, runJson, start, temporaryFolder } from '../support/cli.ts'

const main = join(checkout, 'src', 'wiring', 'main.ts')
const broken = join(checkout, 'fixtures', 'reading', 'broken')
const notes = join(checkout, 'fixtures', 'recipes', 'notes')
const folder = temporaryFolder('cli')
const state = join(folder.path, 'state')
/** No Docker anywhere: what these tests say holds on a machine without one. */
const env = { DOCKER_HOST: `unix://${folder.path}/absent.sock`, CCCI_SETTINGS: '' }
const here = (...args: string[]) => cli([...args, '--state', state], { env })

let green: Awaited<ReturnType<typeof runJson>>
let red: Awaited<ReturnType<typeof runJson>>

before(async () => {
  const variant = await makeScenarioRecipe(await readScenario('09-check-fails'), folder.path)
  const run = (recipe: string, tier: string) => runJson([recipe, '--engine', 'local', '--tier', tier], { env, state })
  ;[green, red] = await Promise.all([run(notes, 'install'), run(variant, 'custom')])
})
after(() => folder[Symbol.dispose]())

/** The one document on standard output, whole. */
function document<T>(ended: Ended): T {
  assert.equal(ended.out.at(-1), '\n')
  return JSON.parse(ended.out) as T
}

test('recipe check lists every mistake of a broken recipe with file, line, column, rule and mend, and ends with 2', async () => {
  // The same list, but for what tags say: a plain folder has none.
  const known = readFileSync(join(checkout, 'fixtures', 'reading', 'broken.txt'), 'utf8').split('\n').filter((line) => /^\S+:\d+:\d+ /.test(line) && !line.includes(' R006 ') && !line.startsWith('refs/tags/'))
  const ended = await here('recipe', 'check', broken)
  assert.equal(ended.code, 2)
  assert.equal(ended.err, '')
  const lines = ended.out.trimEnd().split('\n')
  for (const line of known) {
    const at = lines.indexOf(line)
    assert.ok(at >= 0, line)
    assert.match(lines[at + 1]!, /^ {4}\S/, `${line} has a mend`)
  }
  assert.match(lines.at(-1)!, /^\d+ errors, \d+ warnings$/)

  const json = await here('recipe', 'check', broken, '--json')
  assert.equal(json.code, 2)
  const { recipe, commit, problems } = document<{ recipe: string; commit: string; problems: Problem[] }>(json)
  assert.equal(recipe, 'broken')
  assert.match(commit, /^[0-9a-f]{40}$/)
  assert.equal(problems.length, (lines.length - 1) / 2)
  assert.deepEqual(Object.keys(problems[0]!).sort(), ['column', 'file', 'line', 'mend', 'message', 'rule', 'severity'])
})

test('recipe check of a good recipe ends with 0, and so does one that only warns', async () => {
  const ended = await here('recipe', 'check', notes)
  assert.deepEqual(ended, { code: 0, out: 'no problems\n', err: '' })
  const recipe = join(folder.path, 'warned')
  mkdirSync(recipe)
  writeFileSync(join(recipe, 'compose.yml'), 'services:\n  app:\n    image: busybox:latest\n')
  const warned = await here('recipe', 'check', recipe)
  assert.equal(warned.code, 0)
  assert.match(warned.out, /^2 warnings$/m)
})

test('recipe show says what a run would do, and of a broken recipe that it would be refused', async () => {
  const shown = await here('recipe', 'show', notes, '--engine', 'local')
  assert.equal(shown.code, 0)
  assert.equal(shown.err, '')
  assert.match(shown.out, /^notes: 1\.1\.0\+2\.0\.0 → 2\.0\.0\+3\.0\.0 on local$/m)
  for (const tier of ['install', 'upgrade', 'backup', 'restore', 'custom']) assert.match(shown.out, new RegExp(`^ +${tier} `, 'm'))
  const asked = document<{ recipe: string; engine: string; base: { version: string }; head: { version: string } }>(await here('recipe', 'show', notes, '--engine', 'swarm', '--json'))
  assert.deepEqual([asked.recipe, asked.engine, asked.base.version, asked.head.version], ['notes', 'swarm', '1.1.0+2.0.0', '2.0.0+3.0.0'])
  const refused = await here('recipe', 'show', broken)
  assert.equal(refused.code, 2)
  assert.match(refused.err, /^Such a run would be refused: \d+ errors, \d+ warnings\. They are listed by: \.\/cc-ci recipe check \/.* --state \//)
})

test('a run that passed ends with 0, one that failed with 1; the results stand on standard output, the progress on standard error', () => {
  assert.deepEqual([green.code, green.results.verdict, green.results.partial], [0, 'pass', true])
  assert.match(green.err, /^\d\d:\d\d install: passed in /m)
  assert.deepEqual([red.code, red.results.verdict], [1, 'fail'])
  assert.match(red.results.summary.what, /\S/)
})

test('runs list and runs show tell of both, newest first, with the exit code of the run that is shown', async () => {
  const listed = await here('runs', 'list')
  assert.equal(listed.code, 0)
  const lines = listed.out.trimEnd().split('\n')
  for (const [{ results }, word] of [[red, 'failed'], [green, 'passed']] as const) {
    const line = lines.find((one) => one.startsWith(results.id)) ?? ''
    assert.match(line, new RegExp(`^${results.id} +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d +notes +local +${word} +\\d+ s$`))
  }
  const rows = document<Array<Record<string, unknown> & { id: string; startedAt: number }>>(await here('runs', 'list', '--json'))
  assert.deepEqual(rows.map((row) => row.id), lines.map((line) => line.split(' ')[0]))
  assert.deepEqual(rows.map((row) => row.startedAt), rows.map((row) => row.startedAt).sort((a, b) => b - a))
  const { startedAt: _, ...row } = rows.find((one) => one.id === red.results.id)!
  assert.deepEqual(row, { id: red.results.id, state: 'failed', recipe: 'notes', engine: 'local', gone: true, running: false, controlOf: null, verdict: 'fail', level: null })

  const shown = await here('runs', 'show', red.results.id)
  assert.equal(shown.code, 1)
  for (const part of [red.results.summary.what, red.results.reproduce, 'report.html']) assert.ok(shown.out.includes(part), part)
  assert.deepEqual(document(await here('runs', 'show', red.results.id, '--json')), red.results)
  assert.equal((await here('runs', 'show', green.results.id)).code, 0)
})

test('what people are told to type works where they are: the program as it is found from there, on the same state', async () => {
  assert.ok(red.results.reproduce.endsWith(` --engine local --tier custom --state ${state}`), red.results.reproduce)
  assert.match(red.results.reproduce, /^\.\/cc-ci run /)
  const told = /^No run is under way\. (.*) shows those that ended\.$/m.exec((await cli(['runs', 'watch', '--state', 'state'], { env, cwd: folder.path })).err)?.[1]
  assert.equal(told, `${join(checkout, 'cc-ci')} runs list --state state`)
  assert.match(execFileSync('sh', ['-c', told], { cwd: folder.path, env: { ...process.env, ...env }, encoding: 'utf8' }), new RegExp(`^${red.results.id} `, 'm'))
})

test('a run that is not there and a name that is none are refused', async () => {
  const near = green.results.id.replace(/.$/, (letter) => (letter === '0' ? '1' : '0'))
  for (const command of ['show', 'watch', 'cancel']) {
    const { code, err } = await here('runs', command, near)
    assert.deepEqual([code, err], [2, `There is no run ${near} in ${state}/runs. Did you mean ${green.results.id}? cc-ci runs list shows all.\n`])
  }
  const absent = (command: string) => `There is no run note-000000${command}. cc-ci runs list shows those that are there.\n`
  assert.deepEqual(await here('runs', 'clean', 'note-000000'), { code: 2, out: '', err: absent(', and nothing of it is left') })
  assert.deepEqual(await here('runs', 'show', 'note-000000'), { code: 2, out: '', err: absent(` in ${state}/runs`) })
  assert.deepEqual(await here('runs', 'clean', '../x'), { code: 2, out: '', err: '"../x" is no run: they look like note-1f2e3d. cc-ci runs list shows those that are there.\n' })
})

test('a run that was killed: runs list and doctor say so, runs clean removes what it left, once', async () => {
  using own = temporaryFolder('cli-killed')
  const killed = (...args: string[]) => cli([...args, '--state', own.path], { env })
  const run = start(['run', notes, '--engine', 'local', '--tier', 'install', '--json', '--state', own.path], { env })
  await run.says(/^\d\d:\d\d {3}wait until it is ready/m)
  // It stands still while we ask, and is alive all the same.
  run.kill('SIGSTOP')
  const [{ id }] = document<[{ id: string }]>(await killed('runs', 'list', '--json'))
  assert.deepEqual((await killed('runs', 'clean', id)), { code: 0, out: 'Nothing to clean.\n', err: `${id}: under way, left alone\n` })
  assert.match((await killed('runs', 'show', id)).out, new RegExp(`^${id} is under way \\(process \\d+\\)\\.$`, 'm'))
  run.kill('SIGKILL')
  await run.ended

  assert.match((await killed('runs', 'list')).out, /died +not torn down: cc-ci runs clean$/m)
  assert.equal((await killed('runs', 'show', id)).code, 3)
  const diagnosis = async () => {
    const { code, out } = await killed('doctor')
    return { code, runs: out.split('\n').filter((_line, index, lines) => /^. runs /.test(lines[index]!) || /^. runs /.test(lines[index - 1] ?? '')) }
  }
  assert.deepEqual(await diagnosis(), { code: 3, runs: [`✗ runs           1 run died before the teardown: ${id}`, '                 mend: cc-ci runs clean'] })
  const cleaned = await killed('runs', 'clean', '--json')
  assert.equal(cleaned.code, 0)
  assert.deepEqual(document<Array<{ run: string; did: string }>>(cleaned).map((one) => [one.run, one.did]), [[id, 'removed']])
  assert.deepEqual(await killed('runs', 'clean'), { code: 0, out: 'Nothing to clean.\n', err: '' })
  assert.deepEqual((await diagnosis()).runs, [])
})

test('a run that was refused before it was begun is said to be that, and not to have died', async () => {
  using own = temporaryFolder('cli-refused')
  const here = (...args: string[]) => cli([...args, '--state', own.path], { env })
  assert.equal((await here('run', notes, '--engine', 'local', '--base', '9.9.9+9')).code, 2)
  assert.match((await here('runs', 'list')).out, /^note-\w+ .* refused$/m)
  const [{ id, state }] = document<[{ id: string; state: string }]>(await here('runs', 'list', '--json'))
  assert.equal(state, 'refused')
  const shown = await here('runs', 'show', id)
  assert.deepEqual([shown.code, shown.out], [2, `${id} was refused before it was begun: what was asked for could not be done. Nothing was made.\n`])
})

test('2 for what cannot be done as it was asked: usage, settings, recipe, version; with --json one document says it', async () => {
  writeFileSync(join(folder.path, 'wrong.yml'), 'domian: ci.example.org\n')
  writeFileSync(join(folder.path, 'server.yml'), 'server: {}\n')
  const cases: Array<[args: string[], err: RegExp]> = [
    [['frob'], /^There is no command "frob"\./],
    [['run', notes, '--engine', 'docker'], /^--engine takes local or swarm, not "docker"\.\n$/],
    [['run', notes, '--tier', 'instal'], /^--tier takes install, upgrade, backup, restore, custom, not "instal"\.\n$/],
    [['run', join(folder.path, 'nothing-here')], /^There is no recipe at .*\/nothing-here: it is neither a folder here nor a git URL\.\n$/],
    [['run', notes, '--engine', 'local', '--ref', 'nosuch'], /^There is no commit, tag or branch "nosuch" in /],
    [['run', notes, '--engine', 'local', '--base', '9.9.9+9'], /^notes has no published version 9\.9\.9\+9: it has 1\.0\.0\+1\.0\.0, 1\.1\.0\+2\.0\.0, 2\.0\.0\+3\.0\.0\n$/],
    [['server', '--within', '5', '--settings', join(folder.path, 'server.yml')], /^--within says how long --ready waits: add --ready, or leave it away to start the server\.\n$/],
    [['doctor', '--settings', join(folder.path, 'wrong.yml')], /wrong\.yml:1:1 error settings\/unknown-key There is no setting "domian" here\.\n {4}Write "domain"\?\n1 error\n$/],
    [['doctor', '--settings', join(folder.path, 'absent.yml')], /absent\.yml:1:1 error settings\/file The settings cannot be read: there is no such file\./],
  ]
  for (const [args, err] of cases) {
    const ended = await here(...args, '--json')
    assert.equal(ended.code, 2, args.join(' '))
    assert.match(ended.err, err)
    const { error } = document<ErrorDocument>(ended)
    assert.ok(ended.err.includes(error.what), error.what)
    assert.ok(ended.err.includes(error.mend), error.mend)
    const plain = await here(...args)
    assert.deepEqual([plain.code, plain.out, plain.err], [2, '', ended.err], 'without it, there is nothing on standard output')
  }
  const refused = await here('run', broken, '--engine', 'local', '--json')
  assert.equal(refused.code, 2, 'a recipe that is refused is a result of its own')
  assert.equal(document<RunResults>(refused).verdict, 'fail')
})

test('3 for what this machine or its neighbours cannot do', async () => {
  const swarm = await here('run', notes, '--engine', 'swarm', '--json')
  assert.equal(swarm.code, 3)
  assert.match(swarm.err, /is Docker running/)
  assert.equal(document<ErrorDocument>(swarm).error.where, 'cc-ci run')
  const unseen = await here('prune', '--dry-run')
  assert.deepEqual([unseen.code, unseen.out.split('\n')[0]], [3, 'Of what could be looked at nothing would go.'])
  const unreachable = await here('recipe', 'check', 'https://127.0.0.1:1/notes.git', '--json')
  assert.equal(unreachable.code, 3)
  assert.ok(unreachable.err.includes(document<ErrorDocument>(unreachable).error.what))
})

test('with --json every command prints one document and nothing else', async () => {
  const commands = [['recipe', 'check', notes], ['recipe', 'show', notes], ['runs', 'list'], ['runs', 'show', green.results.id], ['runs', 'clean'], ['settings', 'check'], ['settings', 'example'], ['settings', 'schema']]
  for (const args of commands) {
    const ended = await here(...args, '--json')
    assert.equal(ended.code, 0, `${args.join(' ')}: ${ended.err}`)
    assert.equal(typeof document(ended), 'object', args.join(' '))
    assert.equal(ended.err, '', args.join(' '))
  }
  const doctor = await here('doctor', '--json')
  const findings = document<Array<{ about: string; state: string; mend?: string }>>(doctor)
  // Of disks and prune jobs every machine has its own; a disk it has.
  assert.ok(findings.some(({ about }) => about === 'disk'))
  assert.deepEqual(findings.map(({ about }) => about).filter((about) => about !== 'disk' && about !== 'prune'), ['Node.js', 'settings', 'tools', 'clock', 'tidying up', 'engine local', 'engine swarm'])
  // DOCKER_HOST names an engine, and it is not there.
  assert.deepEqual([doctor.code, findings.at(-1)?.state, findings.at(-1)?.mend], [3, 'trouble', `start the engine at ${env.DOCKER_HOST}, or name another: docker.host in the settings, or DOCKER_HOST`])
})

test('the settings: check says every mistake and does not fall over them itself; the example is a good file', async () => {
  const file = join(folder.path, 'settings.yml')
  writeFileSync(file, 'domian: ci.example.org\nlimits: { run: soon }\n')
  const wrong = await here('settings', 'check', '--settings', file)
  assert.equal(wrong.code, 2)
  assert.deepEqual(wrong.out.split('\n').filter((line) => line.startsWith(file)).length, 2)
  assert.doesNotMatch((await here('host', 'remove', '--dry-run', '--settings', file)).err, /domian/, 'to take it off needs no settings')
  writeFileSync(file, (await here('settings', 'example')).out)
  assert.deepEqual(await here('settings', 'check', '--settings', file), { code: 0, out: `${file}: no mistakes\n`, err: '' })
})

test('a reader of standard output that goes away is harmless: the exit code is the same, and nothing is said of it', async () => {
  for (const [args, code] of [[['settings', 'schema'], 0], [['recipe', 'check', broken, '--state', state], 2]] as Array<[string[], number]>) {
    const child = spawn(process.execPath, [main, ...args], { cwd: checkout, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    let err = ''
    child.stderr.on('data', (part: Buffer) => (err += part))
    assert.equal(await new Promise((resolve) => child.on('close', resolve)), code)
    assert.equal(err, '')
  }
})

test('T41: a result that cannot be written is no success', async () => {
  const full = openSync('/dev/full', 'w')
  const child = spawn(process.execPath, [main, 'settings', 'schema'], { cwd: checkout, env: { ...process.env, ...env }, stdio: ['ignore', full, 'pipe'] })
  closeSync(full)
  let err = ''
  child.stderr!.on('data', (part: Buffer) => (err += part))
  assert.equal(await new Promise((resolve) => child.on('close', resolve)), 3)
  assert.match(err, /^The result could not be written to standard output: ENOSPC/)
})

test('colours are for a terminal that shows them, and NO_COLOR is obeyed', () => {
  const line = [process.execPath, main, 'runs', 'show', green.results.id, '--state', state].join(' ')
  /** As a terminal would get it. */
  const seen = (command: string, more: Record<string, string>) => {
    const { NO_COLOR: _, ...ours } = process.env
    return execFileSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], { cwd: checkout, env: { ...ours, ...env, TERM: 'xterm-256color', ...more }, encoding: 'utf8' })
  }
  const coloured = /\u001b\[[\d;]*m/
  assert.match(seen(line, {}), coloured)
  assert.match(seen(line, { NO_COLOR: '' }), coloured)
  assert.doesNotMatch(seen(line, { NO_COLOR: '1' }), coloured)
  assert.doesNotMatch(seen(`${line} | cat`, {}), coloured)
})

for (const [signal, code, words] of [['SIGTERM', 143, ['run', '--engine', 'local']], ['SIGINT', 130, ['recipe', 'show']]] as const) {
  test(`${words[0]}: ${signal} while the recipe is fetched ends with ${code}, and git is not to blame`, async (t) => {
    const silent = createServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1')
    t.after(() => void silent.close())
    await once(silent, 'listening')
    const where = `git://127.0.0.1:${(silent.address() as AddressInfo).port}/notes`
    const fetching = start([...words, where, '--json', '--state', state], { env })
    await Promise.race([once(silent, 'connection'), fetching.ended.then(({ err }) => assert.fail(`it never asked:\n${err}`))])
    fetching.kill(signal)
    const ended = await fetching.ended
    assert.equal(ended.code, code, ended.err)
    assert.match(ended.err, /^(Ctrl-C|SIGTERM): ending.*\nFetching git:\/\/127\.0\.0\.1:\d+\/notes: given up before git was done\.\n$/)
    assert.equal(document<ErrorDocument>(ended).error.what, `Fetching ${where}: given up before git was done.`)
  })
}

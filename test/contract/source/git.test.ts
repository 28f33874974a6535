import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { nodeProcesses } from '../../../src/adapters/process/node.ts'
import { gitSourceCache } from '../../../src/adapters/source/git/cache.ts'
import { gitSources } from '../../../src/adapters/source/git/sources.ts'
import { textOf } from '../../../src/domain/model/recipe.ts'
import { isPortError, type PortErrorKind } from '../../../src/ports/port-error.ts'
import { checkout, temporaryFolder } from '../../support/cli.ts'

const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' }

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}

function sourcesIn(folder: string) {
  return gitSources({ processes: nodeProcesses(process.env), cacheFolder: join(folder, 'cache'), clock: systemClock() })
}

/** A checkout with two releases, a lightweight tag, and a commit on top that carries none. */
function sampleRepository(folder: string): { path: string; commits: string[] } {
  const path = join(folder, 'sample')
  mkdirSync(path)
  git(path, 'init', '-q', '-b', 'main')
  const commits = ['1.9.0+1', '1.10.0+1', 'none'].map((version, index) => {
    writeFileSync(join(path, 'compose.yml'), `# ${version}\n`)
    git(path, 'add', '-A')
    git(path, 'commit', '-q', '-m', version)
    if (version !== 'none') git(path, 'tag', '-a', version, '-m', version)
    if (index === 1) git(path, 'tag', '2.0.0+1')
    return git(path, 'rev-parse', 'HEAD')
  })
  git(path, 'tag', '-a', 'nightly', '-m', 'not a version')
  return { path, commits }
}

async function rejects(work: Promise<unknown>, kind: PortErrorKind, says: RegExp): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(isPortError(error, kind), String(error))
    assert.match(error.message, says)
    return true
  })
}

test('releases are annotated tags by number; others are named with the cause', async () => {
  using folder = temporaryFolder('source')
  const { path, commits } = sampleRepository(folder.path)
  const source = await sourcesIn(folder.path).open(`file://${path}`)
  const { releases, ignored } = await source.releases()
  assert.deepEqual(releases.map((release) => [release.version.text, release.commit]), [['1.9.0+1', commits[0]], ['1.10.0+1', commits[1]]])
  assert.deepEqual(ignored.map((one) => one.tag), ['2.0.0+1', 'nightly'])
  assert.match(ignored[0]!.why, /lightweight/)
  assert.deepEqual(await source.resolve(), { commit: commits[2], dirty: false })
  assert.equal(source.name, 'sample')
})

test('a ref is a commit, a short commit, a tag or a branch; anything else is named', async () => {
  using folder = temporaryFolder('source')
  const { path, commits } = sampleRepository(folder.path)
  const source = await sourcesIn(folder.path).open(path)
  for (const ref of [commits[0]!, commits[0]!.slice(0, 8), '1.9.0+1']) assert.equal((await source.resolve(ref)).commit, commits[0], ref)
  assert.equal((await source.resolve('main')).commit, commits[2])
  await rejects(source.resolve('no-such-branch'), 'not-found', /no commit, tag or branch "no-such-branch"/)
  await rejects(source.resolve('--output=x'), 'not-found', /no commit, tag or branch/)
})

test("T44: a commit that is on no branch is fetched by its name, as a pull request's head is", async () => {
  using folder = temporaryFolder('source')
  const { path, commits } = sampleRepository(folder.path)
  git(path, 'reset', '-q', '--hard', commits[1]!)
  git(path, 'update-ref', 'refs/pull/1/head', commits[2]!)
  git(path, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
  const source = await sourcesIn(folder.path).open(`file://${path}`)
  assert.equal((await source.resolve()).commit, commits[1])
  assert.equal((await source.resolve(commits[2])).commit, commits[2])
})

test('T44: what was opened stays as it was, whatever is pushed meanwhile', async () => {
  using folder = temporaryFolder('source')
  const { path, commits } = sampleRepository(folder.path)
  const sources = sourcesIn(folder.path)
  const before = await sources.open(`file://${path}`)
  writeFileSync(join(path, 'compose.yml'), 'moved\n')
  git(path, 'commit', '-qam', 'moved')
  const after = await sources.open(`file://${path}`)
  assert.equal((await before.resolve('main')).commit, commits[2])
  assert.notEqual((await after.resolve('main')).commit, commits[2])
})

test('T28: an opening of the last day keeps its releases, however many came after it; those before are gone', async () => {
  using folder = temporaryFolder('source')
  const { path, commits } = sampleRepository(folder.path)
  const sources = sourcesIn(folder.path)
  const source = await sources.open(path)
  const cache = join(folder.path, 'cache', readdirSync(join(folder.path, 'cache')).find((name) => name.endsWith('.git'))!)
  const refsAt = (at: number, count: number) => Array.from({ length: count }, (_, index) => `refs/opened/${(at + index).toString(36)}00000000/heads/main`)
  const [later, old] = [refsAt(Date.now(), 60), refsAt(Date.now() - 25 * 60 * 60_000, 3)]
  for (const ref of [...later, ...old]) git(cache, 'update-ref', ref, commits[0]!)
  await sources.open(path)
  assert.equal((await source.releases()).releases.length, 2)
  const left = new Set(git(cache, 'for-each-ref', '--format=%(refname)', 'refs/opened').split('\n'))
  assert.deepEqual([later.filter((ref) => left.has(ref)).length, old.filter((ref) => left.has(ref)).length], [60, 0])
})

test('changes that no commit holds become a commit, and neither index nor refs of the checkout are touched', async () => {
  using folder = temporaryFolder('source')
  const { path, commits } = sampleRepository(folder.path)
  writeFileSync(join(path, '.gitignore'), 'ignored\n')
  writeFileSync(join(path, 'ignored'), 'x')
  writeFileSync(join(path, 'compose.yml'), 'changed\n')
  const state = () => [readFileSync(join(path, '.git', 'index')).toString('base64'), git(path, 'for-each-ref'), git(path, 'status', '--porcelain')]
  const before = state()
  const source = await sourcesIn(folder.path).open(path)
  const { commit, dirty } = await source.resolve()
  assert.equal(dirty, true)
  assert.notEqual(commit, commits[2])
  const tree = await source.tree(commit)
  assert.deepEqual([...tree.files.keys()], ['.gitignore', 'compose.yml'])
  assert.equal(textOf(tree, 'compose.yml'), 'changed\n')
  assert.deepEqual(state(), before)
})

test('version folders give the same commits every time, and annotated tags', async () => {
  using one = temporaryFolder('source')
  using two = temporaryFolder('source')
  const recipe = join(checkout, 'fixtures', 'recipes', 'notes')
  const opened = await Promise.all([one, two].map((folder) => sourcesIn(folder.path).open(recipe)))
  const [a, b] = await Promise.all(opened.map(async (source) => ({ head: await source.resolve(), releases: (await source.releases()).releases })))
  assert.deepEqual(a, b)
  assert.equal(a!.head.commit, a!.releases.at(-1)?.commit)
  assert.equal(a!.releases.length, 3)
})

test('a plain folder is a recipe too', async () => {
  using folder = temporaryFolder('source')
  const path = join(folder.path, 'plain')
  mkdirSync(path)
  await rejects(sourcesIn(folder.path).open(path), 'not-found', /is empty/)
  writeFileSync(join(path, 'compose.yml'), 'services: {}\n')
  const source = await sourcesIn(folder.path).open(path)
  const { commit } = await source.resolve()
  assert.equal(textOf(await source.tree(commit), 'compose.yml'), 'services: {}\n')
  assert.deepEqual(await source.releases(), { releases: [], ignored: [] })
})

test('T28: runs at once get checkouts of their own', async () => {
  using folder = temporaryFolder('source')
  const { path, commits } = sampleRepository(folder.path)
  const sources = sourcesIn(folder.path)
  await Promise.all(
    [0, 1, 2].map(async (index) => {
      const source = await sources.open(`file://${path}`)
      const target = join(folder.path, `checkout-${index}`)
      await source.checkout(commits[index]!, target)
      assert.equal(readFileSync(join(target, 'compose.yml'), 'utf8'), `# ${['1.9.0+1', '1.10.0+1', 'none'][index]}\n`)
      assert.equal(existsSync(join(target, '.git')), false)
    }),
  )
})

test('T64: a link that leaves the folder is kept as a link when read, and refused when checked out', async () => {
  using folder = temporaryFolder('source')
  const { path } = sampleRepository(folder.path)
  symlinkSync('/etc/passwd', join(path, 'secrets.txt'))
  symlinkSync('compose.yml', join(path, 'inside.yml'))
  const source = await sourcesIn(folder.path).open(path)
  const { commit } = await source.resolve()
  assert.deepEqual((await source.tree(commit)).files.get('secrets.txt'), { kind: 'symlink', target: '/etc/passwd' })
  const target = join(folder.path, 'out')
  await rejects(source.checkout(commit, target), 'refused', /secrets\.txt is a link to \/etc\/passwd/)
  assert.equal(existsSync(target), false)
})

test('nothing of a recipe is executed: no hooks, no filters', async () => {
  using folder = temporaryFolder('source')
  const { path } = sampleRepository(folder.path)
  const trace = join(folder.path, 'executed')
  const evil = join(path, 'evil.sh')
  writeFileSync(evil, `#!/bin/sh\ntouch ${trace}\ncat\n`)
  chmodSync(evil, 0o755)
  writeFileSync(join(path, '.gitattributes'), '* filter=evil\n')
  git(path, 'config', 'filter.evil.clean', evil)
  git(path, 'config', 'filter.evil.smudge', evil)
  for (const hook of ['post-checkout', 'post-index-change', 'pre-commit']) {
    writeFileSync(join(path, '.git', 'hooks', hook), `#!/bin/sh\ntouch ${trace}\n`)
    chmodSync(join(path, '.git', 'hooks', hook), 0o755)
  }
  const source = await sourcesIn(folder.path).open(path)
  const { commit } = await source.resolve()
  await source.checkout(commit, join(folder.path, 'out'))
  assert.equal(existsSync(trace), false)
})

test('T39: a cache that cannot be made is trouble with the host, with its place, and leaves nothing behind', async () => {
  using folder = temporaryFolder('source')
  const { path } = sampleRepository(folder.path)
  writeFileSync(join(folder.path, 'file'), '')
  await rejects(gitSources({ processes: nodeProcesses(process.env), cacheFolder: join(folder.path, 'file', 'cache'), clock: systemClock() }).open(path), 'unexpected', /^Writing .*\/file\/cache\/gitconfig: ENOTDIR/)
  const processes = nodeProcesses(process.env)
  // As a disk that is full after git made it: nothing can be made below it.
  const full: typeof processes = { ...processes, run: async (command) => {
    const finished = await processes.run(command)
    const made = command.argv.includes('init') ? command.argv.at(-1)! : undefined
    if (made !== undefined) writeFileSync(join(made, 'info'), '')
    return finished
  } }
  await rejects(gitSources({ processes: full, cacheFolder: join(folder.path, 'cache'), clock: systemClock() }).open(path), 'unexpected', /^Making the cache .*\.git: EEXIST/)
  assert.deepEqual(readdirSync(join(folder.path, 'cache')), ['gitconfig'])
})

test('what cannot be opened is said in words', async () => {
  using folder = temporaryFolder('source')
  const sources = sourcesIn(folder.path)
  await rejects(sources.open(join(folder.path, 'nothing-here')), 'not-found', /neither a folder here nor a git URL/)
  await rejects(sources.open('ext::sh -c touch% x'), 'not-found', /neither a folder/)
  await rejects(sources.open('ftp://example.org/x'), 'refused', /not by ftp/)
  await rejects(sources.open(`file://${folder.path}/nothing.git`), 'not-found', /^Fetching file:[^.]*\/nothing\.git: .*[^.]\.$/)
  await rejects(sources.open('http://user:s3cret@127.0.0.1:9/x.git'), 'unreachable', /^Fetching http:\/\/127\.0\.0\.1:9\/x\.git(?!.*s3cret)/)
})

test('files arrive as they were committed, whatever the recipe\'s attributes ask for', async () => {
  using folder = temporaryFolder('source')
  const { path } = sampleRepository(folder.path)
  git(path, 'config', 'core.autocrlf', 'false')
  writeFileSync(join(path, 'plain.txt'), 'one $Id$\ntwo\n')
  git(path, 'add', '-A')
  git(path, 'commit', '-qm', 'plain')
  writeFileSync(join(path, '.gitattributes'), '*.txt text eol=crlf ident export-ignore\n')
  git(path, 'add', '.gitattributes')
  git(path, 'commit', '-qm', 'attributes')
  const source = await sourcesIn(folder.path).open(`file://${path}`)
  const { commit } = await source.resolve()
  assert.equal(textOf(await source.tree(commit), 'plain.txt'), 'one $Id$\ntwo\n')
  await source.checkout(commit, join(folder.path, 'out'))
  assert.equal(readFileSync(join(folder.path, 'out', 'plain.txt'), 'utf8'), 'one $Id$\ntwo\n')
})

test('T64: links that leave through other links are refused, also where they lead to nothing yet', async () => {
  using folder = temporaryFolder('source')
  const { path } = sampleRepository(folder.path)
  mkdirSync(join(path, 'deep', 'er'), { recursive: true })
  symlinkSync('../..', join(path, 'deep', 'er', 'top'))
  symlinkSync('deep/er/top/../later', join(path, 'via'))
  const source = await sourcesIn(folder.path).open(path)
  const { commit } = await source.resolve()
  await rejects(source.checkout(commit, join(folder.path, 'out')), 'refused', /via is a link to deep\/er\/top\/\.\.\/later/)
})

test('a recipe that is too large is refused before a byte of it is written', async () => {
  using folder = temporaryFolder('source')
  const { path } = sampleRepository(folder.path)
  writeFileSync(join(path, 'zeros'), Buffer.alloc(65 * 1024 * 1024))
  git(path, 'add', '-A')
  git(path, 'commit', '-qm', 'large')
  const source = await sourcesIn(folder.path).open(`file://${path}`)
  const { commit } = await source.resolve()
  await rejects(source.tree(commit), 'refused', /more than 64 MiB/)
  await rejects(source.checkout(commit, join(folder.path, 'out')), 'refused', /more than 64 MiB/)
  assert.equal(existsSync(join(folder.path, 'out')), false)
})

test('our own state in a recipe\'s folder is no change of the recipe', async () => {
  using folder = temporaryFolder('source')
  const { path, commits } = sampleRepository(folder.path)
  mkdirSync(join(path, '.cc-ci', 'runs'), { recursive: true })
  writeFileSync(join(path, '.cc-ci', 'runs', 'x'), 'x')
  const source = await sourcesIn(folder.path).open(path)
  assert.deepEqual(await source.resolve(), { commit: commits[2], dirty: false })
})

test('a checkout without a commit, and a shallow one, are read as they lie there', async () => {
  using folder = temporaryFolder('source')
  const fresh = join(folder.path, 'fresh')
  mkdirSync(fresh)
  git(fresh, 'init', '-q', '-b', 'main')
  writeFileSync(join(fresh, 'compose.yml'), 'services: {}\n')
  const unborn = await sourcesIn(folder.path).open(fresh)
  assert.equal((await unborn.resolve()).dirty, true)

  const { path, commits } = sampleRepository(folder.path)
  git(folder.path, 'clone', '-q', '--depth', '1', `file://${path}`, 'shallow')
  const shallow = await sourcesIn(folder.path).open(join(folder.path, 'shallow'))
  assert.deepEqual(await shallow.resolve(), { commit: commits[2], dirty: false })
})

test('a folder of one version has the name of its recipe', async () => {
  using folder = temporaryFolder('source')
  const source = await sourcesIn(folder.path).open(join(checkout, 'fixtures', 'recipes', 'notes', '1.0.0+1.0.0'))
  assert.equal(source.name, 'notes')
})

test('T28: processes that open one new place at once all read it whole', async () => {
  using folder = temporaryFolder('source')
  const { path, commits } = sampleRepository(folder.path)
  const program = `
    const { nodeProcesses } = await import(${JSON.stringify(join(checkout, 'src/adapters/process/node.ts'))})
    const { gitSources } = await import(${JSON.stringify(join(checkout, 'src/adapters/source/git/sources.ts'))})
    const { systemClock } = await import(${JSON.stringify(join(checkout, 'src/adapters/clock/system.ts'))})
    const sources = gitSources({ processes: nodeProcesses(process.env), cacheFolder: ${JSON.stringify(join(folder.path, 'cache'))}, clock: systemClock() })
    const source = await sources.open(${JSON.stringify(`file://${path}`)})
    const { commit } = await source.resolve()
    console.log(JSON.stringify({ commit, files: [...(await source.tree(commit)).files.keys()] }))
  `
  const ended = await Promise.all(Array.from({ length: 4 }, () => nodeProcesses(process.env).run({ argv: [process.execPath, '--input-type=module', '-e', program] })))
  for (const { stdout, stderr } of ended) assert.equal(stdout, `${JSON.stringify({ commit: commits[2], files: ['compose.yml'] })}\n`, stderr)
})

test('a password in a URL is no argument of any program, and reaches the server', async () => {
  using folder = temporaryFolder('source')
  const argv: string[] = []
  const processes = nodeProcesses(process.env)
  const watched = { ...processes, run: (command: Parameters<typeof processes.run>[0]) => {
    argv.push(command.argv.join(' '))
    return processes.run(command)
  } }
  const seen: Array<string | undefined> = []
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const sources = gitSources({ processes: watched, cacheFolder: join(folder.path, 'cache'), clock: systemClock() })
    await rejects(sources.open(`http://ci:s3cret%21@127.0.0.1:${port}/x.git`), 'not-found', /^Fetching http:\/\/127/)
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
  assert.ok(argv.some((line) => line.includes(' fetch ')))
  assert.ok(!argv.some((line) => line.includes('s3cret')))
  assert.equal(seen[0], `Basic ${Buffer.from('ci:s3cret!').toString('base64')}`)
})

test('a folder that is far too large for a recipe is refused at once, and a checkout is made in an empty folder only', async () => {
  using folder = temporaryFolder('source')
  const path = join(folder.path, 'large')
  mkdirSync(path)
  for (let index = 0; index < 5_001; index += 1) writeFileSync(join(path, `${index}`), '')
  await rejects(sourcesIn(folder.path).open(path), 'refused', /more than 5000 files/)
  const sample = sampleRepository(folder.path)
  const source = await sourcesIn(folder.path).open(sample.path)
  await rejects(source.checkout(sample.commits[0]!, path), 'conflict', /is not empty/)
})

test('a repository whose HEAD leads nowhere is read by the branch it has, or by the one that is named', async () => {
  using folder = temporaryFolder('source')
  const { path, commits } = sampleRepository(folder.path)
  git(path, 'symbolic-ref', 'HEAD', 'refs/heads/gone')
  assert.equal((await (await sourcesIn(folder.path).open(`file://${path}`)).resolve()).commit, commits[2])
  git(path, 'branch', 'other', commits[0]!)
  const source = await sourcesIn(folder.path).open(`file://${path}`)
  await rejects(source.resolve(), 'not-found', /names no default branch/)
  assert.equal((await source.resolve('other')).commit, commits[0])
})

test('T28: a new cache is seen by nobody until it is whole, and one that another run made meanwhile is used', async () => {
  using folder = temporaryFolder('source')
  const { path, commits } = sampleRepository(folder.path)
  const cache = join(folder.path, 'cache')
  const processes = nodeProcesses(process.env)
  const seen: string[][] = []
  let other: Promise<unknown> | undefined
  const meanwhile: typeof processes = { ...processes, run: async (command) => {
    const finished = await processes.run(command)
    if (!command.argv.includes('init')) return finished
    seen.push(readdirSync(cache).filter((name) => name.endsWith('.git')))
    other ??= sourcesIn(folder.path).open(path)
    await other
    return finished
  } }
  const source = await gitSources({ processes: meanwhile, cacheFolder: cache, clock: systemClock() }).open(path)
  assert.deepEqual(seen, [[]])
  assert.deepEqual(await source.resolve(), { commit: commits[2], dirty: false })
  assert.equal(readdirSync(cache).filter((name) => name.includes('.git')).length, 1)
})

test('the cache lists each clone with when it was opened last; one that is forgotten is fetched anew', async () => {
  using folder = temporaryFolder('source')
  const { path } = sampleRepository(folder.path)
  const cache = gitSourceCache({ cacheFolder: join(folder.path, 'cache') })
  assert.deepEqual(await cache.list(), [])
  const sources = sourcesIn(folder.path)
  const before = Date.now() - 2_000
  await sources.open(`file://${path}`)
  const [clone, ...others] = await cache.list()
  assert.ok(clone && others.length === 0 && clone.usedAt > before, JSON.stringify(clone))
  utimesSync(join(folder.path, 'cache', clone.name), 1, 1)
  for (const inner of ['refs', 'refs/opened']) utimesSync(join(folder.path, 'cache', clone.name, inner), 1, 1)
  assert.equal((await cache.list())[0]!.usedAt, 1_000)
  await sources.open(`file://${path}`)
  assert.ok((await cache.list())[0]!.usedAt > before, 'opened again')
  assert.equal(await cache.forget({ name: clone.name, usedAt: 1_000 }), null, 'opened since it was listed')
  const [again] = await cache.list()
  assert.ok(((await cache.forget(again!)) ?? 0) > 0)
  assert.equal(await cache.forget(again!), 0)
  assert.deepEqual(await cache.list(), [])
  await rejects(cache.forget({ name: '../elsewhere.git', usedAt: 0 }), 'refused', /no clone/)
  assert.equal((await (await sources.open(`file://${path}`)).releases()).releases.length, 2)
})

test('T29: a clone of which an opening is still being fetched is one that was opened since', async () => {
  using folder = temporaryFolder('source')
  const { path } = sampleRepository(folder.path)
  await sourcesIn(folder.path).open(path)
  const cache = gitSourceCache({ cacheFolder: join(folder.path, 'cache') })
  const [clone] = await cache.list()
  const processes = nodeProcesses(process.env)
  const forgotten = new Set<number | null>()
  const fetching: typeof processes = { ...processes, run: async (command) => {
    if (command.argv.includes('fetch')) forgotten.add(await cache.forget(clone!))
    return await processes.run(command)
  } }
  const source = await gitSources({ processes: fetching, cacheFolder: join(folder.path, 'cache'), clock: systemClock() }).open(path)
  assert.deepEqual([[...forgotten], (await source.releases()).releases.length], [[null], 2])
})

test('a user name or password that cannot be decoded is refused with the mend, and without them in it', async () => {
  using folder = temporaryFolder('source')
  for (const where of ['https://100%:secret@git.example.org/notes.git', 'https://me:secret%zz@git.example.org/notes.git']) {
    await rejects(sourcesIn(folder.path).open(where), 'refused', /^Opening https:\/\/git\.example\.org\/notes\.git: .*Write %25 for a % itself\.$/)
  }
})

test('an opening that is given up says so, not that git failed; what was given up before it began, too', async (t) => {
  using folder = temporaryFolder('git')
  const silent = createTcpServer((socket) => void socket.on('error', () => {})).listen(0, '127.0.0.1')
  t.after(() => void silent.close())
  await once(silent, 'listening')
  const where = `git://127.0.0.1:${(silent.address() as AddressInfo).port}/notes`
  const giveUp = new AbortController()
  silent.once('connection', () => giveUp.abort('SIGTERM'))
  const says = /^Fetching git:\/\/127\.0\.0\.1:\d+\/notes: given up before git was done\.$/
  await rejects(sourcesIn(folder.path).open(where, giveUp.signal), 'timeout', says)
  await rejects(sourcesIn(folder.path).open(where, giveUp.signal), 'timeout', /: given up before git was done\.$/)
})

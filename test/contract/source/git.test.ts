import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { nodeProcesses } from '../../../src/adapters/process/node.ts'
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

test('what cannot be opened is said in words', async () => {
  using folder = temporaryFolder('source')
  const sources = sourcesIn(folder.path)
  await rejects(sources.open(join(folder.path, 'nothing-here')), 'not-found', /neither a folder here nor a git URL/)
  await rejects(sources.open('ext::sh -c touch% x'), 'not-found', /neither a folder/)
  await rejects(sources.open('ftp://example.org/x'), 'refused', /not by ftp/)
  await rejects(sources.open(`file://${folder.path}/nothing.git`), 'not-found', /Fetching file/)
  await rejects(sources.open('http://user:s3cret@127.0.0.1:9/x.git'), 'unreachable', /^Fetching http:\/\/127\.0\.0\.1:9\/x\.git(?!.*s3cret)/)
})

/**
 * time limit: 180 s, because it compiles the package once.
 *
 * The same command from a shell, from a timer and installed as a package: what it starts must see the same world (trap 40).
 */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

const checkout = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'cc-ci-entry-'))
const recipe = join(folder, 'recipe')
/** Holds a `git` that writes down the environment it gets, then is git. */
const tools = join(folder, 'tools')
const seen = join(folder, 'seen')
const realGit = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()

const entries: Record<string, string[]> = {
  launcher: [join(checkout, 'cc-ci')],
  direct: [process.execPath, join(checkout, 'src', 'wiring', 'main.ts')],
  packed: [join(folder, 'installed', 'node_modules', '.bin', 'cc-ci')],
}

before(() => {
  mkdirSync(tools)
  writeFileSync(join(tools, 'git'), `#!/bin/sh\nenv > "${seen}"\nexec ${realGit} "$@"\n`, { mode: 0o755 })
  mkdirSync(recipe)
  writeFileSync(join(recipe, 'compose.yml'), 'services:\n  app:\n    image: busybox:1.35\n    healthcheck: { test: [CMD, "true"] }\n')
  const git = (...args: string[]) => execFileSync(realGit, ['-C', recipe, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args])
  git('init', '--quiet')
  git('add', 'compose.yml')
  git('commit', '--quiet', '--message', 'a recipe')
  install(join(folder, 'installed', 'node_modules'))
})
after(() => rmSync(folder, { recursive: true }))

/** As `npm install` leaves the package: compiled, its dependencies beside it. */
function install(packages: string): void {
  const own = join(packages, 'cc-ci')
  mkdirSync(own, { recursive: true })
  for (const name of ['cc-ci', 'package.json']) cpSync(join(checkout, name), join(own, name))
  execFileSync(join(checkout, 'node_modules', '.bin', 'tsc'), ['-p', join(checkout, 'tsconfig.build.json'), '--noCheck', '--outDir', join(own, 'dist')])
  for (const name of readdirSync(join(checkout, 'node_modules'))) if (!name.startsWith('.')) symlinkSync(join(checkout, 'node_modules', name), join(packages, name))
  mkdirSync(join(packages, '.bin'))
  symlinkSync('../cc-ci/cc-ci', join(packages, '.bin', 'cc-ci'))
}

/** `recipe check` of a git repository, in exactly this environment: git is what it starts. */
function check(entry: string, env: Record<string, string>): { code: number | null; out: string; err: string } {
  const [program, ...args] = entries[entry]!
  const ended = spawnSync(program!, [...args, 'recipe', 'check', recipe, '--json', '--state', join(folder, 'state')], { cwd: recipe, env: { CCCI_CACHE: join(folder, 'cache'), ...env }, encoding: 'utf8' })
  return { code: ended.status, out: ended.stdout, err: ended.stderr }
}

for (const entry of Object.keys(entries)) {
  test(`T40: ${entry}: a tool is found from a bare environment, and never in the folder that we happen to be in`, () => {
    const marker = join(folder, 'hostile-git-ran')
    // Where we are, and where our own git runs when it begins.
    const places = [recipe, join(folder, 'cache', 'sources')]
    for (const env of [{ PATH: '/usr/bin:/bin' }, { PATH: ':/usr/bin:/bin' }, { PATH: '/usr/bin::/bin:.' }, {}]) {
      rmSync(join(folder, 'cache'), { recursive: true, force: true })
      for (const place of places) {
        mkdirSync(place, { recursive: true })
        writeFileSync(join(place, 'git'), `#!/bin/sh\n: > "${marker}"\nexit 1\n`, { mode: 0o755 })
      }
      const { code, out, err } = check(entry, env as Record<string, string>)
      assert.equal(existsSync(marker), false, `with ${JSON.stringify(env)} another git was run`)
      assert.equal(code, 0, `${JSON.stringify(env)}: ${err}`)
      assert.equal((JSON.parse(out) as { recipe: string }).recipe, 'recipe')
    }
    rmSync(join(recipe, 'git'))
  })
}

test('T40: what a child gets of the environment does not depend on how we were started', () => {
  const environments = Object.keys(entries).map((entry) => {
    rmSync(seen, { force: true })
    const { code, err } = check(entry, { PATH: `${tools}:/usr/bin:/bin`, HOME: '/root', LANG: 'C.UTF-8', SECRET_OF_OURS: 'hush', HTTP_PROXY: 'http://proxy' })
    assert.equal(code, 0, err)
    return readFileSync(seen, 'utf8').split('\n').filter((line) => line !== '' && !/^(PWD|OLDPWD|SHLVL|_|GIT_DIR)=/.test(line)).sort()
  })
  assert.ok(environments[0]!.some((line) => line.startsWith(`PATH=${tools}:/usr/bin:/bin:`)), environments[0]!.join('\n'))
  assert.deepEqual(environments[1], environments[0])
  assert.deepEqual(environments[2], environments[0])
  assert.equal(environments[0]!.some((line) => /hush|proxy|NODE_COMPILE_CACHE/.test(line)), false)
})

import assert from 'node:assert/strict'
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import type { ReadRecipe } from '../model/read-recipe.ts'
import type { RecipeFile, RecipeTree } from '../model/recipe.ts'
import { renderProblems } from '../report/problems.ts'
import { type RecipeToRead, readRecipe } from './read.ts'

const fixtures = resolve(import.meta.dirname, '../../../fixtures')

function treeOf(folder: string): RecipeTree {
  const files = new Map<string, RecipeFile>()
  for (const entry of readdirSync(join(fixtures, folder), { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue
    const full = join(entry.parentPath, entry.name)
    const path = full.slice(join(fixtures, folder).length + 1)
    if (entry.isSymbolicLink()) files.set(path, { kind: 'symlink', target: readlinkSync(full) })
    else files.set(path, { kind: 'file', bytes: readFileSync(full), executable: (lstatSync(full).mode & 0o100) !== 0 })
  }
  return { files }
}

function tree(files: Record<string, string | RecipeFile>): RecipeTree {
  return { files: new Map(Object.entries(files).map(([path, file]) => [path, typeof file === 'string' ? { kind: 'file', bytes: Buffer.from(file), executable: false } : file])) }
}

function read(over: Partial<RecipeToRead> & { tree: RecipeTree }): ReadRecipe {
  return readRecipe({
    name: 'notes', commit: 'c'.repeat(40), engine: 'swarm', allow: [], proxyNetwork: 'proxy',
    env: { DOMAIN: 'note-123456.ci.example.org', STACK_NAME: 'note-123456_ci_example_org', LETS_ENCRYPT_ENV: '' },
    ...over,
  })
}

const rules = (recipe: ReadRecipe) => recipe.problems.map((problem) => `${problem.file}:${problem.line} ${problem.rule}`)
const app = 'version: "3.8"\nservices:\n  app:\n    image: app:1.0\n    healthcheck: { test: [CMD, x] }\n'

test('a recipe with every part of Co-op Cloud is read without a complaint', () => {
  const recipe = read({ tree: treeOf('reading/everything') })
  assert.equal(renderProblems(recipe.problems), 'no problems')
  assert.deepEqual(recipe.composeFiles, ['compose.yml', 'compose.postgres.yml', 'postgres/compose.tune.yml', 'compose.smtp.yml'])
  assert.deepEqual(recipe.env, {
    TYPE: 'library', DOMAIN: 'note-123456.ci.example.org', LETS_ENCRYPT_ENV: '', TIMEOUT: '300', ENABLE_BACKUPS: 'true',
    COMPOSE_FILE: 'compose.yml:compose.postgres.yml:postgres/compose.tune.yml:compose.smtp.yml',
    PUBLIC_URL: 'https://note-123456.ci.example.org/books', GREETING: 'Costs $5, or `nothing`', MOUNTS: '/shelves /attic',
    SECRET_SESSION_KEY_VERSION: 'v1', SECRET_WILDCARD_KEY_VERSION: 'v2', SECRET_DB_PASSWORD_VERSION: 'v1', LIBRARY_LAST: '1',
    APP_ENTRYPOINT_VERSION: 'v4', PG_BACKUP_VERSION: 'v6', PG_TUNE_VERSION: 'v1', SMTP_HOST: 'mail.note-123456.ci.example.org', STACK_NAME: 'note-123456_ci_example_org',
  })
  assert.deepEqual(recipe.stack.services.app!.environment, {
    DOMAIN: 'note-123456.ci.example.org', PUBLIC_URL: 'https://note-123456.ci.example.org/books', GREETING: 'Costs $5, or `nothing`',
    DB_HOST: 'note-123456_ci_example_org_db', PRICE: '$5', DB_NAME: 'library', SMTP_HOST: 'mail.note-123456.ci.example.org',
  })
  assert.deepEqual(recipe.secrets.map(({ place, ...secret }) => ({ ...secret, place: `${place.file}:${place.line}` })), [
    { key: 'session_key', name: 'note-123456_ci_example_org_session_key_v1', generate: true, length: 64, charset: 'hex', place: 'compose.yml:66' },
    { key: 'ssl_key', name: 'note-123456_ci_example_org_ssl_key_v2', generate: false, place: 'compose.yml:69' },
    { key: 'db_password', name: 'note-123456_ci_example_org_db_password_v1', generate: true, place: 'compose.postgres.yml:37' },
    { key: 'smtp_password', name: 'note-123456_ci_example_org_smtp_password_v1', generate: false, place: 'compose.smtp.yml:13' },
  ])
  assert.deepEqual(recipe.images.map(({ service, registry, repository, tag }) => [service, registry, repository, tag]), [['app', 'git.example.org', 'library/app', '2.1.0-slim'], ['db', 'docker.io', 'library/postgres', '15.4']])
  assert.deepEqual(recipe.backup.map(({ place, ...labels }) => labels), [
    { service: 'app', enabled: true, paths: ['/var/lib/library'], volumes: { cache: false } },
    { service: 'db', enabled: true, preHook: '/pg_backup.sh backup', restorePostHook: '/pg_backup.sh restore', paths: [], volumes: { 'db-data': 'backup.sql' } },
  ])
  assert.equal(recipe.versionLabel, '2.1.0+2.1.0-slim')
  assert.equal(recipe.timeoutMs, 300_000)
  assert.deepEqual(recipe.routers.map(({ protocol, hosts }) => [protocol, hosts]), [['http', ['note-123456.ci.example.org']], ['tcp', ['*']]])
  assert.deepEqual(recipe.releaseNotes, { '2.0.0+2.0.0': 'Sign in again: sessions of 1.x are not kept.\n' })
  assert.equal(recipe.metadata.Tests, '2')
  assert.equal(recipe.configFrom['secrets.ssl_key.fromSettings'], 'cc-ci.yml')
  assert.deepEqual(recipe.engines, ['swarm'])
})

test('a repository with nothing but a compose file is a recipe, whatever the file is called', () => {
  const plain = read({ tree: treeOf('reading/plain') })
  assert.equal(renderProblems(plain.problems), 'no problems')
  assert.deepEqual(plain.composeFiles, ['docker-compose.yml'])
  assert.deepEqual(plain.stack.services.web!.ports, [{ target: 80, published: 8081, protocol: 'tcp', mode: 'ingress' }])
  for (const name of ['compose.yml', 'compose.yaml', 'docker-compose.yaml']) assert.deepEqual(read({ tree: tree({ [name]: app }) }).composeFiles, [name])
  assert.deepEqual(rules(read({ tree: tree({ 'x.txt': 'x' }) })), ['compose.yml:1 compose/missing-file'])
})

test('every mistake of a broken recipe is said at once, in reading order', () => {
  const recipe = read({ tree: treeOf('reading/broken'), releases: [], ignoredTags: [{ tag: '1.0.0+1', why: 'it is a lightweight tag: releases are annotated ones' }] })
  assert.equal(`${renderProblems(recipe.problems)}\n`, readFileSync(join(fixtures, 'reading/broken.txt'), 'utf8'))
  assert.ok(new Set(recipe.problems.map((problem) => problem.rule)).size >= 12)
})

test('the local engine reads the overlay that says what runs there, and only it does', () => {
  const notes = treeOf('recipes/notes/1.0.0+1.0.0')
  const local = read({ tree: notes, engine: 'local' })
  assert.deepEqual(local.composeFiles, ['compose.yml', 'compose.local.yml'])
  assert.ok(local.stack.services.app!['x-local'])
  const swarm = read({ tree: notes })
  assert.deepEqual(swarm.composeFiles, ['compose.yml'])
  assert.equal(swarm.stack.services.app!['x-local'], undefined)
  assert.deepEqual(swarm.engines, ['swarm', 'local'])
  assert.equal(renderProblems([...local.problems, ...swarm.problems]), 'no problems')
  assert.deepEqual(rules(read({ tree: tree({ 'compose.yml': app }), engine: 'local' })), ['compose.yml:1 local/no-overlay'])
})

test('what is ours wins over the sample, abra.sh and cc-ci.yml; those win over one another in that order', () => {
  const { env, problems } = read({
    tree: tree({ 'compose.yml': app, '.env.sample': 'DOMAIN=a\nA=sample\nB=sample\nC=sample\nD=$C\n', 'abra.sh': 'export B=abra\nexport C=abra\nexport DOMAIN=abra\n', 'cc-ci.yml': 'env: { C: config, DOMAIN: config, E: "$D and $B" }\n' }),
  })
  assert.deepEqual([env.DOMAIN, env.A, env.B, env.C, env.D, env.E], ['note-123456.ci.example.org', 'sample', 'abra', 'config', 'config', 'sample and abra'])
  assert.ok(problems.some((problem) => problem.rule === 'config/env-ours'))
})

test("the host's own file for a recipe wins key by key and is named", () => {
  const recipe = read({ tree: tree({ 'compose.yml': app, 'cc-ci.yml': 'ready: { path: /a, contains: x }\n' }), hostConfig: { file: '/state/recipes/notes.yml', text: 'ready: { path: /b }\nnope: 1\n' } })
  assert.deepEqual([recipe.config.ready.path, recipe.config.ready.contains], ['/b', 'x'])
  assert.deepEqual(recipe.configFrom, { 'ready.path': '/state/recipes/notes.yml', 'ready.contains': 'cc-ci.yml' })
  assert.deepEqual(rules(recipe), ['/state/recipes/notes.yml:2 config/unknown-key'])
})

test('T64: no link and no list leads the reader out of the recipe', () => {
  const out = (target: string): RecipeFile => ({ kind: 'symlink', target })
  const linked = read({ tree: tree({ 'compose.yml': app, '.env.sample': out('/etc/environment'), 'abra.sh': out('../secrets.sh'), 'cc-ci.yml': out('nowhere'), 'README.md': out('docs/README.md'), 'docs/README.md': '# Here\n' }) })
  assert.deepEqual(rules(linked), ['.env.sample:1 reach/outside-link', 'abra.sh:1 reach/outside-link', 'cc-ci.yml:1 reach/broken-link'])
  const listed = read({ tree: tree({ 'compose.yml': out('/srv/compose.yml'), '.env.sample': 'COMPOSE_FILE=compose.yml:/etc/x.yml:../y.yml\n' }) })
  assert.deepEqual(rules(listed), ['.env.sample:1 reach/outside-compose-file', '.env.sample:1 reach/outside-compose-file', '.env.sample:1 reach/outside-link'])
  assert.deepEqual(listed.composeFiles, [])
})

test('a variable that nobody sets is an error where it names something, and optional where the sample comments it out', () => {
  const compose = `${app}    environment: ["A=\${OPTIONAL}", "B=\${FORGOTTEN}", "C=\${WITH:-default}", "D=\${NEEDED:?say so}"]\n  other:\n    image: other:\${OTHER_TAG}\n    healthcheck: { test: [CMD, x] }\n    secrets: [s]\nsecrets:\n  s: { external: true, name: "\${STACK_NAME}_s_\${SECRET_S_VERSION}" }\n`
  const recipe = read({ tree: tree({ 'compose.yml': compose, '.env.sample': '#OPTIONAL=1\n' }) })
  const said = recipe.problems.filter((problem) => problem.rule.includes('variable')).map((problem) => `${problem.severity} ${problem.message} ${problem.mend}`)
  assert.deepEqual(said, [
    'warning Nothing sets `FORGOTTEN`: it becomes empty. Set `FORGOTTEN` in .env.sample or abra.sh, or write `${FORGOTTEN:-}` if it may be empty.',
    'error The variable NEEDED must be set: say so. Set NEEDED in .env.sample or abra.sh.',
    'error Nothing sets `OTHER_TAG`, and the image of `other` is made of it. Set `OTHER_TAG` in .env.sample or abra.sh, or write `${OTHER_TAG:-default}`.',
    'error Nothing sets `SECRET_S_VERSION`, and the name of the secret `s` is made of it. Set `SECRET_S_VERSION=v1` in .env.sample or abra.sh.',
  ])
})

test('T36: a name that is too long for the engine with our stack in it is refused before anything is made', () => {
  const compose = `${app}    secrets: [s]\nsecrets:\n  s: { external: true, name: "\${STACK_NAME}_${'s'.repeat(40)}_\${V}" }\n`
  const recipe = read({ tree: tree({ 'compose.yml': compose, '.env.sample': 'V=v1\n' }) })
  assert.deepEqual(recipe.problems.filter((problem) => problem.severity === 'error').map((problem) => problem.rule), ['R015'])
})

test('whatever stands in the files, reading ends, throws nothing and gives every problem a place', () => {
  const pieces = ['null', '[]', '{}', ': ', '\n', '"', "'", '${', '}', '$', '- ', '  ', '&a ', '*a', '<<: ', '0x1F', 'true', '!!binary x', '#', '`', '\0', '__proto__', 'constructor', '|', '~', '2024-01-01', '1e999', '\t']
  const trees = ['reading/everything', 'reading/broken'].map(treeOf)
  let seed = 11
  const next = (most: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor((seed / 2147483648) * most)
  }
  for (let round = 0; round < 120; round += 1) {
    const files = new Map(trees[round % 2]!.files)
    for (const name of ['.env.sample', 'abra.sh', 'cc-ci.yml', 'README.md', 'compose.yml'].filter(() => next(2) === 0)) {
      const file = files.get(name)
      if (file?.kind !== 'file') continue
      const text = new TextDecoder().decode(file.bytes)
      const at = next(text.length)
      files.set(name, { ...file, bytes: Buffer.from(text.slice(0, at) + pieces[next(pieces.length)] + text.slice(at + next(20))) })
    }
    const recipe = read({ tree: { files }, engine: round % 3 === 0 ? 'local' : 'swarm' })
    for (const problem of recipe.problems) assert.ok(problem.line >= 1 && problem.column >= 1 && problem.file !== '' && problem.message !== '' && problem.mend !== '', JSON.stringify(problem))
  }
})

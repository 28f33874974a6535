/**
 * Our reading against Docker's own: what `docker stack config` (version 28; it needs no engine) makes of the same files, over the fixtures of the
 * reader, the recipes that are read or run elsewhere, and generated files. A failing case is printed as small as it could be made; it can be run
 * alone: COMPOSE_SEED=123 COMPOSE_CASES=1. Many more: CCCI_LONG=1.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, lstatSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import type { RecipeFile } from '../../src/domain/model/recipe.ts'
import { readRecipe } from '../../src/domain/recipe/read.ts'
import { type ComposeCase, randomCase } from './compose-cases.ts'
import { compareWithDocker } from './compose-oracle.ts'
import { shrunk } from './compose-shrink.ts'

const run = promisify(execFile)
const FIRST_SEED = Number(process.env.COMPOSE_SEED ?? 1)
const CASES = Number(process.env.COMPOSE_CASES ?? (process.env.CCCI_LONG === '1' ? 5000 : 300))
/** What is left of the cases after this is left out, and said. */
const LONGEST_MS = process.env.CCCI_LONG === '1' ? 500_000 : 60_000
const AT_ONCE = 2
const FIXTURES = join(import.meta.dirname, 'compose-fixtures')
const RECIPES = resolve(import.meta.dirname, '../../fixtures')

describe('compose files are read as Docker reads them', () => {
  let folder = ''

  before(async () => {
    const { stdout } = await run('docker', ['stack', 'config', '--help']).catch((error: Error) => {
      throw new Error(`this test needs the Docker client, version 25 or newer, on PATH: ${error.message}`)
    })
    assert.match(stdout, /interpolations/)
    folder = await mkdtemp(join(tmpdir(), 'compose-oracle-'))
  })
  after(async () => {
    if (folder) await rm(folder, { recursive: true })
  })

  test('fixtures', async (t) => {
    for (const name of (await readdir(FIXTURES)).sort()) {
      await t.test(name, async () => {
        const files: ComposeCase['files'] = []
        const extra: Record<string, string> = {}
        let env: Record<string, string> = {}
        for (const file of (await readdir(join(FIXTURES, name))).sort()) {
          const text = await readFile(join(FIXTURES, name, file), 'utf8')
          if (file === 'env.json') env = JSON.parse(text) as Record<string, string>
          else if (/^compose.*\.yml$/.test(file)) files.push({ path: file, text })
          else extra[file] = text
        }
        // compose.yml is the first of its files.
        files.sort((a, b) => Number(b.path === 'compose.yml') - Number(a.path === 'compose.yml'))
        assert.equal(await compareWithDocker({ files, extra, env }, join(folder, 'fixture')), 'read')
      })
    }
  })

  test('whole recipes, with the environment that we make of their .env.sample, abra.sh and cc-ci.yml', async (t) => {
    const recipes = globSync('{recipes/*/*,reading/*}/{docker-,}compose.yml', { cwd: RECIPES }).map((file) => dirname(file)).toSorted()
    assert.ok(recipes.length >= 8, `only ${recipes.join(', ')}`)
    for (const recipe of recipes) {
      for (const engine of ['swarm', 'local'] as const) {
        const { given, hasErrors } = recipeCase(join(RECIPES, recipe), engine)
        if (hasErrors) continue
        await t.test(`${recipe} for ${engine}`, async () => assert.equal(await compareWithDocker(given, join(folder, 'recipe')), 'read'))
      }
    }
  })

  test(`${CASES} random cases from seed ${FIRST_SEED} on`, async (t) => {
    const until = performance.now() + LONGEST_MS
    const counts = { read: 0, refused: 0 }
    let next = FIRST_SEED
    const worker = async (own: string): Promise<void> => {
      while (next < FIRST_SEED + CASES && performance.now() < until) {
        const seed = next
        next += 1
        const given = randomCase(seed)
        const outcome = await compareWithDocker(given, own).catch(async (error: Error) => {
          next = Number.POSITIVE_INFINITY
          throw new Error(await described(seed, given, error, own), { cause: error })
        })
        counts[outcome] += 1
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => worker(join(folder, `random-${index}`))))
    const done = counts.read + counts.refused
    t.diagnostic(`seed ${FIRST_SEED}: ${done} cases, ${counts.read} read, ${counts.refused} refused by both`)
    assert.ok(done >= CASES / 2, `only ${done} of ${CASES} cases in ${LONGEST_MS / 1000} s`)
    if (CASES >= 50) assert.ok(counts.read >= done / 4, `only ${counts.read} of ${done} cases were good ones`)
  })
})

/** The case that fails, as small as it can be made with the same kind of failure. */
async function described(seed: number, given: ComposeCase, error: Error, folder: string): Promise<string> {
  const [kind] = error.message.split(/[\n:]/)
  const small = await shrunk(given, (smaller) => compareWithDocker(smaller, folder).then(() => false, (other: Error) => other.message.startsWith(kind!)), 400)
  const said = await compareWithDocker(small, folder).then(() => error.message, (other: Error) => other.message)
  const files = small.files.map((file) => `--- ${file.path}\n${file.text}`).join('\n')
  return `seed ${seed} (COMPOSE_SEED=${seed} COMPOSE_CASES=1): ${said}\n${JSON.stringify(small.env)}\n${files}`
}

function recipeCase(folder: string, engine: 'swarm' | 'local'): { given: ComposeCase; hasErrors: boolean } {
  const paths = globSync('**', { cwd: folder, exclude: (name) => name === '.git' }).filter((path) => lstatSync(join(folder, path)).isFile())
  const files = new Map(paths.map((path): [string, RecipeFile] => [path, { kind: 'file', bytes: readFileSync(join(folder, path)), executable: (lstatSync(join(folder, path)).mode & 0o100) !== 0 }]))
  for (const name of ['.env.sample']) if (lstatSync(join(folder, name), { throwIfNoEntry: false })) files.set(name, { kind: 'file', bytes: readFileSync(join(folder, name)), executable: false })
  const recipe = readRecipe({
    name: 'recipe', commit: 'c'.repeat(40), engine, tree: { files }, allow: [], proxyNetwork: 'proxy',
    env: { DOMAIN: 'note-123456.ci.example.org', STACK_NAME: 'note-123456_ci_example_org', LETS_ENCRYPT_ENV: '' },
  })
  const extra = Object.fromEntries([...files].flatMap(([path, file]) => (file.kind === 'file' ? [[path, new TextDecoder().decode(file.bytes)]] : [])))
  const composed = recipe.composeFiles.map((path) => ({ path, text: extra[path]! }))
  return { given: { files: composed, extra, env: recipe.env }, hasErrors: recipe.problems.some((problem) => problem.severity === 'error') }
}

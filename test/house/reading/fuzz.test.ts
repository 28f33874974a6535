/**
 * Whatever stands in a recipe's files, reading ends soon, throws nothing, and says every mistake with a place that is in the file.
 * A failing round can be read alone: FUZZ_SEED=17 FUZZ_ROUNDS=1. Many more: CCCI_LONG=1.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadRecipe } from '../../../src/domain/model/read-recipe.ts'
import { type RecipeTree, textOf } from '../../../src/domain/model/recipe.ts'
import { readEnvSample } from '../../../src/domain/recipe/env-sample.ts'
import { renderProblems } from '../../../src/domain/report/problems.ts'
import { seeded } from '../../support/seeded.ts'
import { mutated, randomBytes } from './mutate.ts'
import { readTree, treeOf } from './proven.ts'

const FIRST_SEED = Number(process.env.FUZZ_SEED ?? 1)
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? (process.env.CCCI_LONG === '1' ? 20_000 : 150))
/** Of one recipe, in time of the processor; a whole one takes 3 ms. */
const LONGEST_MS = 2_000

const RECIPES = ['everything', 'wild', 'broken', 'plain', 'local'].map((name) => treeOf(name))
const TEXTS = RECIPES.flatMap((recipe) => [...recipe.files.keys()].flatMap((path) => textOf(recipe, path) || []))

for (const { what, change } of [
  { what: 'with accidents', change: (text: string, next: () => number) => Buffer.from(mutated(text, TEXTS, next)) },
  { what: 'with bytes of no meaning', change: (_text: string, next: () => number) => randomBytes(next) },
]) {
  const rounds = what === 'with accidents' ? ROUNDS : Math.ceil(ROUNDS / 4)
  test(`recipes ${what}: ${rounds} from seed ${FIRST_SEED} on`, () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + rounds; seed += 1) {
      const tree = changed(seeded(seed), change)
      try {
        const began = process.cpuUsage()
        const recipe = readTree(tree, { engine: seed % 2 === 0 ? 'local' : 'swarm' })
        const took = process.cpuUsage(began).user / 1000
        assert.ok(took < LONGEST_MS, `it took ${Math.round(took)} ms`)
        assertPlaces(recipe, tree)
        renderProblems(recipe.problems)
      } catch (error) {
        const files = [...tree.files.keys()].map((path) => `--- ${path}\n${JSON.stringify(textOf(tree, path))}`).join('\n')
        throw new Error(`seed ${seed}: ${(error as Error).message}\n${files}`, { cause: error })
      }
    }
  })
}

test(`T35: env files with accidents, ${ROUNDS} from seed ${FIRST_SEED} on: what the operator sets is what is read, and nothing is glued to anything else`, () => {
  const samples = TEXTS.filter((text) => /^[A-Z_]+=/m.test(text))
  for (let seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed += 1) {
    const next = seeded(seed)
    const text = mutated(samples[seed % samples.length]!, samples, next)
    const before = readEnvSample({ file: '.env', text }).values
    const name = Object.keys(before)[seed % Object.keys(before).length]
    if (name === undefined) continue
    const after = readEnvSample({ file: '.env', text, given: { [name]: 'new value' } }).values
    assert.equal(after[name], 'new value', `seed ${seed}: ${name} in ${JSON.stringify(text)}`)
    // What refers to a name that was set has changed with it.
    const untouched = Object.keys(before).filter((other) => other !== name && !text.includes(`$${name}`) && !text.includes(`\${${name}`))
    for (const other of untouched) assert.equal(after[other], before[other], `seed ${seed}: ${other} in ${JSON.stringify(text)}`)
    assert.equal(readEnvSample({ file: '.env', text: `${text.replace(/\n*$/, '')}\nLAST=here` }).values.LAST, 'here', `seed ${seed}: a last line without a newline after ${JSON.stringify(text)}`)
  }
})

/** A fixture with one or two of its files changed. */
function changed(next: () => number, change: (text: string, next: () => number) => Uint8Array): RecipeTree {
  const tree = RECIPES[Math.floor(next() * RECIPES.length)]!
  const files = new Map(tree.files)
  const paths = [...files.keys()].filter((path) => /(\.yml|\.env\.sample|abra\.sh|README\.md|\.tmpl|^release\/.*)$/.test(path))
  for (let count = 1 + Math.floor(next() * 2); count > 0; count -= 1) {
    const path = paths[Math.floor(next() * paths.length)]!
    files.set(path, { kind: 'file', bytes: change(textOf(tree, path)!, next), executable: false })
  }
  return { files }
}

function assertPlaces({ problems }: ReadRecipe, tree: RecipeTree): void {
  const known = new Map<string, string[]>()
  for (const problem of problems) {
    const shown = JSON.stringify(problem)
    assert.ok(problem.message !== '' && problem.mend !== '' && problem.rule !== '', shown)
    // Of a file that is not there, or of a tag, the place is its beginning.
    const lines = known.get(problem.file) ?? (textOf(tree, problem.file) ?? '').replace(/^\uFEFF/, '').split('\n')
    known.set(problem.file, lines)
    assert.ok(problem.line >= 1 && problem.line <= lines.length, `line ${problem.line} of ${lines.length}: ${shown}`)
    const width = lines[problem.line - 1]!.length
    assert.ok(problem.column >= 1 && problem.column <= width + 1, `column ${problem.column} of ${width + 1}: ${shown}`)
  }
}

const app = 'services: { app: { image: "a:1" } }\n'
const doubled = (first: string, line: (name: string, before: string) => string): string => first + Array.from({ length: 40 }, (_, index) => line(`A${index + 1}`, `A${index}`)).join('')
for (const { what, files } of [
  { what: 'a setting that doubles itself on each line', files: { 'compose.yml': app, '.env.sample': doubled('A0=x\n', (name, before) => `${name}="$${before}$${before}"\n`) } },
  { what: 'a setting of cc-ci.yml that does', files: { 'compose.yml': app, 'cc-ci.yml': doubled('env:\n  A0: x\n', (name, before) => `  ${name}: "$${before}$${before}"\n`) } },
  { what: 'a large setting that is used ten thousand times', files: { 'compose.yml': `services: { app: { image: "a:1", hostname: "${'$A'.repeat(10_000)}" } }\n`, '.env.sample': `A=${'x'.repeat(100_000)}\n` } },
  { what: 'a long text with ten thousand aliases', files: { 'compose.yml': `x-a: &a ${'x'.repeat(50_000)}\nx-b: [${'*a , '.repeat(10_000)}]\n${app}` } },
  { what: 'a default that is opened and never closed', files: { 'compose.yml': app, '.env.sample': `A=${'${A:-'.repeat(40_000)}\n`, 'cc-ci.yml': 'needs: [x]\n' } },
  { what: 'a time of many digits', files: { 'compose.yml': `services: { app: { image: "a:1", stop_grace_period: "${'1'.repeat(100_000)}" } }\n`, 'cc-ci.yml': `limits: { run: "${'1'.repeat(100_000)}" }\n` } },
  { what: 'a size of many digits', files: { 'compose.yml': `services: { app: { image: "a:1", deploy: { resources: { limits: { memory: "${'1'.repeat(100_000)}x" } } } } }\n` } },
  { what: 'a path of many folders', files: { 'compose.yml': app, 'cc-ci.yml': `checks: [{ name: x, run: "${'a/'.repeat(60_000)}" }]\n` } },
  { what: 'brackets that were never open', files: { 'compose.yml': '}'.repeat(200_000) } },
  { what: 'two hundred thousand mistakes', files: { 'compose.yml': app, '.env.sample': 'a b=\n'.repeat(50_000) } },
]) {
  test(`what would grow without end is refused in time: ${what}`, () => {
    const tree: RecipeTree = { files: new Map(Object.entries(files).map(([path, text]) => [path, { kind: 'file', bytes: Buffer.from(text), executable: false }])) }
    const began = process.cpuUsage()
    const recipe = readTree(tree)
    const took = process.cpuUsage(began).user / 1000
    assert.ok(took < LONGEST_MS, `it took ${Math.round(took)} ms`)
    assertPlaces(recipe, tree)
    assert.ok(recipe.problems.some(({ severity }) => severity === 'error'))
    assert.ok(recipe.problems.length <= 2_100, `${recipe.problems.length} problems`)
    assert.ok(JSON.stringify(recipe).length < 10_000_000)
  })
}

for (const { what, files } of [
  { what: 'a mount that leads nowhere, with a backup of a path', files: { 'compose.yml': 'services:\n  app:\n    image: a:1\n    volumes: [{ type: volume, source: data }]\n    deploy: { labels: ["backupbot.backup=true", "backupbot.backup.path=/data"] }\nvolumes: { data: {} }\n' } },
  { what: 'a grant that names nothing, beside a local program', files: { 'compose.yml': 'services:\n  app:\n    image: a:1\n    secrets: [{ target: x }]\n', 'compose.local.yml': 'services: { app: { x-local: { command: [x, "{secrets.token}"] } } }\n' } },
]) {
  test(`half a line is no end of the reading: ${what}`, () => {
    const tree: RecipeTree = { files: new Map(Object.entries(files).map(([path, text]) => [path, { kind: 'file', bytes: Buffer.from(text), executable: false }])) }
    const recipe = readTree(tree, { engine: 'local' })
    assertPlaces(recipe, tree)
    assert.ok(recipe.problems.some(({ severity }) => severity === 'error'))
  })
}

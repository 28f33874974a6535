import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { Check, RecipeConfig } from '../model/recipe-config.ts'
import { droppedChecks } from './dropped-checks.ts'
import { sampleRecipe } from './samples/recipe.ts'

function config(...checks: Check[]): RecipeConfig {
  return { ...sampleRecipe().config, checks }
}

const program = (name: string, run: string): Check => ({ kind: 'program', name, run, args: [], timeoutMs: 1 })
const http = (name: string, path: string): Check => ({ kind: 'http', name, timeoutMs: 1, request: { do: 'http', method: 'GET', path, headers: {}, expect: { status: [200] } } })

const cases: Array<{ that: string; base: RecipeConfig; head: RecipeConfig; then: string[] }> = [
  { that: 'the same checks', base: config(program('login', 'tests/login')), head: config(program('login', 'tests/login')), then: [] },
  { that: 'T63: a head that takes its checks away is seen', base: config(program('login', 'tests/login'), http('front page', '/')), head: config(), then: ['login', 'front page'] },
  { that: 'T63: so is one that takes away the one that fails', base: config(program('login', 'tests/login'), http('front page', '/')), head: config(http('front page', '/')), then: ['login'] },
  { that: 'another name is not another check', base: config(program('login', 'tests/login')), head: config(program('people can log in', 'tests/login')), then: [] },
  { that: 'another program under the same name is the maintainer\'s to judge', base: config(program('login', 'tests/login')), head: config(program('login', 'tests/login.mjs')), then: [] },
]

for (const { that, base, head, then } of cases) test(that, () => assert.deepEqual(droppedChecks(base, head), then))

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { nearest } from './nearest.ts'

const words = ['try', 'run', 'recipe check', 'recipe show', 'runs clean', 'environment']

const cases: Array<[typed: string, meant: string | undefined]> = [
  ['recipe chekc', 'recipe check'],
  ['rnu', 'run'],
  ['enviroment', 'environment'],
  ['deploy', undefined],
  ['', undefined],
]

for (const [typed, meant] of cases) test(`"${typed}" → ${meant ?? 'nothing close'}`, () => assert.equal(nearest(typed, words), meant))

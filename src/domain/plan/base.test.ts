import { test } from 'node:test'
import assert from 'node:assert/strict'
import { baseCandidates } from './base.ts'
import type { Release } from '../model/recipe.ts'

function release(text: string, commit: string): Release {
  const [, major, minor, patch, app] = /^(\d+)\.(\d+)\.(\d+)\+(.*)$/.exec(text) ?? []
  return { version: { text, major: Number(major), minor: Number(minor), patch: Number(patch), app: app ?? '' }, commit }
}

const all = [release('1.0.0+1', 'a'), release('1.9.0+2', 'b'), release('1.10.0+3', 'c'), release('2.0.0+4', 'd')]

function texts(choice: ReturnType<typeof baseCandidates>): string {
  return choice.is === 'candidates' ? choice.releases.map((entry) => entry.version.text).join(' ') : choice.is
}

const cases: Array<{ that: string; given: Omit<Parameters<typeof baseCandidates>[0], 'ignored'>; then: string }> = [
  { that: 'T26: a head that is a release never upgrades from itself', given: { releases: all, head: { commit: 'd', version: all[3]!.version }, wish: { is: 'any' } }, then: '1.10.0+3 1.9.0+2 1.0.0+1' },
  { that: 'an unreleased head is upgraded from the newest release first', given: { releases: all, head: { commit: 'x', version: null }, wish: { is: 'any' } }, then: '2.0.0+4 1.10.0+3 1.9.0+2 1.0.0+1' },
  { that: 'a head labelled below the newest release does not downgrade', given: { releases: all, head: { commit: 'x', version: release('1.9.0+9', 'x').version }, wish: { is: 'any' } }, then: '1.9.0+2 1.0.0+1' },
  { that: 'the first version has no base', given: { releases: all, head: { commit: 'a', version: all[0]!.version }, wish: { is: 'any' } }, then: 'none' },
  { that: 'no releases, no base', given: { releases: [], head: { commit: 'x', version: null }, wish: { is: 'any' } }, then: 'none' },
  { that: 'a base that is asked for is taken', given: { releases: all, head: { commit: 'd', version: null }, wish: { is: 'version', text: '1.0.0+1' } }, then: '1.0.0+1' },
  { that: 'a base that does not exist is a mistake', given: { releases: all, head: { commit: 'd', version: null }, wish: { is: 'version', text: '9.9.9+1' } }, then: 'unknown-version' },
]

for (const { that, given, then } of cases) test(that, () => assert.equal(texts(baseCandidates({ ...given, ignored: [] })), then))

test('a tag that somebody meant as a version is named where it is missed', () => {
  const ignored = [{ tag: 'v1.0.0', why: 'it is no version: it begins with a v' }, { tag: 'nightly', why: 'it is no version: the part before `+` is not made of three numbers' }]
  assert.deepEqual(baseCandidates({ releases: [], ignored, head: { commit: 'x', version: null }, wish: { is: 'any' } }), {
    is: 'none', why: 'the recipe has no published version yet; tags that were passed over: v1.0.0 (it is no version: it begins with a v); versions are annotated tags `x.y.z+app` or `x.y.z`',
  })
  assert.deepEqual(baseCandidates({ releases: all.slice(0, 1), ignored, head: { commit: 'x', version: null }, wish: { is: 'version', text: 'v1.0.0' } }), {
    is: 'unknown-version', text: 'v1.0.0', known: ['1.0.0+1'], why: 'it is no version: it begins with a v',
  })
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { sayNearVersions } from './near-versions.ts'

const v = (tag: string) => ({ tag, why: 'it is no version: it begins with a v' })
const END = 'versions are annotated tags `x.y.z+app` or `x.y.z`'

const CASES: Array<{ that: string; tags: string[]; said: string }> = [
  { that: 'none', tags: [], said: '' },
  { that: 'none that was meant as one', tags: ['nightly', 'very-old', '2024'], said: '' },
  { that: 'one', tags: ['nightly', 'v1.0.0'], said: `tags that were passed over: v1.0.0 (it is no version: it begins with a v); ${END}` },
  { that: 'many', tags: ['v1.0', 'v1.1', 'v1.2', 'v1.3', 'v1.4'], said: `tags that were passed over: v1.0 (it is no version: it begins with a v), v1.1 (it is no version: it begins with a v), v1.2 (it is no version: it begins with a v) and 2 more; ${END}` },
]

for (const { that, tags, said } of CASES) test(`tags that were meant as versions: ${that}`, () => assert.equal(sayNearVersions(tags.map(v)), said))

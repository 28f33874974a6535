import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HostImage } from '../model/engine-state.ts'
import { decidePrune, type ImageUse, type KeptBecause, type PruneLimits, type Seen } from './prune.ts'

const GB = 1024 ** 3
const DAY = 24 * 60 * 60_000
const NOW = 1_000 * DAY
const LIMITS: PruneLimits = { imageBytes: 2 * GB, evidence: { runs: 2, ms: 30 * DAY }, sourcesMs: 30 * DAY }
const digest = (letter: string) => `sha256:${letter.repeat(64)}`

const image = (letter: string, more: Partial<HostImage> = {}): HostImage => ({ id: digest(letter), tags: [`${letter}:1`], digests: [`${letter}@${digest(letter)}`], bytes: GB, usedBy: [], keptFor: [], ...more })
const use = (letter: string, daysAgo: number, more: Partial<ImageUse> = {}): ImageUse => ({ name: `${letter}:1`, digest: digest(letter), at: NOW - daysAgo * DAY, fetched: true, ...more })
const seen = (more: Partial<Seen>): Seen => ({ now: NOW, images: [], uses: [], pinned: { digests: new Set(), names: [] }, runs: [], sources: [], busy: undefined, ...more })

/** Four images of 1 GB for a budget of 2: a is the oldest, d the newest. */
const ALL = { images: ['a', 'b', 'c', 'd'].map((letter) => image(letter)), uses: [use('a', 40), use('b', 30), use('c', 20), use('d', 10)] }
const but = (letter: string, more: Partial<HostImage>) => ALL.images.map((one) => (one.id === digest(letter) ? { ...one, ...more } : one))

const cases: Array<{ that: string; given: Partial<Seen>; goes: string[]; kept: Partial<Record<KeptBecause, number>> }> = [
  { that: 'the least recently used go until the rest fits', given: ALL, goes: ['a', 'b'], kept: { recent: 2 } },
  { that: 'where all fits, all stays', given: { images: ALL.images.slice(2), uses: ALL.uses }, goes: [], kept: { recent: 2 } },
  { that: 'the newest use of an image counts, not the first', given: { ...ALL, uses: [...ALL.uses, use('a', 1)] }, goes: ['b', 'c'], kept: { recent: 2 } },
  { that: 'an image that no record names is foreign, and counts for no budget', given: { ...ALL, uses: ALL.uses.slice(2) }, goes: [], kept: { foreign: 2, recent: 2 } },
  { that: 'an image that was there before cc-ci asked for it is foreign', given: { ...ALL, uses: [use('a', 40, { fetched: false }), ...ALL.uses.slice(1)] }, goes: ['b'], kept: { foreign: 1, recent: 2 } },
  { that: 'what cc-ci fetched once is its own, also where later runs found it there', given: { ...ALL, uses: [...ALL.uses, use('a', 35, { fetched: false })] }, goes: ['a', 'b'], kept: { recent: 2 } },
  { that: 'an image to which somebody gave another name stays', given: { ...ALL, images: but('a', { tags: ['a:1', 'mine:1'] }) }, goes: ['b'], kept: { foreign: 1, recent: 2 } },
  { that: 'the same image pushed elsewhere by somebody stays', given: { ...ALL, images: but('a', { digests: [`a@${digest('a')}`, `registry.example/a@${digest('a')}`] }) }, goes: ['b'], kept: { foreign: 1, recent: 2 } },
  { that: 'names are compared as Docker means them', given: { ...ALL, images: but('a', { tags: ['a:latest'] }), uses: [use('a', 40, { name: 'docker.io/library/a' }), ...ALL.uses.slice(1)] }, goes: ['a', 'b'], kept: { recent: 2 } },
  { that: 'one whose tag moved on goes by its digest', given: { ...ALL, images: but('a', { tags: [] }) }, goes: ['a', 'b'], kept: { recent: 2 } },
  { that: 'what a container or a service has stays, and the next oldest goes', given: { ...ALL, images: but('a', { usedBy: ['web_app'] }) }, goes: ['b', 'c'], kept: { used: 1, recent: 1 } },
  { that: 'T21: what the engine keeps to go back to stays beyond any budget', given: { ...ALL, images: ALL.images.map((one) => ({ ...one, keptFor: ['traefik'] })) }, goes: [], kept: { kept: 4 } },
  { that: 'T21: what a record goes back to stays beyond any budget', given: { ...ALL, pinned: { digests: new Set([digest('a')]), names: ['docker.io/library/b:1'] } }, goes: ['c', 'd'], kept: { pinned: 2 } },
  { that: 'while somebody is at work no image goes', given: { ...ALL, busy: 'the run note-1' }, goes: [], kept: { busy: 4 } },
]
for (const { that, given, goes, kept } of cases) {
  test(`T24: ${that}`.replace('T24: T21', 'T21'), () => {
    const plan = decidePrune(seen(given), LIMITS)
    assert.deepEqual(plan.images.map(({ image: { id } }) => id[7]), goes)
    assert.deepEqual(plan.kept, kept)
  })
}

test('what goes is named as the engine knows it, and the sums are said', () => {
  const { images, imageBytes } = decidePrune(seen(ALL), LIMITS)
  assert.deepEqual(images[0]!.names, ['a:1', `a@${digest('a')}`])
  assert.deepEqual(imageBytes, { now: 4 * GB, after: 2 * GB })
})

test('evidence goes by number and by age; a run that is under way or not torn down keeps its own', () => {
  const run = (id: string, daysAgo: number, more: { isNeeded?: boolean; bytes?: number } = {}) => ({ id, startedAt: NOW - daysAgo * DAY, isNeeded: false, bytes: 1, ...more })
  const goes = (runs: Seen['runs']) => decidePrune(seen({ runs }), LIMITS).evidence.map(({ id }) => id)
  assert.deepEqual(goes([run('old', 3), run('new', 1), run('middle', 2)]), ['old'])
  assert.deepEqual(goes([run('new', 1), run('aged', 31)]), ['aged'])
  assert.deepEqual(goes([run('new', 1), run('middle', 2), run('left', 3, { isNeeded: true }), run('empty', 4, { bytes: 0 })]), [])
})

test('clones go that nobody opened for long, unless somebody is at work', () => {
  const sources = [{ name: 'a.git', usedAt: NOW - 31 * DAY }, { name: 'b.git', usedAt: NOW - DAY }]
  assert.deepEqual(decidePrune(seen({ sources }), LIMITS).sources.map(({ name }) => name), ['a.git'])
  assert.deepEqual(decidePrune(seen({ sources, busy: 'the run note-1' }), LIMITS).sources, [])
})

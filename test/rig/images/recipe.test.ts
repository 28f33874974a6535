import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ImageRecipe } from './recipe.ts'
import { configChanges, folderKey, imageKey } from './recipe.ts'

let folder: string
before(async () => { folder = await mkdtemp(join(tmpdir(), 'rig-key-')) })
after(() => rm(folder, { recursive: true }))

const recipe = (more: Partial<ImageRecipe> = {}): ImageRecipe => ({
  name: 'app', tags: ['app:1'], is: 'an app', byDefault: true,
  from: { kind: 'script', parent: 'debian', script: 'true', files: folder },
  ...more,
})
const key = (given: ImageRecipe, parent = 'p1') => imageKey(given, async () => parent)

test('the key stays while nothing changes that is in the image', async () => {
  await writeFile(join(folder, 'start.sh'), 'one')
  assert.equal(await key(recipe()), await key(recipe({ is: 'other words', byDefault: false })))
})

test('the key changes with a file, its mode, the script, the configuration, the tags and the parent', async () => {
  await writeFile(join(folder, 'start.sh'), 'one')
  const seen = new Set([await key(recipe())])
  const isNew = async (what: string, given: ImageRecipe, parent?: string) => {
    const next = await key(given, parent)
    assert.ok(!seen.has(next), what)
    seen.add(next)
  }
  await isNew('parent', recipe(), 'p2')
  await isNew('script', recipe({ from: { kind: 'script', parent: 'debian', script: 'false', files: folder } }))
  await isNew('configuration', recipe({ config: { cmd: ['x'] } }))
  await isNew('tags', recipe({ tags: ['app:2'] }))
  await writeFile(join(folder, 'start.sh'), 'two')
  await isNew('content', recipe())
  await chmod(join(folder, 'start.sh'), 0o755)
  await isNew('mode', recipe())
})

test('the same folder at another place has the same key', async () => {
  const other = await mkdtemp(join(tmpdir(), 'rig-key-'))
  await writeFile(join(folder, 'start.sh'), 'same', { mode: 0o644 })
  await chmod(join(folder, 'start.sh'), 0o644)
  await writeFile(join(other, 'start.sh'), 'same', { mode: 0o644 })
  assert.equal(await folderKey(folder), await folderKey(other))
  await rm(other, { recursive: true })
})

test('a configuration becomes Dockerfile instructions', () => {
  assert.deepEqual(configChanges({ env: { A: 'x "y"' }, entrypoint: ['e'], cmd: ['c', 'd'], volumes: ['/data'], expose: [1], stopSignal: 'SIGINT', workdir: '/w' }), [
    'ENV A="x \\"y\\""', 'ENTRYPOINT ["e"]', 'CMD ["c","d"]', 'WORKDIR /w', 'VOLUME /data', 'EXPOSE 1', 'STOPSIGNAL SIGINT',
  ])
})
